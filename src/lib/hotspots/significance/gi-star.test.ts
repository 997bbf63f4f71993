import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ROOT } from '#test/support/tools.ts';
import { giStar } from './gi-star.ts';
import { neighboursFrom, squareNeighbours } from './neighbours.ts';

test('five places in a row, by hand', () => {
	// x̄ = 2, s² = 4; for the middle W = S = 3 and √((5·3 − 9) ÷ 4) = √1.5, at the ends W = S = 2 and √1.5.
	const row = neighboursFrom([[1], [0, 2], [1, 3], [2, 4], [3]]);
	const score = giStar(Float64Array.of(0, 0, 2, 2, 6), row);
	const scale = Math.sqrt(24 / 5) * Math.sqrt(1.5);
	expect([...score].map((z) => z * scale)).toEqual(
		[-4, -4, -2, 4, 4].map((difference) => expect.closeTo(difference, 12))
	);
});

test('weights count as often as they say, the place itself once', () => {
	const neighbours = { ...neighboursFrom([[1], [0], []]), weight: Float64Array.of(2, 0.5) };
	// x̄ = 2, s² = 2 ÷ 3.
	const s = Math.sqrt(2 / 3);
	const scores = giStar(Float64Array.of(1, 2, 3), neighbours);
	expect(scores[0]).toBeCloseTo((5 - 3 * 2) / (s * Math.sqrt((3 * 5 - 9) / 2)), 12);
	expect(scores[1]).toBeCloseTo((2.5 - 1.5 * 2) / (s * Math.sqrt((3 * 1.25 - 2.25) / 2)), 12);
	expect(scores[2]).toBeCloseTo((3 - 2) / (s * Math.sqrt((3 * 1 - 1) / 2)), 12);
});

test('where everything is equal, or everybody a neighbour, there is no score', () => {
	const row = neighboursFrom([[1], [0, 2], [1]]);
	expect([...giStar(Float64Array.of(4, 4, 4), row)]).toEqual([NaN, NaN, NaN]);
	expect(giStar(Float64Array.of(1, 2, 4), row)[1]).toBeNaN();
	expect(() => giStar(Float64Array.of(1), row)).toThrow('1 values when there are 3 places');
});

const reference = join(
	resolve(process.env.KERBSIDE_SHARED_DATA ?? join(ROOT, '../shared/data')),
	'spdep-localgstar-150x150.csv.gz'
);
test.skipIf(!existsSync(reference))(
	`Gi* of 22,500 cells is what R's spdep says, to 1e-9 (${existsSync(reference) ? 'reference found' : `skipped: there is no ${reference}`})`,
	() => {
		const rows = gunzipSync(readFileSync(reference)).toString('utf8').trim().split('\n').slice(1);
		const pairs = rows.map((row) => row.split(',').map(Number));
		const score = giStar(
			Float64Array.from(pairs, ([x]) => x!),
			squareNeighbours(150, 150)
		);
		let worst = 0;
		for (const [i, [, z]] of pairs.entries()) worst = Math.max(worst, Math.abs(score[i]! - z!));
		expect(worst).toBeLessThan(1e-9);
	}
);
