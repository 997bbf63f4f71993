import type { StreetNetwork } from '#lib/streets/network/street-network.ts';
import { cellAt, cellsOf, latticeOver, type HexagonLattice } from '../significance/hexagon-lattice.ts';

/** A segment as the page's ground brings it. */
export interface GroundSegment {
	id: number;
	street_id: number | null;
	name: string | null;
	name_en: string | null;
	/** Degrees, WGS-84. */
	line: [lng: number, lat: number][];
	length_m: number;
	from_junction: number;
	to_junction: number;
}

/** What lies beneath the reports: streets, and hours a week that patrols are out on them. */
export interface Ground {
	version: string;
	segments: GroundSegment[];
	/** Columns of one length; a segment nobody patrols is in neither. */
	patrol: { segments: number[]; hours: number[] };
}

/** What a count is compared with: nothing, kilometres of street, or hours of patrol. */
export type Exposure = 'none' | 'street' | 'patrol';

/** Hexagons over the streets, with what can make one busier than another. */
export interface Hexagons {
	lattice: HexagonLattice;
	/** The hexagon of each report. */
	place: Int32Array;
	/** Kilometres of street, and hours of patrol a week, in each hexagon. */
	streetKm: Float64Array;
	patrolHours: Float64Array;
	/** The segment with the longest piece in each hexagon: its street names the place. −1 where no street runs. */
	segment: Int32Array;
}

/** Metres between the places along a street that are looked up: a hexagon that a street clips by less may be missed. */
const pace = 5;

/**
 * The hexagons (metres, middle to corner) that a street or a report (metres in the network's plane) lies in. Streets are walked in steps of
 * five metres; each step's length and its share of the segment's patrol hours go to the hexagon it ends in, so that both add up
 * to those of all streets. A hexagon with reports and no step of a street has five metres of street.
 */
export function hexagonsOver(
	network: StreetNetwork,
	x: Float64Array,
	y: Float64Array,
	radius: number,
	weekly: Float64Array
): Hexagons {
	const steps = stepsAlong(network);
	const lattice = latticeOver(joined(steps.x, x), joined(steps.y, y), radius);
	const n = lattice.x.length;
	const [streetKm, patrolHours] = [new Float64Array(n), new Float64Array(n)];
	const segment = new Int32Array(n).fill(-1);
	const longest = new Float64Array(n);
	let [here, within, last] = [-1, 0, -1];
	for (let i = 0; i < steps.x.length; i++) {
		const s = steps.segment[i]!;
		const cell = cellAt(lattice, steps.x[i]!, steps.y[i]!);
		const metres = steps.metres[i]!;
		streetKm[cell]! += metres / 1000;
		if (weekly[s]! > 0) patrolHours[cell]! += (weekly[s]! * metres) / network.metres[s]!;
		within = cell === here && s === last ? within + metres : metres;
		[here, last] = [cell, s];
		if (within > longest[cell]!) [longest[cell], segment[cell]] = [within, s];
	}
	for (let cell = 0; cell < n; cell++) if (streetKm[cell] === 0) streetKm[cell] = pace / 1000;
	return { lattice, place: cellsOf(lattice, x, y), streetKm, patrolHours, segment };
}

/** Hours of patrol a week on each segment of the network. */
export function weeklyHours(network: StreetNetwork, { segments, hours }: Ground['patrol']): Float64Array {
	const known = new Map(segments.map((id, i) => [id, hours[i]!]));
	return Float64Array.from(network.ids, (id) => known.get(id) ?? 0);
}

/** The middles of steps of at most `pace` metres along every segment, with their lengths scaled to the segment's own. */
function stepsAlong(network: StreetNetwork): {
	x: Float64Array;
	y: Float64Array;
	metres: Float64Array;
	segment: Int32Array;
} {
	const { firstPoint, x, y, segments } = network;
	const pieces: [x: number[], y: number[], metres: number[], segment: number[]] = [[], [], [], []];
	for (let s = 0; s < segments; s++) {
		const begun = pieces[2].length;
		let drawn = 0;
		for (let p = firstPoint[s]! + 1; p < firstPoint[s + 1]!; p++) {
			const [dx, dy] = [x[p]! - x[p - 1]!, y[p]! - y[p - 1]!];
			const metres = Math.hypot(dx, dy);
			const count = Math.ceil(metres / pace);
			drawn += metres;
			for (let i = 0; i < count; i++) {
				const part = (i + 0.5) / count;
				pieces[0].push(x[p - 1]! + part * dx);
				pieces[1].push(y[p - 1]! + part * dy);
				pieces[2].push(metres / count);
				pieces[3].push(s);
			}
		}
		const scale = drawn > 0 ? network.metres[s]! / drawn : 0;
		for (let i = begun; i < pieces[2].length; i++) pieces[2][i]! *= scale;
	}
	return {
		x: Float64Array.from(pieces[0]),
		y: Float64Array.from(pieces[1]),
		metres: Float64Array.from(pieces[2]),
		segment: Int32Array.from(pieces[3])
	};
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
	const both = new Float64Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}
