/** How much of what is known about each place came from patrols. */
export interface PatrolFound {
	/** Reports, and those of them that patrols found. */
	count: Float64Array;
	found: Float64Array;
	/** The city's share, with which each place is compared. */
	share: number;
	/** P(at least as many found by patrols) when each report is with the city's chance; 1 for a place without reports. */
	p: Float64Array;
}

/**
 * Patrols make their own data: where they go, reports follow, and the map sends them there again. Compares the share of
 * patrol-found reports of each place with the city's, by the upper tail of the binomial distribution. `place` has the
 * place 0 … n − 1 of each report (−1: none), `isFound` 1 where a patrol found it. Hotspots in which p is small are to be looked
 * at again without the patrols' own reports.
 */
export function patrolFound(place: Int32Array, isFound: Uint8Array, n: number): PatrolFound {
	const [count, found] = [new Float64Array(n), new Float64Array(n)];
	let [all, allFound] = [0, 0];
	for (let i = 0; i < place.length; i++) {
		if (place[i]! < 0) continue;
		count[place[i]!]! += 1;
		found[place[i]!]! += isFound[i]!;
		all += 1;
		allFound += isFound[i]!;
	}
	const share = all > 0 ? allFound / all : 0;
	return { count, found, share, p: count.map((of, i) => binomialTail(found[i]!, of, share)) };
}

/** P(X ≥ k) for X binomial of n trials with chance p. Terms from k up, each from the one before. */
export function binomialTail(k: number, n: number, p: number): number {
	if (k <= 0) return 1;
	if (p <= 0 || k > n) return 0;
	if (p >= 1) return 1;
	let log = k * Math.log(p) + (n - k) * Math.log(1 - p);
	for (let j = 1; j <= k; j++) log += Math.log((n - k + j) / j);
	let sum = 0;
	for (let j = k; j <= n; j++) {
		const term = Math.exp(log);
		sum += term;
		if (j > n * p && term < 1e-17 * sum) break;
		log += Math.log(((n - j) / (j + 1)) * (p / (1 - p)));
	}
	return Math.min(1, sum);
}
