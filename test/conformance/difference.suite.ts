import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestHome } from './home.ts';

// What the two versions of PostgreSQL word differently is not compared: messages of type conversions name contexts, and
// suggestions ("hint") of similar names exist in PostgREST alone.
async function answerOf(home: TestHome, name: string, body: string, token: string) {
	const response = await home.fetch(`${home.url}/rest/v1/rpc/${name}`, {
		method: 'POST',
		body,
		headers: { apikey: home.anonKey, authorization: `Bearer ${token}`, 'content-type': 'application/json' }
	});
	const text = await response.text();
	if (response.ok)
		return { status: response.status, text: text === '' ? null : JSON.stringify(JSON.parse(text)) };
	const { code } = JSON.parse(text) as { code: string };
	// Of several bad arguments either home names the one it read first.
	const hasOneArgument = Object.keys(JSON.parse(body) as object).length < 2;
	return { status: response.status, code: hasOneArgument ? code : code.replace(/^22.*/, '22') };
}

const ARGUMENTS = [
	'whole',
	'large',
	'exact',
	'approximate',
	'body',
	'flag',
	'at',
	'id',
	'tree',
	'numbers',
	'words'
];
const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);

/** One of each class that PostgreSQL has, and of ours; those that end the connection (57P0x) are left out, and
 * 42P17 and 53400, which PostgREST answers with another status from version to version. */
const STATES =
	'01000 02000 03000 08000 08P01 09000 0A000 0B000 0F000 0L000 0P000 0Z000 20000 21000 22000 22012 23000 23502 23503 ' +
	'23505 23514 24000 25000 25006 25P02 26000 27000 28000 28P01 2B000 2D000 2F000 34000 38000 39000 3B000 3D000 3F000 ' +
	'42000 42501 42601 42703 42725 42883 42P01 44000 53100 53300 54000 54001 55000 55P03 57014 58030 72000 ' +
	'F0000 HV000 P0000 P0001 P0002 P0003 P0004 XX000 XX001 KB001 PT400 PT404 PT418 PT503 PTABC';

/** Values of the wrong and the right kind for any argument. */
const odd = fc.oneof(
	fc.jsonValue({ maxDepth: 2 }),
	fc.string({ unit: 'binary', maxLength: 12 }),
	fc.constantFrom(
		...[
			'',
			' ',
			'7',
			'-0',
			'1e3',
			'0x10',
			'١',
			'NaN',
			'nan',
			'Infinity',
			'infinity',
			'today',
			'now',
			'epoch',
			'-infinity'
		],
		...[
			't',
			'yes',
			'on',
			'2026-02-30',
			'2026-11-21',
			'10000-01-01',
			'0000-00-00',
			'{1,2}',
			'[1,2]',
			'{',
			'\u0000'
		],
		...[
			2147483647,
			2147483648,
			9007199254740991,
			9223372036854775807n.toString(),
			1e308,
			5e-324,
			-0,
			0.1,
			1.5
		],
		...[[], {}, [null], [[1]], [1, 'a'], { a: { b: [] } }, null, true]
	)
);

export function differenceSuite(embedded: () => TestHome, native: () => TestHome): void {
	test(`${RUNS} odd calls get the same answer from both`, async () => {
		const call = fc.oneof(
			fc.tuple(fc.constant('probe_echo'), fc.dictionary(fc.constantFrom(...ARGUMENTS), odd, { maxKeys: 3 })),
			fc.tuple(
				fc.constant('probe_needed'),
				fc.dictionary(fc.constantFrom('needed', 'extra', 'Needed', '', 'x'), odd)
			),
			fc.tuple(
				fc.constantFrom('probe_size', 'probe_number', 'probe_words'),
				fc.dictionary(fc.constantFrom('body', 'n'), odd)
			)
		);
		const differences: unknown[] = [];
		await fc.assert(
			fc.asyncProperty(call, async ([name, args]) => {
				const body = JSON.stringify(args);
				const [a, b] = await Promise.all([
					answerOf(embedded(), name, body, embedded().anonKey),
					answerOf(native(), name, body, native().anonKey)
				]);
				if (JSON.stringify(a) !== JSON.stringify(b)) differences.push({ name, body, embedded: a, native: b });
			}),
			{ seed: SEED, numRuns: RUNS }
		);
		expect(differences).toEqual([]);
	}, 120_000);

	test.each(['anon', 'authenticated'] as const)('every SQLSTATE gives %s the same status', async (role) => {
		const differences: unknown[] = [];
		for (const state of STATES.split(' ')) {
			const body = JSON.stringify({ state });
			const [a, b] = await Promise.all(
				[embedded(), native()].map((home) => answerOf(home, 'probe_state', body, home.tokenOf({ role })))
			);
			if (JSON.stringify(a) !== JSON.stringify(b)) differences.push({ state, embedded: a, native: b });
		}
		expect(differences).toEqual([]);
	});

	test('both expose the same calls to the same roles', async () => {
		const sql = `
			select jsonb_object_agg(p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', (
				select jsonb_agg(r.name order by r.name) from unnest(array['anon', 'authenticated', 'service_role']) as r (name)
				where has_function_privilege(r.name, p.oid, 'execute'))) as calls
			from pg_catalog.pg_proc p where p.pronamespace = 'api'::regnamespace`;
		const [a, b] = await Promise.all(
			[embedded(), native()].map((home) =>
				home.executor.run({ role: 'postgres', claims: {} }, [{ sql, params: [] }])
			)
		);
		expect(a![0]!.rows[0]!.calls).toEqual(b![0]!.rows[0]!.calls);
	});
}
