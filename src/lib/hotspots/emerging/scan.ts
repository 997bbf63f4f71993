import { randomFrom } from '../significance/random.ts';
import { placesOf, type Zones } from './zones.ts';

/** When and where, as columns: entry i of both arrays is report i. */
export interface WeeklyReports {
	/** Place 0 … n − 1; −1 is on none, and left out. */
	place: Int32Array;
	/** Week 0 … weeks − 1; reports of other weeks are left out. */
	week: Int32Array;
	weeks: number;
}

export interface ScanOptions {
	/** Longest stretch looked at, in weeks, at most half of all: what lasts longer is not emerging. */
	longest: number;
	/** Fewer reports than this are no cluster, however unexpected. */
	leastCount: number;
	permutations: number;
	seed: number;
	/** Clusters with a greater p-value are left out, in (0, 1]. */
	level: number;
}

export const usualScan = { longest: 8, leastCount: 5, permutations: 999, level: 0.05 } as const;

/** Places where more (or less) happened in the last weeks than their own past and the city's weeks lead one to expect. */
export interface Cluster {
	change: 'more' | 'less';
	/** Middle, steps around it, and all places of it. */
	middle: number;
	ring: number;
	places: Int32Array;
	/** The last so many weeks. */
	weeks: number;
	count: number;
	expected: number;
	/** Logarithm of the likelihood ratio. */
	likelihood: number;
	p: number;
}

/**
 * The prospective space–time permutation scan (Kulldorff, Heffernan, Hartman, Assunção and Mostashari 2005, PLoS Medicine
 * 2(3), e59): every zone × every stretch of 1 … `longest` weeks that ends with the last week is compared with
 *
 *     expected = (reports of the zone) · (reports of the stretch) ÷ (all reports)
 *     likelihood = c · ln(c ÷ e) + (C − c) · ln((C − c) ÷ (C − e))
 *
 * which allows for places that are always busy and weeks that are busy everywhere; it needs no exposure. Zones that
 * do not overlap a likelier one are reported, `more` and `less` apart. p compares a likelihood with the greatest of each of `permutations` dealings of
 * the weeks to the reports, so that it holds for all zones and stretches at once. The seed gives the same again. Costs
 * permutations · (reports of the last weeks · places in a zone + zones · longest). Throws a RangeError for options out of bounds.
 */
export function spaceTimeScan(zones: Zones, reports: WeeklyReports, options: ScanOptions): Cluster[] {
	const { longest, permutations, seed, level } = options;
	if (!(Number.isInteger(longest) && longest >= 1 && 2 * longest <= reports.weeks))
		throw new RangeError(
			`longest ${longest} must be a whole number from 1 to half of ${reports.weeks} weeks`
		);
	if (!(level > 0 && level <= 1)) throw new RangeError(`level ${level} must lie between 0 and 1`);
	const scan = new Scan(zones, reports, options);
	const observed = scan.all();
	const random = randomFrom(seed);
	const greatest = { more: new Float64Array(permutations), less: new Float64Array(permutations) };
	for (let d = 0; d < permutations; d++) {
		scan.deal(random.below);
		const most = scan.greatest();
		greatest.more[d] = most.more;
		greatest.less[d] = most.less;
	}
	return (['more', 'less'] as const).flatMap((change) => {
		const draws = greatest[change];
		const taken = new Uint8Array(scan.n);
		const clusters: Cluster[] = [];
		const candidates = observed.filter((one) => one.change === change);
		for (const one of candidates.sort((a, b) => b.likelihood - a.likelihood)) {
			const reached = draws.reduce((sum, most) => sum + Number(most >= one.likelihood - 1e-9), 0);
			const p = (1 + reached) / (permutations + 1);
			if (p > level) break;
			const places = placesOf(zones, one.middle, one.ring);
			if (places.some((place) => taken[place])) continue;
			for (const place of places) taken[place] = 1;
			clusters.push({ ...one, places, p });
		}
		return clusters;
	});
}

class Scan {
	readonly n: number;
	readonly #zones: Zones;
	readonly #leastCount: number;
	readonly #longest: number;
	readonly #total: number;
	/** Place of each report, in an order that dealing changes: those of the last week first. */
	readonly #deck: Int32Array;
	/** How many reports the last 1 … longest weeks have. */
	readonly #ends: Int32Array;
	/** Reports of each zone, over all weeks. */
	readonly #ofZone: Float64Array;
	/** Logarithms of 1 … all reports; the first stands for 0. */
	readonly #logs: Float64Array;
	readonly #logOfZone: Float64Array;
	/** Reports of the stretch at hand in each ring, and of its newest week at each place. */
	readonly #inRing: Int32Array;
	readonly #fresh: Int32Array;
	#logShare = 0;

	constructor(zones: Zones, { place, week, weeks }: WeeklyReports, { longest, leastCount }: ScanOptions) {
		this.n = (zones.start.length - 1) / (zones.rings + 1);
		this.#zones = zones;
		this.#longest = longest;
		this.#leastCount = leastCount;
		const kept = [...place.keys()].filter((i) => place[i]! >= 0 && week[i]! >= 0 && week[i]! < weeks);
		kept.sort((a, b) => week[b]! - week[a]!);
		this.#total = kept.length;
		this.#deck = Int32Array.from(kept, (i) => place[i]!);
		this.#ends = Int32Array.from({ length: longest }, (_, l) => {
			const end = kept.findIndex((i) => week[i]! < weeks - 1 - l);
			return end < 0 ? kept.length : end;
		});
		const counts = new Float64Array(this.n);
		for (const at of this.#deck) counts[at]! += 1;
		this.#ofZone = new Float64Array(this.n * (zones.rings + 1));
		for (let i = 0, zone = 0; i < this.n; i++)
			for (let ring = 0, sum = 0; ring <= zones.rings; ring++, zone++) {
				for (let at = zones.start[zone]!; at < zones.start[zone + 1]!; at++) sum += counts[zones.list[at]!]!;
				this.#ofZone[zone] = sum;
			}
		this.#logs = Float64Array.from({ length: this.#total + 1 }, (_, k) => (k === 0 ? 0 : Math.log(k)));
		this.#logOfZone = this.#ofZone.map(Math.log);
		this.#inRing = new Int32Array(this.#ofZone.length);
		this.#fresh = new Int32Array(this.n);
	}

	/** Deals the weeks out again: which reports are recent changes, how many does not. */
	deal(below: (below: number) => number): void {
		const deck = this.#deck;
		for (let j = 0; j < this.#ends[this.#longest - 1]!; j++) {
			const at = j + below(deck.length - j);
			const place = deck[at]!;
			deck[at] = deck[j]!;
			deck[j] = place;
		}
	}

	/** The greatest likelihood of either change. */
	greatest(): { more: number; less: number } {
		const greatest = { more: 0, less: 0 };
		this.#visit((zone, count, expected) => {
			const change = count > expected ? 'more' : 'less';
			// ln(1 + x) ≤ x bounds the second term, and spares most of the logarithms.
			const [others, left] = [this.#total - count, this.#total - expected];
			const most = this.#first(zone, count) + (others * (expected - count)) / left;
			if (most > greatest[change])
				greatest[change] = Math.max(greatest[change], this.#likelihood(zone, count, expected));
		});
		return greatest;
	}

	all(): Omit<Cluster, 'places' | 'p'>[] {
		const found: Omit<Cluster, 'places' | 'p'>[] = [];
		const across = this.#zones.rings + 1;
		this.#visit((zone, count, expected, weeks) => {
			const change = count > expected ? 'more' : 'less';
			const [middle, ring] = [Math.floor(zone / across), zone % across];
			const likelihood = this.#likelihood(zone, count, expected);
			found.push({ change, middle, ring, weeks, count, expected, likelihood });
		});
		return found;
	}

	#likelihood(zone: number, count: number, expected: number): number {
		const others = this.#total - count;
		return (
			this.#first(zone, count) +
			(others > 0 ? others * (this.#logs[others]! - Math.log(this.#total - expected)) : 0)
		);
	}

	/** c · ln(c ÷ e) in the stretch at hand. */
	#first(zone: number, count: number): number {
		return count > 0 ? count * (this.#logs[count]! - this.#logOfZone[zone]! - this.#logShare) : 0;
	}

	/** Every zone and stretch with enough reports, counted from the last week backwards. */
	#visit(see: (zone: number, count: number, expected: number, weeks: number) => void): void {
		const { start, list, rings } = this.#zones;
		const [inRing, fresh, total] = [this.#inRing, this.#fresh, this.#total];
		inRing.fill(0);
		let dealt = 0;
		for (let l = 0; l < this.#longest; l++) {
			const end = this.#ends[l]!;
			const touched: number[] = [];
			for (; dealt < end; dealt++) {
				const place = this.#deck[dealt]!;
				if (fresh[place]! === 0) touched.push(place);
				fresh[place]! += 1;
			}
			// Steps are mutual: a place is in ring r of those that are in its own.
			for (const place of touched) {
				const count = fresh[place]!;
				fresh[place] = 0;
				for (let ring = 0, zone = place * (rings + 1); ring <= rings; ring++, zone++)
					for (let at = start[zone]!; at < start[zone + 1]!; at++)
						inRing[list[at]! * (rings + 1) + ring]! += count;
			}
			const share = end / total;
			this.#logShare = Math.log(share);
			for (let i = 0, zone = 0; i < this.n; i++)
				for (let ring = 0, count = 0; ring <= rings; ring++, zone++) {
					count += inRing[zone]!;
					const expected = this.#ofZone[zone]! * share;
					// Where less happens, it is what would have been there that must be enough.
					if (Math.max(count, expected) < this.#leastCount || count === expected) continue;
					see(zone, count, expected, l + 1);
				}
		}
	}
}
