import type { StreetNetwork } from '#lib/streets/network/street-network.ts';

/** A density along streets: every segment is cut into equal pieces, and piece p has one value. */
export interface NetworkDensity {
	/** Pieces of segment s: firstPiece[s] … firstPiece[s + 1] − 1, from its first point to its last. */
	firstPiece: Int32Array;
	/** Metres, length of each segment's pieces. */
	pieceMetres: Float64Array;
	/** Reports per kilometre of street, mean over each piece. */
	values: Float32Array;
	/** The greatest of `values`. */
	peak: number;
}

export interface NetworkDensityOptions {
	/** Metres along the street at which a report stops counting. */
	bandwidth: number;
	/** Metres; pieces are as long, or a little shorter. */
	piece: number;
}

/** Reports on the network: entry i of both arrays is report i. */
export interface ReportsOnStreets {
	/** Segment; −1 is on none, and left out. */
	segment: Int32Array;
	/** Metres from the segment's first point. */
	along: Float64Array;
}

/** A way goes on while it carries at least this share of a report; what is left lies where it ends. Short loops would have no end. */
const leastWeight = 1e-4;
/** A segment without length would be gone through for ever. */
const leastMetres = 0.1;

/** ∫₀ᵈ of the quartic kernel 15 ÷ 16 · (1 − u²)² over u = distance ÷ bandwidth; ½ at 1. */
function massWithin(u: number): number {
	return u >= 1 ? 0.5 : (15 * u - 10 * u ** 3 + 3 * u ** 5) / 16;
}

/**
 * Kernel density along streets: trouble spreads along the kerb, not through the block. Equal-split discontinuous kernel
 * (Okabe, Satoh and Sugihara 2009, A kernel density estimation method for networks, IJGIS 23(1), section 4.2), summed
 * over all ways without a turn back (McSwiggan, Baddeley and Nair 2017, Scandinavian Journal of Statistics 44(2)): where a
 * way meets d − 1 others, each goes on with 1 ÷ (d − 1) of it; at a dead end it comes back. Integrals over pieces are exact, so
 * that value × length adds up to the number of reports on the network, which a planar kernel beside streets does not.
 * Costs reports × pieces within the bandwidth. Throws a RangeError for a bandwidth or piece that is not positive, or a report
 * on a segment that is not there.
 */
export function networkDensity(
	network: Pick<StreetNetwork, 'segments' | 'metres' | 'from' | 'to' | 'firstEnd' | 'endAt'>,
	{ segment, along }: ReportsOnStreets,
	{ bandwidth, piece }: NetworkDensityOptions
): NetworkDensity {
	if (!(bandwidth > 0) || !(piece > 0))
		throw new RangeError(`bandwidth ${bandwidth} m and piece ${piece} m must be positive`);
	const { segments, from, to, firstEnd, endAt } = network;
	const metres = network.metres.map((length) => Math.max(length, leastMetres));
	const firstPiece = new Int32Array(segments + 1);
	const pieceMetres = new Float64Array(segments);
	for (let s = 0; s < segments; s++) {
		const pieces = Math.max(1, Math.ceil(metres[s]! / piece));
		firstPiece[s + 1] = firstPiece[s]! + pieces;
		pieceMetres[s] = metres[s]! / pieces;
	}
	const mass = new Float64Array(firstPiece[segments]!);

	/** Lays mass from `at` metres on segment s to its end in a direction, `gone` metres from the report; the distance at that end. */
	const lay = (s: number, isForward: boolean, at: number, gone: number, weight: number): number => {
		const [first, last, long] = [firstPiece[s]!, firstPiece[s + 1]! - 1, pieceMetres[s]!];
		const left = isForward ? metres[s]! - at : at;
		const here = Math.min(last - first, Math.floor(at / long));
		let done = 0;
		for (let p = here; p >= 0 && p <= last - first; p += isForward ? 1 : -1) {
			const border = isForward ? (p + 1) * long - at : at - p * long;
			const until = Math.min(left, Math.max(done, border));
			mass[first + p]! +=
				weight * (massWithin((gone + until) / bandwidth) - massWithin((gone + done) / bandwidth));
			done = until;
			if (gone + done >= bandwidth) break;
		}
		return gone + left;
	};

	/** Ways still to go: segment, direction, metres gone at its beginning, weight. */
	const ways: [s: number, isForward: boolean, gone: number, weight: number][] = [];
	const branch = (s: number, isForward: boolean, gone: number, weight: number) => {
		if (gone >= bandwidth) return;
		if (weight < leastWeight) {
			mass[isForward ? firstPiece[s + 1]! - 1 : firstPiece[s]!]! +=
				weight * (0.5 - massWithin(gone / bandwidth));
			return;
		}
		const junction = isForward ? to[s]! : from[s]!;
		const degree = firstEnd[junction + 1]! - firstEnd[junction]!;
		if (degree === 1) {
			ways.push([s, !isForward, gone, weight]);
			return;
		}
		for (let e = firstEnd[junction]!; e < firstEnd[junction + 1]!; e++) {
			const next = endAt[e]!;
			const isLoop = from[next] === to[next];
			// A loop stands here with both ends, side by side or not: the first is where it begins.
			const isBeginning = isLoop ? firstOf(endAt, firstEnd[junction]!, next) === e : from[next] === junction;
			// The end this way has just come out of.
			if (next === s && isBeginning !== isForward) continue;
			ways.push([next, isBeginning, gone, weight / (degree - 1)]);
		}
	};

	for (let i = 0; i < segment.length; i++) {
		const s = segment[i]!;
		if (s < 0) continue;
		if (s >= segments) throw new RangeError(`report ${i} is on segment ${s} when there are ${segments}`);
		const at = Math.min(metres[s]!, Math.max(0, along[i]!));
		for (const isForward of [true, false]) branch(s, isForward, lay(s, isForward, at, 0, 1), 1);
		for (let way = ways.pop(); way; way = ways.pop()) {
			const [next, isForward, gone, weight] = way;
			branch(next, isForward, lay(next, isForward, isForward ? 0 : metres[next]!, gone, weight), weight);
		}
	}
	const values = new Float32Array(mass.length);
	let peak = 0;
	for (let s = 0; s < segments; s++)
		for (let p = firstPiece[s]!; p < firstPiece[s + 1]!; p++) {
			values[p] = (mass[p]! / pieceMetres[s]!) * 1000;
			peak = Math.max(peak, values[p]!);
		}
	return { firstPiece, pieceMetres, values, peak };
}

function firstOf(endAt: Uint32Array, from: number, segment: number): number {
	let e = from;
	while (endAt[e] !== segment) e += 1;
	return e;
}
