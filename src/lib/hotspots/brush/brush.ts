import { buildStreetNetwork, type StreetNetwork } from '#lib/streets/network/street-network.ts';
import type { DensityGrid } from '../density.ts';
import { unproject } from '../plane.ts';
import { expectation } from '../significance/exposure.ts';
import { giStar } from '../significance/gi-star.ts';
import { segmentNeighbours, type Neighbours } from '../significance/neighbours.ts';
import { permutationsFor, sharedDraws, type SharedDraws } from '../significance/permutation.ts';
import { shuffleTest, type ShuffleTest } from '../significance/shuffle.ts';
import { significantHotspots, usualSignificance, type Significance } from '../significance/significant.ts';
import { hexagonsOver, weeklyHours, type Exposure, type Ground, type Hexagons } from './ground.ts';
import { MovingCounts } from './moving-counts.ts';
import { alphabetOf, sifted, type Alphabet, type Sieve } from './selection.ts';
import { firstAt, sourceOf, spotFlags, type Spots } from './spots.ts';
import { heatOf, squaresOver, type Squares } from './square-heat.ts';
import { StreetHeat, type StreetDensity } from './street-heat.ts';

/** What counts are made of: hexagons of a radius, or the segments of the streets. */
export type Places = { kind: 'hexagons'; radius: number } | { kind: 'segments' };

/** Which reports, in which stretch of time. */
export interface Asked {
	/** Hours of the city's clock since 2000, [from, to). */
	from: number;
	to: number;
	sieve: Sieve;
}

/** What is said of a selection beside its map. */
export interface Figures {
	total: number;
	/** Days in the stretch. */
	days: number;
	/** Kilometres of street. */
	km: number;
	open: number;
	closed: number;
	patrolFound: number;
	/** Second reports of a case that was reported already. */
	repeats: number;
	/** Reports per category, hour of the day (24) and source. */
	byCategory: Uint32Array;
	byHour: Uint32Array;
	bySource: Uint32Array;
}

/** A heat map at one step of the hand. */
export interface Heat {
	grid: DensityGrid;
	/** Degrees, the outer edges: [west, south, east, north]. */
	box: [number, number, number, number];
}

/** Counts and Gi* of every place at one step of the hand: scores alone, not yet a verdict. */
export interface Scores {
	counts: Uint32Array;
	/** NaN where it is not defined. */
	score: Float64Array;
}

/** How hotspots are judged. */
export interface Judging {
	exposure: Exposure;
	seed: number;
	rate: number;
	leastCount: number;
	permutations?: number;
}

/** Why a place is what it is. */
export interface PlaceParts {
	total: number;
	byCategory: Uint32Array;
	byHour: Uint32Array;
	bySource: Uint32Array;
	/** Reports per day of the stretch, the last day included. */
	byDay: Uint32Array;
	patrolFound: number;
	repeats: number;
	open: number;
}

/** Metres: a street corner's reach, and the least square of the map that follows the hand. */
export const heatReach = { bandwidth: 200, cell: 50 } as const;
/** Sizes a hexagon may have: metres from the middle to a corner. */
export const hexagonRadii = [100, 150, 250, 400] as const;

/** Counts of one division of the reports, and the filters they were sifted by. */
interface Tally {
	counts: MovingCounts;
	sieve: string;
}

/**
 * Every report of a city over its streets, ready to be asked for any stretch of time under any filters. What is asked about
 * is prepared when it is first asked for; then a step costs what `MovingCounts` says, plus one pass over the places.
 */
export class Brush {
	readonly spots: Spots;
	readonly network: StreetNetwork;
	readonly km: number;
	readonly #categories: number;
	readonly #sources: number;
	/** Metres in the network's plane, each report. */
	readonly #x: Float64Array;
	readonly #y: Float64Array;
	readonly #weekly: Float64Array;
	readonly #tallies = new Map<string, Tally>();
	readonly #hexagons = new Map<number, Hexagons>();
	readonly #draws = new Map<string, SharedDraws>();
	#segmentPlace: Int32Array | null = null;
	#segmentNeighbours: Neighbours | null = null;
	#squares: Squares | null = null;
	#streetHeat: StreetHeat | null = null;
	#scores = new Float64Array();
	#values = new Float64Array();
	#evenly = new Float64Array();
	#alphabet: Alphabet;
	/** Letters that the filters of `#inFor` let in. */
	#isIn: Uint8Array = new Uint8Array();
	#inFor = '';

	/** `categories`, `sources`: how many the city has. */
	constructor(ground: Ground, spots: Spots, categories: number, sources: number) {
		this.spots = spots;
		this.network = buildStreetNetwork(ground.segments);
		this.#weekly = weeklyHours(this.network, ground.patrol);
		this.#categories = categories;
		this.#sources = sources;
		this.km = this.network.metres.reduce((sum, metres) => sum + metres, 0) / 1000;
		const { plane } = this.network;
		const [lng, lat] = spots.origin;
		this.#x = Float64Array.from(spots.lng, (step) => (lng + step * 1e-6 - plane.lng) * plane.metresPerLng);
		this.#y = Float64Array.from(spots.lat, (step) => (lat + step * 1e-6 - plane.lat) * plane.metresPerLat);
		this.#alphabet = alphabetOf(spots);
	}

	/** Metres in the network's plane. */
	get places(): { x: Float64Array; y: Float64Array } {
		return { x: this.#x, y: this.#y };
	}

	get hasPatrolHours(): boolean {
		return this.#weekly.some((hours) => hours > 0);
	}

	/** Leaves these reports out from now on; null leaves none out. */
	leaveOut(isOut: Uint8Array | null): void {
		this.#alphabet = alphabetOf(this.spots, isOut);
		this.#inFor = '';
		this.#tallies.clear();
	}

	/** Reports per day of the whole history under the filters, from the first report's day on. */
	days(sieve: Sieve): { first: number; counts: Uint32Array } {
		const { hour } = this.spots;
		if (hour.length === 0) return { first: 0, counts: new Uint32Array() };
		const first = Math.floor(hour[0]! / 24);
		const isIn = this.#sift(sieve);
		const { letter } = this.#alphabet;
		const counts = new Uint32Array(Math.floor(hour.at(-1)! / 24) - first + 1);
		for (let i = 0; i < hour.length; i++) counts[Math.floor(hour[i]! / 24) - first]! += isIn[letter[i]!]!;
		return { first, counts };
	}

	figures(asked: Asked): Figures {
		const isIn = this.#sift(asked.sieve);
		const { letter, category, hour, flags } = this.#alphabet;
		const byLetter = this.#count('letters', asked, () => Int32Array.from(letter), isIn.length, everyLetter);
		const figures: Figures = {
			days: (asked.to - asked.from) / 24,
			km: this.km,
			...{ total: 0, open: 0, closed: 0, patrolFound: 0, repeats: 0 },
			byCategory: new Uint32Array(this.#categories),
			byHour: new Uint32Array(24),
			bySource: new Uint32Array(this.#sources)
		};
		for (let l = 0; l < category.length; l++) {
			const count = byLetter[l]!;
			if (count === 0 || isIn[l] === 0) continue;
			const flag = flags[l]!;
			figures.total += count;
			figures.byCategory[category[l]!]! += count;
			figures.byHour[hour[l]!]! += count;
			figures.bySource[sourceOf(flag)]! += count;
			if (flag & spotFlags.open) figures.open += count;
			if (flag & spotFlags.closed) figures.closed += count;
			if (flag & spotFlags.patrolFound) figures.patrolFound += count;
			if (flag & spotFlags.repeat) figures.repeats += count;
		}
		return figures;
	}

	heat(asked: Asked): Heat {
		this.#squares ??= squaresOver(this.#x, this.#y, heatReach.cell, heatReach.bandwidth);
		const squares = this.#squares;
		const counts = this.#count('squares', asked, () => squares.place, squares.held.length);
		const grid = heatOf(squares, counts, heatReach.bandwidth);
		const { plane } = this.network;
		const { west, south, cell, columns, rows } = grid;
		return {
			grid,
			box: [...unproject(plane, west, south), ...unproject(plane, west + columns * cell, south + rows * cell)]
		};
	}

	/** Streets cut into pieces, and where each report lies on them. */
	get streetHeat(): StreetHeat {
		return (this.#streetHeat ??= new StreetHeat(
			this.network,
			this.placeOf({ kind: 'segments' }),
			this.#x,
			this.#y
		));
	}

	/** Kernel density along the streets. */
	heatAlong(asked: Asked): StreetDensity {
		const { place, pieces } = this.streetHeat;
		return this.streetHeat.of(this.#count('pieces', asked, () => place, pieces));
	}

	/** Reports of the stretch that the filters let in, as indices in the order of time. */
	chosen(asked: Asked): Int32Array {
		const isIn = this.#sift(asked.sieve);
		const { letter } = this.#alphabet;
		const [from, to] = [firstAt(this.spots.hour, asked.from), firstAt(this.spots.hour, asked.to)];
		const found = new Int32Array(Math.max(0, to - from));
		let n = 0;
		for (let i = from; i < to; i++) if (isIn[letter[i]!]) found[n++] = i;
		return found.slice(0, n);
	}

	/** Hexagons of a radius; kept, as a city has only so many sizes. */
	hexagons(radius: number): Hexagons {
		let kept = this.#hexagons.get(radius);
		if (!kept) {
			kept = hexagonsOver(this.network, this.#x, this.#y, radius, this.#weekly);
			this.#hexagons.set(radius, kept);
		}
		return kept;
	}

	neighbours(places: Places): Neighbours {
		if (places.kind === 'hexagons') return this.hexagons(places.radius).lattice.neighbours;
		const { from, to, junctions } = this.network;
		return (this.#segmentNeighbours ??= segmentNeighbours(
			Int32Array.from(from),
			Int32Array.from(to),
			junctions
		));
	}

	/** The place of each report; below 0 for none. */
	placeOf(places: Places): Int32Array {
		if (places.kind === 'hexagons') return this.hexagons(places.radius).place;
		if (!this.#segmentPlace) {
			const numbers = new Map(Array.from(this.network.ids, (id, s) => [id, s]));
			this.#segmentPlace = Int32Array.from(this.spots.segment, (id) => numbers.get(id) ?? -1);
		}
		return this.#segmentPlace;
	}

	/** What each place is exposed to over the stretch: kilometres of street, or hours of patrol; null for none. */
	exposure(places: Places, exposure: Exposure, asked: Asked): Float64Array | null {
		if (exposure === 'none') return null;
		if (exposure === 'street')
			return places.kind === 'hexagons'
				? this.hexagons(places.radius).streetKm
				: this.network.metres.map((metres) => metres / 1000);
		const weeks = (asked.to - asked.from) / (24 * 7);
		const weekly = places.kind === 'hexagons' ? this.hexagons(places.radius).patrolHours : this.#weekly;
		return weekly.map((hours) => hours * weeks);
	}

	/** Reports of the stretch per place. The array is the brush's own and changes with the next step. */
	counts(places: Places, asked: Asked): Uint32Array {
		const name = places.kind === 'hexagons' ? `hexagons ${places.radius}` : 'segments';
		return this.#count(name, asked, () => this.placeOf(places), this.neighbours(places).start.length - 1);
	}

	/** Counts and Gi* of every place: a step of the hand. Both arrays are the brush's own. */
	scores(places: Places, asked: Asked, exposure: Exposure): Scores {
		const counts = this.counts(places, asked);
		if (this.#scores.length !== counts.length) {
			this.#scores = new Float64Array(counts.length);
			this.#values = new Float64Array(counts.length);
		}
		this.#values.set(counts);
		const exposed = this.exposure(places, exposure, asked);
		const everywhere = exposed && isExposed(exposed) ? exposed : this.#ones(counts.length);
		const { residual } = expectation(this.#values, everywhere, usualSignificance.cap);
		return { counts, score: giStar(residual, this.neighbours(places), this.#scores) };
	}

	/** The verdict of a selection: what chance alone would not give. A step of a second, not of the hand. */
	judge(places: Places, asked: Asked, judging: Judging): Significance {
		const neighbours = this.neighbours(places);
		const permutations = judging.permutations ?? permutationsFor(neighbours.start.length - 1, judging.rate);
		const key = `${JSON.stringify(places)} ${permutations} ${judging.seed}`;
		let draws = this.#draws.get(key);
		if (!draws) {
			this.#draws.clear();
			this.#draws.set(key, (draws = sharedDraws(neighbours, { permutations, seed: judging.seed })));
		}
		const exposed = this.exposure(places, judging.exposure, asked);
		return significantHotspots(
			Float64Array.from(this.counts(places, asked)),
			neighbours,
			{
				...{ permutations, seed: judging.seed, rate: judging.rate },
				...{ leastCount: judging.leastCount, cap: usualSignificance.cap }
			},
			{ draws, ...(exposed && isExposed(exposed) && { exposure: exposed }) }
		);
	}

	/** The same verdict over places whose reports were dealt out at random: whatever it finds is a false alarm. */
	shuffle(places: Places, verdict: Significance, options: Parameters<typeof shuffleTest>[2]): ShuffleTest {
		return shuffleTest(verdict, this.neighbours(places), options);
	}

	/** What the reports of one place are, or of several that are looked at as one. */
	parts(places: Places, asked: Asked, wanted: ReadonlySet<number>): PlaceParts {
		const place = this.placeOf(places);
		const isIn = this.#sift(asked.sieve);
		const { letter } = this.#alphabet;
		const { hour, category, flags } = this.spots;
		const firstDay = Math.floor(asked.from / 24);
		const parts: PlaceParts = {
			...{ total: 0, patrolFound: 0, repeats: 0, open: 0 },
			byCategory: new Uint32Array(this.#categories),
			byHour: new Uint32Array(24),
			bySource: new Uint32Array(this.#sources),
			byDay: new Uint32Array(Math.max(0, Math.ceil(asked.to / 24) - firstDay))
		};
		const end = firstAt(hour, asked.to);
		for (let i = firstAt(hour, asked.from); i < end; i++) {
			if (!wanted.has(place[i]!) || !isIn[letter[i]!]) continue;
			parts.total += 1;
			parts.byCategory[category[i]!]! += 1;
			parts.byHour[hour[i]! % 24]! += 1;
			parts.bySource[sourceOf(flags[i]!)]! += 1;
			parts.byDay[Math.floor(hour[i]! / 24) - firstDay]! += 1;
			parts.patrolFound += flags[i]! & spotFlags.patrolFound ? 1 : 0;
			parts.repeats += flags[i]! & spotFlags.repeat ? 1 : 0;
			parts.open += flags[i]! & spotFlags.open ? 1 : 0;
		}
		return parts;
	}

	/** 1 for each report that the filters let in. */
	sift(sieve: Sieve): Uint8Array {
		const isIn = this.#sift(sieve);
		return Uint8Array.from(this.#alphabet.letter, (l) => isIn[l]!);
	}

	#ones(n: number): Float64Array {
		if (this.#evenly.length !== n) this.#evenly = new Float64Array(n).fill(1);
		return this.#evenly;
	}

	#sift(sieve: Sieve): Uint8Array {
		const key = JSON.stringify(sieve);
		if (key !== this.#inFor) {
			this.#isIn = sifted(this.#alphabet, sieve);
			this.#inFor = key;
		}
		return this.#isIn;
	}

	/** Counts of the stretch per place; `every` counts reports whatever the filters, so that no filter costs a pass. */
	#count(
		name: string,
		{ from, to, sieve }: Asked,
		place: () => Int32Array,
		places: number,
		every: typeof everyLetter | null = null
	): Uint32Array {
		const isIn = every ? every(this.#alphabet.category.length) : this.#sift(sieve);
		const key = every ? 'every' : this.#inFor;
		let tally = this.#tallies.get(name);
		if (!tally) {
			const { letter } = this.#alphabet;
			tally = { counts: new MovingCounts(place(), places, letter, isIn), sieve: key };
			this.#tallies.set(name, tally);
		} else if (tally.sieve !== key) {
			tally.counts.sift(isIn);
			tally.sieve = key;
		}
		return tally.counts.move(firstAt(this.spots.hour, from), firstAt(this.spots.hour, to));
	}
}

/** Lets every kind of report in, but not what is left out. */
const everyLetter = (letters: number) => new Uint8Array(letters + 1).fill(1, 0, letters);
const isExposed = (exposure: Float64Array) => exposure.some((amount) => amount > 0);
