import { rate, wilson, type Interval, type Share } from '../rates.ts';

/** How a rate changed from one period to another. Shares, so 0.05 is five percentage points. */
export interface Difference {
	/** `after − before`. */
	difference: number;
	interval: Interval;
	/** What may be said: 'same' while the interval holds 0. */
	reading: 'higher' | 'lower' | 'same';
}

/**
 * The difference of two rates, `after − before`, with Newcombe's hybrid score interval at 95 % (Newcombe 1998, Stat. Med. 17:873–890,
 * method 10): from the Wilson limits (l₁, u₁) of `after` and (l₂, u₂) of `before`
 *
 *   d − √((p₁ − l₁)² + (u₂ − p₂)²)   to   d + √((u₁ − p₁)² + (p₂ − l₂)²)
 *
 * It treats the two as independent. They are not quite: a case due in the one period and closed in the next is in both denominators,
 * against the one closure rate and for the other, which makes the interval a little too narrow. Null when either denominator is zero.
 */
export function difference(before: Share, after: Share): Difference | null {
	const [p1, p2] = [rate(after), rate(before)];
	const [i1, i2] = [wilson(after), wilson(before)];
	if (p1 === null || p2 === null || i1 === null || i2 === null) return null;
	const d = p1 - p2;
	const low = Math.max(-1, d - Math.hypot(p1 - i1.low, i2.high - p2));
	const high = Math.min(1, d + Math.hypot(i1.high - p1, p2 - i2.low));
	return {
		difference: d,
		interval: { low, high },
		reading: low > 0 ? 'higher' : high < 0 ? 'lower' : 'same'
	};
}
