import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorEnd } from './anchors.server.ts';
import { anchorKey, readAnchors, sealOf, Witness, type Anchor } from './anchors.ts';

const key = anchorKey(Buffer.alloc(32, 1));
const epoch = '00000000-0000-4000-8000-000000000001';

function lines(...stretches: [from: number, to: number][]): Anchor[] {
	let seal = '';
	return stretches.map(([from, to]) => {
		const marks = Buffer.from(Array.from({ length: (to - from + 1) * 8 }, (_, i) => (from + (i >> 3)) % 251));
		const line = { at: 'now', epoch, from, to, hash: 'ab', marks: marks.toString('base64') };
		seal = sealOf(key, seal, line);
		return { ...line, seal };
	});
}
const textOf = (anchors: Anchor[]) => anchors.map((anchor) => `${JSON.stringify(anchor)}\n`).join('');

describe('anchors of the log', () => {
	it('are read as they were written', () => {
		const written = lines([1, 3], [4, 9]);
		expect(readAnchors(textOf(written), key)).toEqual({ anchors: written, fault: null });
	});

	it('leave out a last line that a crash cut short', () => {
		const written = lines([1, 3], [4, 9]);
		expect(readAnchors(textOf(written).slice(0, -5), key)).toEqual({
			anchors: written.slice(0, 1),
			fault: null
		});
	});

	it.each<[string, (anchors: Anchor[]) => void, string]>([
		['a changed hash', (a) => (a[1]!.hash = 'cd'), 'seal_broken'],
		['a deleted line', (a) => a.splice(1, 1), 'seal_broken'],
		['marks of another length', (a) => (a[1]!.marks = ''), 'unreadable']
	])('name the line of %s', (_, tamper, kind) => {
		const written = lines([1, 3], [4, 9], [10, 12]);
		tamper(written);
		expect(readAnchors(textOf(written), key)).toMatchObject({
			anchors: [{ to: 3 }],
			fault: { line: 2, kind }
		});
	});

	it('need the installation’s own key', () => {
		const other = anchorKey(Buffer.alloc(32, 2));
		expect(readAnchors(textOf(lines([1, 3])), other).fault).toEqual({ line: 1, kind: 'seal_broken' });
	});

	it('say a gap between two lines', () => {
		expect(readAnchors(textOf(lines([1, 3], [5, 9])), key).fault).toEqual({
			line: 2,
			kind: 'not_continuous'
		});
	});

	it('agree with what they saw, and with what they did not', () => {
		const witness = new Witness(lines([1, 3], [4, 9]));
		expect(witness.agrees(5, Buffer.alloc(32, 5))).toBe(true);
		expect(witness.agrees(5, Buffer.alloc(32, 6))).toBe(false);
		expect(witness.agrees(10, Buffer.alloc(32, 6))).toBe(true);
		expect(witness.upTo).toBe(9);
	});
});

describe('the end of an anchor file', () => {
	async function endOf(text: string) {
		const folder = await mkdtemp(join(tmpdir(), 'kerbside-anchors-'));
		try {
			await writeFile(join(folder, 'anchors.jsonl'), text);
			return await anchorEnd(folder, key);
		} finally {
			await rm(folder, { recursive: true });
		}
	}

	it.each<[string, [number, number][]]>([
		['one line', [[1, 3]]],
		[
			'two lines',
			[
				[1, 3],
				[4, 9]
			]
		],
		// Longer than what is read at once.
		[
			'long lines',
			[
				[1, 60_000],
				[60_001, 120_000],
				[120_001, 180_000]
			]
		]
	])('is the last of %s', async (_, stretches) => {
		const written = lines(...stretches);
		const text = textOf(written);
		expect(await endOf(text)).toEqual({
			last: written.at(-1),
			isBroken: false,
			bytes: Buffer.byteLength(text)
		});
	});

	it('is before what a crash left of a line', async () => {
		const written = lines([1, 3], [4, 9]);
		const whole = textOf(written.slice(0, 1));
		expect(await endOf(textOf(written).slice(0, -5))).toEqual({
			last: written[0],
			isBroken: false,
			bytes: whole.length
		});
	});

	it('is nothing in an empty file', async () => {
		expect(await endOf('')).toEqual({ last: null, isBroken: false, bytes: 0 });
		expect(await endOf('{"at":')).toEqual({ last: null, isBroken: false, bytes: 0 });
	});

	it('is broken when the last line is not as it was written', async () => {
		const written = lines([1, 3], [4, 9]);
		written[1]!.hash = 'cd';
		expect(await endOf(textOf(written))).toMatchObject({ last: null, isBroken: true });
	});

	it('is broken when a line before it was taken out', async () => {
		const written = lines([1, 3], [4, 9], [10, 12]);
		expect(await endOf(textOf([written[0]!, written[2]!]))).toMatchObject({ isBroken: true });
	});
});
