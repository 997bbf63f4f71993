/** Reports as columns, in any order: entry i of every array is report i. */
export interface PlacedReports {
	/** Metres in the plane; what was reported, not what it was snapped to. */
	x: Float64Array;
	y: Float64Array;
	/** Hours since any beginning, with or without parts. */
	hour: Float64Array | Int32Array;
	/** Small whole numbers from 0. */
	category: Uint16Array | Uint8Array;
}

/** Reports that stand on one spot: `reports[start[s]] … reports[start[s + 1] − 1]` are those of spot s, by time. */
export interface Spots {
	start: Int32Array;
	reports: Int32Array;
	/** Metres, of the earliest report of each spot. */
	x: Float64Array;
	y: Float64Array;
}

/** Groups reports by spot: squares of `grain` metres, about what the coordinates resolve. Spots in order of their first report. */
export function spotsOf({ x, y, hour }: PlacedReports, grain: number): Spots {
	if (!(grain > 0)) throw new RangeError(`grain ${grain} m must be positive`);
	const byTime = Int32Array.from(x, (_, i) => i).sort((a, b) => hour[a]! - hour[b]! || a - b);
	const spots = new Map<string, number[]>();
	for (const i of byTime) {
		const key = `${Math.round(x[i]! / grain)} ${Math.round(y[i]! / grain)}`;
		const spot = spots.get(key);
		if (spot) spot.push(i);
		else spots.set(key, [i]);
	}
	const groups = [...spots.values()];
	const start = new Int32Array(groups.length + 1);
	for (const [s, group] of groups.entries()) start[s + 1] = start[s]! + group.length;
	return {
		start,
		reports: Int32Array.from(groups.flat()),
		x: Float64Array.from(groups, ([first]) => x[first!]!),
		y: Float64Array.from(groups, ([first]) => y[first!]!)
	};
}
