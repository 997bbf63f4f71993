import { discoveries } from './false-discovery.ts';
import type { Neighbours } from './neighbours.ts';
import { tailOf, tailP } from './permutation.ts';
import { randomFrom, shuffle } from './random.ts';
import { isTestable, type Significance } from './significant.ts';

/** What the same method finds when there is nothing to find. */
export interface ShuffleTest {
	/** Hotspots found in each relabelling: every one is a false alarm. */
	alarms: Int32Array;
	/** How many relabellings had at least one; at most about `rate` of them should. */
	withAlarm: number;
	seed: number;
}

/**
 * Deals the values of all places (count and residual together) out again at random, `times` times, and runs the same
 * test with the same least count and rate on each: with no pattern left, whatever it finds is false. As every discovery
 * is then a false one, the false discovery rate is the share of relabellings with any, which the procedure keeps at
 * `rate`. `seed` should differ from the seed of the draws. `tell` is called after each relabelling with how many are done and
 * may be used to show them one by one.
 */
export function shuffleTest(
	{ reference, counts, options }: Significance,
	neighbours: Neighbours,
	{
		times,
		seed,
		tell
	}: { times: number; seed: number; tell?: (done: number, origin: Int32Array, found: Uint8Array) => void }
): ShuffleTest {
	const random = randomFrom(seed);
	const tail = tailOf(reference);
	const origin = Int32Array.from(counts, (_, i) => i);
	const enough = new Uint8Array(counts.length);
	const alarms = new Int32Array(times);
	let withAlarm = 0;
	for (let round = 0; round < times; round++) {
		shuffle(origin, random);
		const p = tailP(tail, neighbours, origin);
		for (let i = 0; i < enough.length; i++)
			enough[i] = Number(isTestable(counts[origin[i]!]!, reference.values[origin[i]!]!, options));
		const { count, found } = discoveries(p, options.rate, enough);
		alarms[round] = count;
		if (count > 0) withAlarm += 1;
		tell?.(round + 1, origin, found);
	}
	return { alarms, withAlarm, seed };
}
