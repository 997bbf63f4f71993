// Two thousand calls at once, of mixed people, some failing: none is answered as another (both homes).

import { openEmbedded, openNative, type TestHome } from '#test/conformance/home.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { findTools } from '#test/support/tools.ts';

const ROLES = ['anon', 'authenticated', 'service_role'] as const;
const proof = readProof();
const { postgres, postgrest } = findTools();

interface Answer {
	before: string;
	after: string;
	marker: string;
}

async function tryHome(name: string, home: TestHome): Promise<void> {
	const calls = proof.size(300, 2000);
	const outcomes = { right: 0, refused: 0, crossed: 0, busy: 0 };
	const plan = Array.from({ length: calls }, (_, index) => ({
		marker: `m${index}`,
		role: ROLES[Math.floor(proof.random() * 3)]!,
		sub: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
		fails: proof.random() < 0.25
	}));
	const startedAt = performance.now();
	await Promise.all(
		plan.map(async ({ marker, role, sub, fails }) => {
			const claims = role === 'anon' ? { role, marker } : { role, sub, marker };
			const who = `${role} ${role === 'anon' ? '-' : sub} ${marker}`;
			const client = home.client(home.tokenOf(claims));
			// A home whose queue is full says so and may be asked again; it may not answer as somebody else.
			let answer = await client.rpc('probe_identity', { marker, fails });
			while (answer.status === 503) {
				outcomes.busy += 1;
				await new Promise((resolve) => setTimeout(resolve, 1000 + proof.random() * 1000));
				answer = await client.rpc('probe_identity', { marker, fails });
			}
			const { data, error } = answer;
			if (error && error.message !== 'probe_failed') throw new Error(error.message);
			if (error) outcomes[fails && JSON.parse(error.details).marker === marker ? 'refused' : 'crossed'] += 1;
			else {
				const { before, after, marker: seen } = data as Answer;
				outcomes[!fails && before === who && after === who && seen === marker ? 'right' : 'crossed'] += 1;
			}
		})
	);
	const milliseconds = Math.round(performance.now() - startedAt);
	conclude(
		`${name}: no call crossed`,
		{ calls, ...outcomes, milliseconds },
		outcomes.crossed === 0 && outcomes.right + outcomes.refused === calls
	);
}

const homes: [string, () => Promise<TestHome>][] = [['embedded', openEmbedded]];
if (postgres && postgrest) homes.push(['native', openNative]);
else console.log('SKIPPED: the native home (PostgreSQL is not installed).');
for (const [name, open] of homes) {
	const home = await open();
	try {
		await tryHome(name, home);
	} finally {
		await home.close();
	}
}
