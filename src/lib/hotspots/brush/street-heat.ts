import { lixelsOf, networkDensity, type Lixels } from '#lib/streets/network/density.ts';
import { snapIndex, snapPoints } from '#lib/streets/network/snapping.ts';
import { placeOn, type StreetNetwork } from '#lib/streets/network/street-network.ts';

/** Reports per kilometre of street on each piece. */
export interface StreetDensity {
	values: Float64Array;
	/** The greatest of `values`. */
	peak: number;
}

/** Metres: a piece of street, and the spread of a report along it. */
export const streetReach = { piece: 50, bandwidth: 100 } as const;
/** Steps of the diffusion: enough that the bell is one. */
const steps = 4;

/** Pieces of all streets and the piece of each report, for a density along the streets at every step of the hand. */
export class StreetHeat {
	readonly #network: StreetNetwork;
	readonly #lixels: Lixels;
	/** Segment of each piece, and metres from its first point to the piece's middle. */
	readonly #segment: Int32Array;
	readonly #along: Float64Array;
	/** The piece of each report; −1 for none. */
	readonly place: Int32Array;

	/** `segment`: of each report, −1 for none; `x`, `y`: metres in the network's plane. */
	constructor(network: StreetNetwork, segment: Int32Array, x: Float64Array, y: Float64Array) {
		this.#network = network;
		this.#lixels = lixelsOf(network, streetReach.piece);
		const { first, metres } = this.#lixels;
		const pieces = metres.length;
		[this.#segment, this.#along] = [new Int32Array(pieces), new Float64Array(pieces)];
		for (let s = 0; s < network.segments; s++)
			for (let piece = first[s]!; piece < first[s + 1]!; piece++) {
				this.#segment[piece] = s;
				this.#along[piece] = (piece - first[s]! + 0.5) * metres[piece]!;
			}
		const along = alongOwn(network, segment, x, y);
		this.place = segment.map((s, i) => {
			if (s < 0) return -1;
			const last = first[s + 1]! - first[s]! - 1;
			return first[s]! + Math.max(0, Math.min(last, Math.floor(along[i]! / metres[first[s]!]!)));
		});
	}

	get pieces(): number {
		return this.#segment.length;
	}

	/** The density of counts per piece (`networkDensity`, diffusion along the streets); costs the same for any number of reports. */
	of(counts: Uint32Array): StreetDensity {
		const values = networkDensity(
			this.#network,
			this.#lixels,
			{ segment: this.#segment, along: this.#along, weight: Float64Array.from(counts) },
			streetReach.bandwidth,
			steps
		);
		let peak = 0;
		for (const value of values) if (value > peak) peak = value;
		return { values, peak };
	}

	/** Metres in the plane, the two ends of each piece. */
	ends(piece: number): [[x: number, y: number], [x: number, y: number]] {
		const half = this.#lixels.metres[piece]! / 2;
		const [s, along] = [this.#segment[piece]!, this.#along[piece]!];
		return [placeOn(this.#network, s, along - half), placeOn(this.#network, s, along + half)];
	}
}

/**
 * Metres from the first point of its own segment to each report. Reports lie on the lines already, so the nearest foot is theirs; at
 * a junction another segment may be as near, and the nearer end of their own is taken.
 */
export function alongOwn(
	network: StreetNetwork,
	own: Int32Array,
	x: Float64Array,
	y: Float64Array
): Float64Array {
	const { segment, along } = snapPoints(snapIndex(network), x, y, 50);
	return along.map((metres, i) => {
		const s = own[i]!;
		if (s < 0) return 0;
		if (segment[i] === s) return metres;
		const [from, to] = [network.firstPoint[s]!, network.firstPoint[s + 1]! - 1];
		const away = (p: number) => Math.hypot(network.x[p]! - x[i]!, network.y[p]! - y[i]!);
		return away(from) <= away(to) ? 0 : network.metres[s]!;
	});
}
