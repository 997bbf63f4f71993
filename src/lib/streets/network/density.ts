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
 * of implicit Euler: the pieces of a segment are eliminated, exactly, and what remains between the junctions is solved by
 * conjugate gradients. Reports are kept to 1e-6 of their number, the variance is bandwidth² whatever the steps, and more
 * steps bring the bell nearer to the normal's. Costs the same for ten reports as for a million. Throws a RangeError for a
 * bandwidth that is not positive.
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
	const { segment, along, weight } = reports;
	const kept = new Float64Array(pieces);
	for (let i = 0; i < segment.length; i += 1) {
		const s = segment[i]!;
		if (s < 0) continue;
		const place = Math.min(first[s + 1]! - first[s]! - 1, Math.floor(along[i]! / metres[first[s]!]!) || 0);
		kept[first[s]! + Math.max(0, place)]! += weight?.[i] ?? 1;
	}
	const chains = chainsOf(network, lixels, (bandwidth * bandwidth) / (2 * steps));
	const atJunction = new Float64Array(network.junctions);
	const density = new Float64Array(pieces);
	for (let step = 0; step < steps; step += 1) {
		settle(network, lixels, chains, kept, atJunction, density);
		for (let i = 0; i < pieces; i += 1) kept[i] = metres[i]! * density[i]!;
	}
	return density.map((perMetre) => 1000 * Math.max(0, perMetre));
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

/** What one step makes of the pieces of each segment, given the densities at its junctions. */
interface Chains {
	/** Elimination (Thomas): one over the pivot of each piece, and what flows to the next piece over it. */
	inverse: Float64Array;
	ahead: Float64Array;
	/** Density of each piece for a density of 1 at the segment's first junction, at its last. */
	ofFirst: Float64Array;
	ofLast: Float64Array;
	/** Per segment: what flows between a junction and the piece beside it, per difference in density. */
	flow: Float64Array;
	/** Per segment: what its junctions then pull on each other; per junction: what holds it. */
	pull: Float64Array;
	hold: Float64Array;
}

function chainsOf(
	{ segments, from, to, junctions }: StreetNetwork,
	{ first, metres }: Lixels,
	step: number
): Chains {
	const pieces = metres.length;
	const [inverse, ahead] = [new Float64Array(pieces), new Float64Array(pieces)];
	const [ofFirst, ofLast] = [new Float64Array(pieces), new Float64Array(pieces)];
	const [flow, pull, hold] = [
		new Float64Array(segments),
		new Float64Array(segments),
		new Float64Array(junctions)
	];
	for (let s = 0; s < segments; s += 1) {
		const [start, end] = [first[s]!, first[s + 1]! - 1];
		// A street of no length is no distance: a millimetre keeps the sums finite.
		const apart = Math.max(metres[start]!, 1e-3);
		const [within, outside] = [step / apart, (2 * step) / apart];
		for (let i = start; i <= end; i += 1) {
			const pivot =
				metres[i]! + (i === start ? outside : within * (1 - ahead[i - 1]!)) + (i === end ? outside : within);
			inverse[i] = 1 / pivot;
			ahead[i] = i === end ? 0 : within / pivot;
		}
		ofFirst[start] = outside;
		ofLast[end] = outside;
		solveChain(ofFirst, inverse, ahead, start, end, within);
		solveChain(ofLast, inverse, ahead, start, end, within);
		flow[s] = outside;
		pull[s] = outside * ofLast[start]!;
		hold[from[s]!]! += outside * (1 - ofFirst[start]!);
		hold[to[s]!]! += outside * (1 - ofLast[end]!);
	}
	return { inverse, ahead, ofFirst, ofLast, flow, pull, hold };
}

/** Turns what is kept on pieces start…end into their densities with nothing at the junctions, in place. */
function solveChain(
	values: Float64Array,
	inverse: Float64Array,
	ahead: Float64Array,
	start: number,
	end: number,
	within: number
): void {
	values[start]! *= inverse[start]!;
	for (let i = start + 1; i <= end; i += 1) values[i] = (values[i]! + within * values[i - 1]!) * inverse[i]!;
	for (let i = end - 1; i >= start; i -= 1) values[i]! += ahead[i]! * values[i + 1]!;
}

/** One step: `density` of the pieces from what is kept on them, with `atJunction` as a first guess and an answer. */
function settle(
	{ segments, from, to }: StreetNetwork,
	{ first }: Lixels,
	{ inverse, ahead, ofFirst, ofLast, flow, pull, hold }: Chains,
	kept: Float64Array,
	atJunction: Float64Array,
	density: Float64Array
): void {
	density.set(kept);
	const comes = new Float64Array(atJunction.length);
	for (let s = 0; s < segments; s += 1) {
		const [start, end] = [first[s]!, first[s + 1]! - 1];
		solveChain(density, inverse, ahead, start, end, flow[s]! / 2);
		comes[from[s]!]! += flow[s]! * density[start]!;
		comes[to[s]!]! += flow[s]! * density[end]!;
	}
	balance(from, to, pull, hold, comes, atJunction);
	for (let s = 0; s < segments; s += 1) {
		const [a, b] = [atJunction[from[s]!]!, atJunction[to[s]!]!];
		for (let i = first[s]!; i < first[s + 1]!; i += 1) density[i]! += a * ofFirst[i]! + b * ofLast[i]!;
	}
}

/** Solves hold · x − pull · (the other end's x) = comes by conjugate gradients, the diagonal as preconditioner (Saad 2003, algorithm 9.1). */
function balance(
	from: Uint32Array,
	to: Uint32Array,
	pull: Float64Array,
	hold: Float64Array,
	comes: Float64Array,
	x: Float64Array
): void {
	const n = x.length;
	const apply = (values: Float64Array, out: Float64Array) => {
		for (let j = 0; j < n; j += 1) out[j] = hold[j]! * values[j]!;
		for (let s = 0; s < from.length; s += 1) {
			const [a, b] = [from[s]!, to[s]!];
			out[a]! -= pull[s]! * values[b]!;
			out[b]! -= pull[s]! * values[a]!;
		}
	};
	const eased = hold.map((one) => (one > 0 ? 1 / one : 0));
	const [rest, way, image] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
	apply(x, image);
	let [aim, square] = [0, 0];
	for (let j = 0; j < n; j += 1) {
		rest[j] = comes[j]! - image[j]!;
		way[j] = eased[j]! * rest[j]!;
		square += rest[j]! * way[j]!;
		aim += comes[j]! * comes[j]! * eased[j]!;
	}
	for (let round = 0; round < 1000 && square > 1e-15 * aim; round += 1) {
		apply(way, image);
		let bend = 0;
		for (let j = 0; j < n; j += 1) bend += way[j]! * image[j]!;
		const step = square / bend;
		let next = 0;
		for (let j = 0; j < n; j += 1) {
			x[j]! += step * way[j]!;
			rest[j]! -= step * image[j]!;
			next += rest[j]! * rest[j]! * eased[j]!;
		}
		for (let j = 0; j < n; j += 1) way[j] = eased[j]! * rest[j]! + (next / square) * way[j]!;
		square = next;
	}
}
