import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '#lib/database/problem.ts';
import { parseJson, readJson } from './json-body.ts';

function post(
	body: BodyInit | null,
	headers: Record<string, string> = { 'content-type': 'application/json' }
) {
	return new Request('http://localhost/api/reports', {
		method: 'POST',
		body,
		headers,
		duplex: 'half'
	} as RequestInit);
}

async function refusalOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
	try {
		await (typeof work === 'function' ? work() : work);
	} catch (error) {
		if (error instanceof ApiProblem) return `${error.status} ${error.code}`;
		throw error;
	}
	return 'accepted';
}

function stream(...chunks: (Uint8Array | Error | 'stall')[]) {
	return new ReadableStream({
		async pull(controller) {
			const next = chunks.shift();
			if (next === undefined) controller.close();
			else if (next instanceof Error) controller.error(next);
			else if (next === 'stall') await new Promise(() => {});
			else controller.enqueue(next);
		}
	});
}

describe('a JSON body', () => {
	it('is read', async () => {
		expect(await readJson(post('{"a": [1, "x"]}'))).toEqual({ a: [1, 'x'] });
	});

	it.each([
		['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, '415 json_needed'],
		['text', '{}', { 'content-type': 'text/plain' }, '415 json_needed'],
		['another alphabet', '{}', { 'content-type': 'application/json; charset=gbk' }, '415 json_needed'],
		[
			'a compressed body',
			'{}',
			{ 'content-type': 'application/json', 'content-encoding': 'gzip' },
			'415 encoding_unknown'
		],
		['broken JSON', '{"a":', { 'content-type': 'application/json' }, '400 not_json'],
		['nothing', '', { 'content-type': 'application/json' }, '400 not_json'],
		['a field named twice', '{"a":1,"\\u0061":2}', { 'content-type': 'application/json' }, '400 field_twice'],
		['deep nesting', '['.repeat(17) + ']'.repeat(17), { 'content-type': 'application/json' }, '400 too_deep'],
		[
			'very deep nesting',
			'['.repeat(30_000) + ']'.repeat(30_000),
			{ 'content-type': 'application/json' },
			'400 too_deep'
		],
		['more than 64 KB', `"${'x'.repeat(65_536)}"`, { 'content-type': 'application/json' }, '413 too_large']
	])('is refused when it is %s', async (_, body, headers, refusal) => {
		expect(await refusalOf(readJson(post(body, headers as unknown as Record<string, string>)))).toBe(refusal);
	});

	it('is refused when it is not UTF-8', async () => {
		expect(await refusalOf(readJson(post(new Uint8Array([0x22, 0xff, 0x22]))))).toBe('400 not_utf8');
	});

	it('is refused when the sender breaks off', async () => {
		const body = stream(Buffer.from('{"a"'), new Error('aborted'));
		expect(await refusalOf(readJson(post(body)))).toBe('400 body_broken');
	});

	it('is refused when the sender stalls', async () => {
		expect(await refusalOf(readJson(post(stream(Buffer.from('{'), 'stall')), 0.05))).toBe('408 too_slow');
	});

	it('is refused by its size although no length was announced', async () => {
		const chunk = Buffer.alloc(40_000, ' ');
		expect(await refusalOf(readJson(post(stream(chunk, chunk))))).toBe('413 too_large');
	});

	it('means what JSON.parse says it means, whatever it holds', () => {
		fc.assert(
			fc.property(fc.json({ maxDepth: 5 }), (text) => {
				expect(parseJson(text)).toEqual(JSON.parse(text));
			}),
			{ numRuns: 300, seed: 2 }
		);
	});

	it('may repeat a name in different objects, and names may look like brackets', () => {
		const text = '{"a":{"a":1,"]}":"\\"}"},"b":[{"a":1},{"a":2}],"{":[]}';
		expect(parseJson(text)).toEqual(JSON.parse(text));
	});
});
