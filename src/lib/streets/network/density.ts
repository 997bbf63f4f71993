import type { StreetNetwork } from './street-network.ts';

/** Segments cut into equal pieces of about one length, as columns. */
export interface Lixels {
	/** Pieces of segment s: first[s] … first[s + 1] − 1, in the direction of its line. */
	first: Uint32Array;
	/** Metres, length of each piece: its segment's over their number. */
	metres: Float64Array;
}

/** Pieces of at most `step` metres. Throws a RangeError for a step that is not positive. */
export function lixelsOf({ segments, metres }: StreetNetwork, step: number): Lixels {
	if (!(step > 0)) throw new RangeError(`step ${step} m must be positive`);
	const first = new Uint32Array(segments + 1);
	for (let s = 0; s < segments; s += 1) first[s + 1] = first[s]! + Math.max(1, Math.ceil(metres[s]! / step));
	const lengths = new Float64Array(first[segments]!);
	for (let s = 0; s < segments; s += 1)
		lengths.fill(metres[s]! / (first[s + 1]! - first[s]!), first[s]!, first[s + 1]!);
	return { first, metres: lengths };
}

/**
 * Kernel density along the network: reports per kilometre of street on each piece, from reports on segments (`along`:
 * metres from a segment's first point; −1 as segment: on none, left out) with weights, by default 1.
 *
 * The kernel is heat's: what a report leaves spreads along the streets for a time in which, on a straight street without
 * junctions, it would be a bell of standard deviation `bandwidth` metres; at a junction it goes into every street, at a
 * dead end it turns round. That is the diffusion estimator of McSwiggan, Baddeley & Nair 2017, Kernel density estimation on
 * a linear network, Scandinavian Journal of Statistics 44:324–345, which equals Okabe and Sugihara's equal-split
 * continuous kernel summed over all paths. Solved by finite volumes on the pieces with a node at every junction, `steps` steps
 * of implicit Euler, each by conjugate gradients with the diagonal as preconditioner: reports are kept to 1e-6 of their
 * number, the variance is bandwidth² whatever the steps, and more steps bring the bell nearer to the normal's. Costs the
 * same for ten reports as for a million. Throws a RangeError for a bandwidth that is not positive.
 */
export function networkDensity(
	network: StreetNetwork,
	lixels: Lixels,
	reports: { segment: Int32Array; along: Float64Array; weight?: Float64Array },
	bandwidth: number,
	steps = 8
): Float64Array {
	if (!(bandwidth > 0)) throw new RangeError(`bandwidth ${bandwidth} m must be positive`);
	const { first, metres } = lixels;
	const pieces = metres.length;
	const mass = new Float64Array(pieces + network.junctions);
	mass.set(metres);
	const { segment, along, weight } = reports;
	const kept = new Float64Array(mass.length);
	for (let i = 0; i < segment.length; i += 1) {
		const s = segment[i]!;
		if (s < 0) continue;
		const place = Math.min(first[s + 1]! - first[s]! - 1, Math.floor(along[i]! / metres[first[s]!]!));
		kept[first[s]! + Math.max(0, place)]! += weight?.[i] ?? 1;
	}
	const ties = tiesOf(network, lixels, (bandwidth * bandwidth) / (2 * steps));
	const density = new Float64Array(mass.length);
	for (let i = 0; i < pieces; i += 1) density[i] = metres[i]! > 0 ? kept[i]! / metres[i]! : 0;
	for (let step = 0; step < steps; step += 1) {
		settle(mass, ties, kept, density);
		for (let i = 0; i < mass.length; i += 1) kept[i] = mass[i]! * density[i]!;
	}
	return density.slice(0, pieces).map((perMetre) => 1000 * Math.max(0, perMetre));
}

/** The mean density of each segment, from that of its pieces. */
export function segmentDensity({ first }: Lixels, density: Float64Array): Float64Array {
	const mean = new Float64Array(first.length - 1);
	for (let s = 0; s < mean.length; s += 1) {
		for (let i = first[s]!; i < first[s + 1]!; i += 1) mean[s]! += density[i]!;
		mean[s]! /= first[s + 1]! - first[s]!;
	}
	return mean;
}

/** What touches what: `by` of the difference flows from a to b in a step. */
interface Ties {
	a: Uint32Array;
	b: Uint32Array;
	by: Float64Array;
	/** Sum of `by` at each place. */
	sum: Float64Array;
}

/** Pieces are counted first, then junctions; half a piece lies between its middle and a junction. */
function tiesOf(
	{ segments, from, to, junctions }: StreetNetwork,
	{ first, metres }: Lixels,
	flow: number
): Ties {
	const pieces = metres.length;
	const ties = pieces + segments;
	const [a, b, by] = [new Uint32Array(ties), new Uint32Array(ties), new Float64Array(ties)];
	const sum = new Float64Array(pieces + junctions);
	let next = 0;
	const tie = (one: number, other: number, apart: number) => {
		a[next] = one;
		b[next] = other;
		// A street of no length is no distance: a millimetre keeps the sums finite.
		by[next] = flow / Math.max(apart, 1e-3);
		sum[one]! += by[next]!;
		sum[other]! += by[next]!;
		next += 1;
	};
	for (let s = 0; s < segments; s += 1) {
		const last = first[s + 1]! - 1;
		tie(pieces + from[s]!, first[s]!, metres[first[s]!]! / 2);
		for (let i = first[s]!; i < last; i += 1) tie(i, i + 1, metres[i]!);
		tie(last, pieces + to[s]!, metres[last]! / 2);
	}
	return { a, b, by, sum };
}

/** Solves (mass + ties) · density = kept by conjugate gradients, from the density given (Saad 2003, algorithm 9.1). */
function settle(
	mass: Float64Array,
	{ a, b, by, sum }: Ties,
	kept: Float64Array,
	density: Float64Array
): void {
	const n = mass.length;
	const apply = (x: Float64Array, out: Float64Array) => {
		for (let i = 0; i < n; i += 1) out[i] = (mass[i]! + sum[i]!) * x[i]!;
		for (let e = 0; e < a.length; e += 1) {
			out[a[e]!]! -= by[e]! * x[b[e]!]!;
			out[b[e]!]! -= by[e]! * x[a[e]!]!;
		}
	};
	const [rest, way, image] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
	apply(density, image);
	let [aim, square] = [0, 0];
	const eased = (i: number) => {
		const diagonal = mass[i]! + sum[i]!;
		return diagonal > 0 ? rest[i]! / diagonal : 0;
	};
	for (let i = 0; i < n; i += 1) {
		rest[i] = kept[i]! - image[i]!;
		way[i] = eased(i);
		square += rest[i]! * way[i]!;
		const diagonal = mass[i]! + sum[i]!;
		aim += diagonal > 0 ? (kept[i]! * kept[i]!) / diagonal : 0;
	}
	for (let round = 0; round < 1000 && square > 1e-13 * aim; round += 1) {
		apply(way, image);
		let bend = 0;
		for (let i = 0; i < n; i += 1) bend += way[i]! * image[i]!;
		const step = square / bend;
		let next = 0;
		for (let i = 0; i < n; i += 1) {
			density[i]! += step * way[i]!;
			rest[i]! -= step * image[i]!;
			next += rest[i]! * eased(i);
		}
		for (let i = 0; i < n; i += 1) way[i] = eased(i) + (next / square) * way[i]!;
		square = next;
	}
}
