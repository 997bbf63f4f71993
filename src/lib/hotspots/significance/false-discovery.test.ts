import { expect, test } from 'vitest';
import { discoveries } from './false-discovery.ts';

test("Benjamini and Hochberg's own example: four of fifteen at 5 %", () => {
	// 1995, section 4: the p-values of the fifteen hypotheses of the thrombolysis trial.
	const p = Float64Array.of(
		0.0001,
		0.0004,
		0.0019,
		0.0095,
		0.0201,
		0.0278,
		0.0298,
		0.0344,
		0.0459,
		0.324,
		0.4262,
		0.5719,
		0.6528,
		0.759,
		1
	);
	const { found, adjusted, count, tested } = discoveries(p, 0.05);
	expect([count, tested]).toEqual([4, 15]);
	expect([...found].lastIndexOf(1)).toBe(3);
	expect(adjusted[3]).toBeCloseTo((0.0095 * 15) / 4, 12);
});

test('a p-value above its own line is a discovery when a later one is below its line', () => {
	const { found } = discoveries(Float64Array.of(0.04, 0.03, 0.045), 0.05);
	expect([...found]).toEqual([1, 1, 1]);
});

test('what is not tested is no discovery and makes the others no harder to find', () => {
	const p = Float64Array.of(0.001, 0.04, 0.9, NaN);
	expect([...discoveries(p, 0.05).found]).toEqual([1, 0, 0, 0]);
	const { found, adjusted, tested } = discoveries(p, 0.05, Uint8Array.of(0, 1, 0, 1));
	expect([...found, tested]).toEqual([0, 1, 0, 0, 1]);
	expect([...adjusted]).toEqual([NaN, 0.04, NaN, NaN]);
});

test('nothing to test, nothing found; a rate is a share', () => {
	expect(discoveries(new Float64Array(), 0.1)).toMatchObject({ tested: 0, count: 0 });
	expect(() => discoveries(Float64Array.of(0.1), 5)).toThrow(RangeError);
});
