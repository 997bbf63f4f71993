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
	const order = [...p.keys()].filter((i) => !Number.isNaN(p[i]!) && (tested?.[i] ?? 1) === 1);
	order.sort((a, b) => p[a]! - p[b]!);
	const m = order.length;
	const adjusted = new Float64Array(p.length).fill(NaN);
	const found = new Uint8Array(p.length);
	let least = 1;
	let count = 0;
	for (let k = m; k > 0; k--) {
		const i = order[k - 1]!;
		least = Math.min(least, (p[i]! * m) / k);
		adjusted[i] = least;
		if (least <= rate) {
			found[i] = 1;
			count += 1;
		}
	}
	return { found, adjusted, tested: m, count };
}
