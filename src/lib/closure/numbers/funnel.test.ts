import { describe, expect, test } from 'vitest';
import { binomialMass, binomialShareQuantile, lnGamma } from './binomial.ts';
import { funnel } from './funnel.ts';
import { mulberry32 } from '#test/support/proof.ts';

test('ln Γ is the factorial’s', () => {
	expect(Math.exp(lnGamma(11))).toBeCloseTo(3_628_800, 4);
	expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
});

test('binomial masses add up to one', () => {
	for (const [n, p] of [
		[10, 0.3],
		[400, 0.93]
	] as const) {
		let sum = 0;
		for (let k = 0; k <= n; k += 1) sum += binomialMass(k, n, p);
		expect(sum).toBeCloseTo(1, 10);
	}
	expect(binomialMass(2, 4, 0.5)).toBeCloseTo(0.375, 12);
});

// P(X ≤ 6) of Binomial(20, ½) is 0.0577 and P(X ≤ 5) 0.0207: 2.5 % lies 0.117 of the way from 5 to 6.
test('a quantile lies between the counts', () => {
	expect(binomialShareQuantile(0.025, 20, 0.5) * 20).toBeCloseTo(5.116, 2);
});

test('of many cases it is the normal one', () => {
	const n = 1_000_000;
	const sd = Math.sqrt((0.9 * 0.1) / n);
	expect((binomialShareQuantile(0.025, n, 0.9) - 0.9) / sd).toBeCloseTo(-1.96, 2);
	expect((binomialShareQuantile(0.999, n, 0.9) - 0.9) / sd).toBeCloseTo(3.09, 1);
});

describe('a funnel', () => {
	const random = mulberry32(7);
	const draw = (n: number, p: number) => {
		let part = 0;
		for (let i = 0; i < n; i += 1) if (random() < p) part += 1;
		return { part, of: n };
	};
	const alike = Array.from({ length: 200 }, (_, i) => draw(20 + i * 2, 0.9));

	test('of units that differ by chance alone flags about as many as it says', () => {
		const made = funnel(alike)!;
		expect(made.overdispersion).toBe(1);
		const outside = alike.filter((share) => made.placeOf(share) !== 'in').length;
		expect(outside / alike.length).toBeLessThan(0.09);
		expect(alike.filter((share) => made.placeOf(share)!.startsWith('far')).length).toBeLessThanOrEqual(2);
	});

	test('of units that really differ is wider, so that not everybody is remarkable', () => {
		const differing = Array.from({ length: 200 }, (_, i) => draw(300, 0.8 + 0.15 * ((i % 10) / 10)));
		const made = funnel(differing)!;
		expect(made.overdispersion).toBeGreaterThan(2);
		const outside = differing.filter((share) => made.placeOf(share) !== 'in').length;
		expect(outside / differing.length).toBeLessThan(0.09);
	});

	test('finds the one that is unlike the others', () => {
		const made = funnel([...alike, { part: 200, of: 300 }])!;
		expect(made.placeOf({ part: 200, of: 300 })).toBe('far_low');
		expect(made.placeOf({ part: 2, of: 2 })).toBe('in');
		expect(made.placeOf({ part: 0, of: 0 })).toBeNull();
	});

	test('narrows with more cases', () => {
		const made = funnel(alike)!;
		const width = (n: number) => made.limitsAt(n).outer.high - made.limitsAt(n).outer.low;
		expect(width(1000)).toBeLessThan(width(100));
	});

	test('has no width where all stand at one end, and there is none without cases', () => {
		expect(funnel([{ part: 5, of: 5 }])).toBeNull();
		expect(funnel([{ part: 0, of: 0 }])).toBeNull();
	});
});
