/** Hexagons that hold points, as columns: entry i of every array is hexagon i. Most points first. */
export interface HexagonBins {
	/** Metres from the middle of a hexagon to a corner. */
	radius: number;
	/** Metres in the plane, the middle of each hexagon. */
	x: Float64Array;
	y: Float64Array;
	count: Uint32Array;
	/** How many of `count` are marked. */
	marked: Uint32Array;
	/** Points in hexagons below the least count, which are left out. */
	leftOut: number;
}

export interface HexagonOptions {
	/** Metres, middle to corner. */
	radius: number;
	/** Hexagons with fewer points are left out: one report is an incident, not a spot. */
	leastCount: number;
}

const root3 = Math.sqrt(3);

/**
 * Counts points of a metric plane (metres) per hexagon of a regular grid of pointy-topped hexagons around (0, 0): each
 * point goes to the nearest middle, found by rounding cube coordinates, as in Carr et al. 1987 (Scatterplot matrix
 * techniques for large N, JASA 82:424–436, two interleaved lattices); the sum of all counts and `leftOut` is the number
 * of points. `marked` is 0 or 1 a point. Throws a RangeError for a radius that is not positive.
 */
export function binHexagons(
	x: Float64Array,
	y: Float64Array,
	marked: Uint8Array,
	{ radius, leastCount }: HexagonOptions
): HexagonBins {
	if (!(radius > 0)) throw new RangeError(`radius ${radius} m must be positive`);
	const bins = new Map<string, { column: number; row: number; count: number; marked: number }>();
	for (let i = 0; i < x.length; i++) {
		const [column, row] = hexagonAt(x[i]!, y[i]!, radius);
		const key = `${column} ${row}`;
		const bin = bins.get(key) ?? { column, row, count: 0, marked: 0 };
		bin.count += 1;
		bin.marked += marked[i]!;
		bins.set(key, bin);
	}
	const kept = [...bins.values()]
		.filter(({ count }) => count >= leastCount)
		.sort((a, b) => b.count - a.count || a.row - b.row || a.column - b.column);
	return {
		radius,
		x: Float64Array.from(kept, ({ column, row }) => radius * root3 * (column + row / 2)),
		y: Float64Array.from(kept, ({ row }) => radius * 1.5 * row),
		count: Uint32Array.from(kept, ({ count }) => count),
		marked: Uint32Array.from(kept, (bin) => bin.marked),
		leftOut: x.length - kept.reduce((sum, { count }) => sum + count, 0)
	};
}

/** Axial coordinates of the hexagon nearest to a place: rows run north, columns along a row, each row half a step on. */
export function hexagonAt(x: number, y: number, radius: number): [column: number, row: number] {
	const r = y / (1.5 * radius);
	const q = x / (root3 * radius) - r / 2;
	const s = -q - r;
	let [column, row] = [Math.round(q), Math.round(r)];
	const [offQ, offR, offS] = [Math.abs(column - q), Math.abs(row - r), Math.abs(Math.round(s) - s)];
	// The coordinate that was rounded furthest is the one the other two decide.
	if (offQ > offR && offQ > offS) column = -row - Math.round(s);
	else if (offR > offS) row = -column - Math.round(s);
	// No negative zero: it would be a hexagon of its own.
	return [column + 0, row + 0];
}

/** The six corners of a hexagon in metres, counter-clockwise from the north-east; `shrink` below 1 leaves a gap. */
export function hexagonCorners(x: number, y: number, radius: number, shrink = 1): [number, number][] {
	return Array.from({ length: 6 }, (_, i): [number, number] => {
		const angle = ((60 * i + 30) * Math.PI) / 180;
		return [x + radius * shrink * Math.cos(angle), y + radius * shrink * Math.sin(angle)];
	});
}

/** Square kilometres that a hexagon covers: 3√3/2 · r². */
export function hexagonArea(radius: number): number {
	return (1.5 * root3 * radius * radius) / 1e6;
}
