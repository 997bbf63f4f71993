/** What a family of p-values says at a false discovery rate. */
export interface Discoveries {
	/** 1 where the place is a discovery. */
	found: Uint8Array;
	/** Adjusted p-value: the lowest rate at which the place would be a discovery; NaN where it was not tested. */
	adjusted: Float64Array;
	/** How many were tested and how many found. */
	tested: number;
	count: number;
}

/**
 * Benjamini and Hochberg's step-up procedure (1995, Controlling the false discovery rate, JRSS B 57(1)): of the m tested
 * p-values, ascending, the first k are discoveries, k being the greatest with p₍ₖ₎ ≤ k ÷ m · rate. Among discoveries the
 * expected share of false ones is at most `rate` for independent p-values, and for positively dependent ones (Benjamini
 * and Yekutieli 2001), which overlapping neighbourhoods are. `tested` (1 = tested; all when absent) must be chosen without looking at the
 * p-values; a least count of the place's own does: the conditional p-value depends on its neighbours alone (independent
 * filtering, Bourgon, Gentleman and Huber 2010, PNAS 107(21)). A p-value that is NaN is not tested. Throws a RangeError for a rate outside (0, 1).
 */
export function discoveries(p: Float64Array, rate: number, tested?: Uint8Array): Discoveries {
	if (!(rate > 0 && rate < 1)) throw new RangeError(`rate ${rate} must lie between 0 and 1`);
	const isTested = (i: number) => !Number.isNaN(p[i]!) && (!tested || tested[i] === 1);
	let m = 0;
	const ascending = new Float64Array(p.length);
	for (let i = 0; i < p.length; i++) if (isTested(i)) ascending[m++] = p[i]!;
	const sorted = ascending.subarray(0, m).sort();
	// From the greatest down: the lowest rate at which each of the sorted would be found.
	const lowest = new Float64Array(m);
	for (let k = m, least = 1; k > 0; k--) {
		least = Math.min(least, (sorted[k - 1]! * m) / k);
		lowest[k - 1] = least;
	}
	const adjusted = new Float64Array(p.length).fill(NaN);
	const found = new Uint8Array(p.length);
	let count = 0;
	for (let i = 0; i < p.length; i++) {
		if (!isTested(i)) continue;
		adjusted[i] = lowest[indexOf(sorted, p[i]!)]!;
		if (adjusted[i]! > rate) continue;
		found[i] = 1;
		count += 1;
	}
	return { found, adjusted, tested: m, count };
}

/** Where a value stands among ascending ones that hold it; the first of equals, which all have one adjusted p-value. */
function indexOf(ascending: Float64Array, value: number): number {
	let [low, high] = [0, ascending.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (ascending[middle]! >= value) high = middle;
		else low = middle + 1;
	}
	return low;
}
