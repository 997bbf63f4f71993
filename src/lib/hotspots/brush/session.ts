import { doubtsAbout, type Doubt } from '../doubts/doubts.ts';
import { emergingHotspots } from '../emerging/emerging.ts';
import { usualScan } from '../emerging/scan.ts';
import { dbscan } from '../grouping/dbscan.ts';
import { hexagonCorners } from '../hexagons.ts';
import { unproject } from '../plane.ts';
import { usualSignificance, type Significance } from '../significance/significant.ts';
import { Brush, type Asked, type Figures, type Heat, type PlaceParts, type Places } from './brush.ts';
import { Forecasting, type Expecting, type Forecasted, type TooShort } from './forecasting.ts';
import type { Exposure, Ground } from './ground.ts';
import type { Sieve } from './selection.ts';
import { unpackSpots, type SpotsPage } from './spots.ts';
import type { StreetDensity } from './street-heat.ts';

/** What a page knows once everything is read. */
export interface Opened {
	takenAt: string;
	timeZone: string;
	seed: number;
	rate: number;
	leastCount: number;
	sources: string[];
	categories: SpotsPage['categories'];
	total: number;
	km: number;
	segments: number;
	hasPatrolHours: boolean;
	/** Day of the first report and of the last, days since 2000-01-01; reports a day in between. */
	firstDay: number;
	days: Uint32Array;
	/** Degrees around all streets. */
	box: [number, number, number, number];
}

/** How places are drawn: hexagons by their middles, segments by their lines. Degrees, WGS-84. */
export type Shapes =
	| { kind: 'hexagons'; middles: Float64Array; corners: [number, number][] }
	| { kind: 'segments'; lines: [number, number][][] };

export type View = 'heat' | 'network' | 'hexagons' | 'segments' | 'emerging' | 'groups';
/** Views of a verdict on places. */
export type PlaceView = 'hexagons' | 'segments';

export interface Step {
	view: View;
	radius: number;
	asked: Asked;
	exposure: Exposure;
	/** What doubts set aside counts all the same. */
	hasDoubtful: boolean;
}

/** Something about the data to distrust, where it is. */
export type NamedDoubt = Doubt & Named;

/** A place that is turning into something. */
export interface EmergingSpot extends Named {
	place: number;
	/** Index into `emergingKinds`. */
	kind: number;
	count: number;
	/** Of the cluster of the scan it lies in; null for a persistent one. */
	cluster: { weeks: number; count: number; expected: number; p: number } | null;
}

export interface Emerged {
	weeks: number;
	longest: number;
	/** First day of the weeks, days since 2000-01-01. */
	first: number;
	spots: EmergingSpot[];
	kind: Uint8Array;
	counts: Uint32Array;
	seed: number;
	permutations: number;
}

/** A group of reports that lie close together. */
export interface Group extends Named {
	count: number;
	/** Degrees: the hull around it. */
	hull: [number, number][];
}

export interface Grouped {
	groups: Group[];
	reach: number;
	least: number;
	loose: number;
}

export interface Stepped {
	figures: Figures;
	heat: Heat | null;
	density: StreetDensity | null;
	counts: Uint32Array | null;
	score: Float64Array | null;
}

/** One place in the list: what was counted, expected and found. */
export interface Spot {
	place: number;
	/** Degrees, the middle. */
	middle: [number, number];
	streetId: number | null;
	street: string | null;
	streetEn: string | null;
	segmentId: number | null;
	count: number;
	expected: number;
	score: number;
	p: number;
	/** Adjusted by Benjamini and Hochberg; NaN where not tested. */
	adjusted: number;
	isHot: boolean;
}

/** Where a place is. */
export type Named = Pick<Spot, 'middle' | 'streetId' | 'street' | 'streetEn' | 'segmentId'>;

export interface BusyStreet {
	streetId: number;
	street: string;
	streetEn: string | null;
	count: number;
	km: number;
	middle: [number, number];
}

export interface Judged {
	figures: Figures;
	/** Every place with a report, hotspots first, then by p-value. */
	spots: Spot[];
	counts: Uint32Array;
	/** 1 where it is a hotspot. */
	hot: Uint8Array;
	places: number;
	tested: number;
	found: number;
	seed: number;
	permutations: number;
	rate: number;
	leastCount: number;
	tookMs: number;
}

export interface Shuffled {
	alarms: Int32Array;
	withAlarm: number;
	times: number;
	seed: number;
}

/** A city's reports in a page's worker: what the screen asks, answered in the screen's words. */
export class BrushSession {
	readonly brush: Brush;
	readonly opened: Opened;
	readonly #ground: Ground;
	#forecasting: Forecasting | null = null;
	#doubts: Doubt[] | null = null;
	#isTrusting = true;
	#verdict: { key: string; places: Places; significance: Significance } | null = null;

	constructor(ground: Ground, pages: readonly SpotsPage[]) {
		const head = pages[0];
		if (!head) throw new Error('There is no page of reports when expected 1 or more.');
		const spots = unpackSpots(pages);
		this.#ground = ground;
		this.brush = new Brush(ground, spots, head.categories.length, head.sources.length);
		const { first, counts } = this.brush.days(everything);
		this.opened = {
			takenAt: head.taken_at,
			timeZone: head.time_zone,
			seed: head.seed,
			rate: head.false_rate,
			leastCount: head.least_count,
			sources: head.sources,
			categories: head.categories,
			total: spots.hour.length,
			km: this.brush.km,
			segments: this.brush.network.segments,
			hasPatrolHours: this.brush.hasPatrolHours,
			firstDay: first,
			days: counts,
			box: boxOf(ground)
		};
	}

	days(sieve: Sieve, hasDoubtful: boolean): Uint32Array {
		this.#trust(hasDoubtful);
		return this.brush.days(sieve).counts;
	}

	step({ view, radius, asked, exposure, hasDoubtful }: Step): Stepped {
		this.#trust(hasDoubtful);
		const figures = this.brush.figures(asked);
		const none = { figures, heat: null, density: null, counts: null, score: null };
		if (view === 'groups') return none;
		if (view === 'heat') return { ...none, heat: this.brush.heat(asked) };
		if (view === 'network') return { ...none, density: this.brush.heatAlong(asked) };
		if (view === 'emerging') {
			const counts = this.brush.counts(placesOf(view, radius), asked).slice();
			return { ...none, counts, score: new Float64Array(counts.length).fill(NaN) };
		}
		const { counts, score } = this.brush.scores(placesOf(view, radius), asked, exposure);
		return { ...none, counts: counts.slice(), score: score.slice() };
	}

	shapes(view: 'hexagons' | 'segments' | 'network', radius: number): Shapes {
		if (view === 'network') {
			const { plane } = this.brush.network;
			const { streetHeat } = this.brush;
			const lines = Array.from({ length: streetHeat.pieces }, (_, piece) =>
				streetHeat.ends(piece).map(([x, y]) => unproject(plane, x, y))
			);
			return { kind: 'segments', lines };
		}
		if (view === 'segments')
			return { kind: 'segments', lines: this.#ground.segments.map(({ line }) => line) };
		const { plane } = this.brush.network;
		const { lattice } = this.brush.hexagons(radius);
		const middles = new Float64Array(2 * lattice.x.length);
		for (let i = 0; i < lattice.x.length; i++)
			middles.set(unproject(plane, lattice.x[i]!, lattice.y[i]!), 2 * i);
		const corners = hexagonCorners(0, 0, radius, 0.96).map(([east, north]): [number, number] => [
			east / plane.metresPerLng,
			north / plane.metresPerLat
		]);
		return { kind: 'hexagons', middles, corners };
	}

	/** Streets by how many reports of the selection lie on them, the most first. */
	streets(asked: Asked, hasDoubtful: boolean): BusyStreet[] {
		this.#trust(hasDoubtful);
		const counts = this.brush.counts({ kind: 'segments' }, asked);
		const streets = new Map<number, BusyStreet>();
		for (const [s, { street_id, name, name_en, line }] of this.#ground.segments.entries()) {
			if (street_id === null || name === null) continue;
			const street = streets.get(street_id) ?? {
				...{ streetId: street_id, street: name, streetEn: name_en },
				...{ count: 0, km: 0, middle: halfWay(line) }
			};
			street.count += counts[s]!;
			street.km += this.brush.network.metres[s]! / 1000;
			streets.set(street_id, street);
		}
		return [...streets.values()].filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
	}

	judge(step: Step & { view: PlaceView; permutations?: number }): Judged {
		const begun = performance.now();
		const { significance, places } = this.#judged(step);
		const { counts, expected, score, p, adjusted, hot, tested, count, options } = significance;
		const spots: Spot[] = [];
		for (let place = 0; place < counts.length; place++) {
			if (counts[place] === 0) continue;
			spots.push({
				...this.nameOf(places, place),
				place,
				count: counts[place]!,
				expected: expected[place]!,
				score: score[place]!,
				p: p[place]!,
				adjusted: adjusted[place]!,
				isHot: hot[place] === 1
			});
		}
		// What was not tested comes last: it may have any p-value.
		const rank = ({ isHot, adjusted }: Spot) => (isHot ? 0 : Number.isNaN(adjusted) ? 2 : 1);
		spots.sort((a, b) => rank(a) - rank(b) || a.p - b.p || b.score - a.score || b.count - a.count);
		return {
			figures: this.brush.figures(step.asked),
			spots,
			counts: Uint32Array.from(counts),
			hot: hot.slice(),
			places: counts.length,
			tested,
			found: count,
			seed: options.seed,
			permutations: options.permutations,
			rate: options.rate,
			leastCount: options.leastCount,
			tookMs: performance.now() - begun
		};
	}

	shuffle(
		step: Step & { view: PlaceView; permutations?: number },
		times: number,
		tell?: (done: number, found: Uint8Array, counts: Uint32Array) => void
	): Shuffled {
		const { significance, places } = this.#judged(step);
		const seed = this.opened.seed + 1;
		const { alarms, withAlarm } = this.brush.shuffle(places, significance, {
			times,
			seed,
			tell: (done, origin, found) =>
				tell?.(
					done,
					found.slice(),
					Uint32Array.from(origin, (place) => significance.counts[place]!)
				)
		});
		return { alarms, withAlarm, times, seed };
	}

	parts(step: Step, place: number): PlaceParts {
		this.#trust(step.hasDoubtful);
		return this.brush.parts(placesOf(step.view, step.radius), step.asked, new Set([place]));
	}

	/** What to distrust in the whole history, most reports first. */
	doubts(): NamedDoubt[] {
		const plane = this.brush.network.plane;
		return this.#doubtful().map((doubt) => {
			const middle = unproject(plane, doubt.x, doubt.y);
			const at = this.brush.placeOf({ kind: 'segments' })[doubt.setAside[0] ?? 0] ?? -1;
			const named = at < 0 ? nowhere : this.nameOf({ kind: 'segments' }, at);
			return { ...doubt, ...named, middle };
		});
	}

	/**
	 * What is emerging in the weeks up to the end of the stretch; a stretch of fewer than sixteen weeks is lengthened backwards as far as
	 * the history goes. Null when the history has fewer than four.
	 */
	emerge({ radius, asked, exposure, hasDoubtful }: Step): Emerged | null {
		this.#trust(hasDoubtful);
		const { hour } = this.brush.spots;
		const week = 168;
		const wanted = Math.max(16, Math.floor((asked.to - asked.from) / week));
		const weeks = Math.min(wanted, Math.floor((asked.to - Math.floor((hour[0] ?? 0) / 24) * 24) / week));
		if (weeks < 4) return null;
		const longest = Math.min(8, Math.floor(weeks / 2));
		const places = placesOf('emerging', radius);
		const stretch = { ...asked, from: asked.to - weeks * week };
		const place = this.brush.placeOf(places);
		const chosen = this.brush.chosen(stretch);
		const reports = {
			place: Int32Array.from(chosen, (i) => place[i]!),
			week: Int32Array.from(chosen, (i) => Math.floor((hour[i]! - stretch.from) / week)),
			weeks
		};
		const { seed, rate, leastCount } = this.opened;
		const exposed = this.brush.exposure(places, exposure, stretch);
		const permutations = usualSignificance.permutations;
		const { kind, clusters } = emergingHotspots(
			reports,
			this.brush.neighbours(places),
			{
				...{ seed, permutations, rings: 2 },
				scan: { ...usualScan, longest },
				significance: { rate, leastCount, cap: usualSignificance.cap }
			},
			exposed && exposed.some((amount) => amount > 0) ? exposed : undefined
		);
		const counts = this.brush.counts(places, stretch).slice();
		const spots: EmergingSpot[] = [];
		for (let at = 0; at < kind.length; at++) {
			if (kind[at] === 0) continue;
			const of = clusters.find(({ places }) => places.includes(at));
			const { weeks: lasting, count, expected, p } = of ?? { weeks: 0, count: 0, expected: 0, p: 1 };
			spots.push({
				...this.nameOf(places, at),
				...{ place: at, kind: kind[at]!, count: counts[at]! },
				cluster: of ? { weeks: lasting, count, expected, p } : null
			});
		}
		spots.sort((a, b) => a.kind - b.kind || (a.cluster?.p ?? 1) - (b.cluster?.p ?? 1) || b.count - a.count);
		return {
			...{ weeks, longest, first: Math.floor(stretch.from / 24), spots, kind: kind.slice(), counts },
			...{ seed, permutations: usualScan.permutations }
		};
	}

	/** Reports of the stretch that lie close together, the largest group first. Null for more than 200,000 of them. */
	group({ asked, hasDoubtful }: Step): Grouped | null {
		this.#trust(hasDoubtful);
		const chosen = this.brush.chosen(asked);
		if (chosen.length > mostGrouped) return null;
		const { x, y } = this.brush.places;
		const [px, py] = [Float64Array.from(chosen, (i) => x[i]!), Float64Array.from(chosen, (i) => y[i]!)];
		const { group } = dbscan(px, py, grouping);
		const members = new Map<number, number[]>();
		for (const [i, g] of group.entries()) {
			if (g < 0) continue;
			const list = members.get(g);
			if (list) list.push(i);
			else members.set(g, [i]);
		}
		const { plane } = this.brush.network;
		const segment = this.brush.placeOf({ kind: 'segments' });
		let loose = chosen.length;
		const groups = [...members.values()].map((list): Group => {
			loose -= list.length;
			const hull = hullOf(list.map((i) => [px[i]!, py[i]!]));
			const mean = (values: Float64Array) => list.reduce((sum, i) => sum + values[i]!, 0) / list.length;
			const s = mostOften(list.map((i) => segment[chosen[i]!]!));
			return {
				...(s < 0 ? nowhere : this.nameOf({ kind: 'segments' }, s)),
				middle: unproject(plane, mean(px), mean(py)),
				count: list.length,
				hull: hull.map(([east, north]) => unproject(plane, east, north))
			};
		});
		groups.sort((a, b) => b.count - a.count);
		return { groups, ...grouping, loose };
	}

	#doubtful(): Doubt[] {
		const { hour, category } = this.brush.spots;
		return (this.#doubts ??= doubtsAbout({ ...this.brush.places, hour, category }));
	}

	/** Sets doubtful reports aside, or counts them again. */
	#trust(hasDoubtful: boolean): void {
		if (hasDoubtful === this.#isTrusting) return;
		this.#isTrusting = hasDoubtful;
		this.#forecasting = null;
		if (hasDoubtful) return this.brush.leaveOut(null);
		const isOut = new Uint8Array(this.brush.spots.hour.length);
		for (const { setAside } of this.#doubtful()) for (const i of setAside) isOut[i] = 1;
		this.brush.leaveOut(isOut);
	}

	nameOf(places: Places, place: number): Named {
		const { network } = this.brush;
		const isHexagon = places.kind === 'hexagons';
		const s = isHexagon ? this.brush.hexagons(places.radius).segment[place]! : place;
		const segment = this.#ground.segments[s];
		let middle: [number, number];
		if (isHexagon) {
			const { lattice } = this.brush.hexagons(places.radius);
			middle = unproject(network.plane, lattice.x[place]!, lattice.y[place]!);
		} else middle = halfWay(segment!.line);
		return {
			middle,
			streetId: segment?.street_id ?? null,
			street: segment?.name ?? null,
			streetEn: segment?.name_en ?? null,
			segmentId: segment?.id ?? null
		};
	}

	/** What is expected in the week after the history; streets by name. */
	expect(expecting: Expecting): (Forecasted & { names: Named[] }) | TooShort {
		const forecasted = this.#foreseeing().expect(expecting);
		if ('tooShort' in forecasted) return forecasted;
		const names = forecasted.best.map(({ segment }) => this.nameOf({ kind: 'segments' }, segment));
		return { ...forecasted, names };
	}

	/** How good such forecasts have been in this city. */
	test(tell: (done: number, of: number) => void) {
		return this.#foreseeing().test(tell);
	}

	/** Of what is not doubted: patrols are not sent to the place a system writes when it knows none. */
	#foreseeing(): Forecasting {
		this.#trust(false);
		return (this.#forecasting ??= new Forecasting(this.brush, this.opened.categories.length));
	}

	#judged({ view, radius, asked, exposure, hasDoubtful, permutations }: Step & { permutations?: number }) {
		this.#trust(hasDoubtful);
		const places = placesOf(view, radius);
		const key = JSON.stringify([places, asked, exposure, hasDoubtful, permutations]);
		if (this.#verdict?.key !== key) {
			const { seed, rate, leastCount } = this.opened;
			const significance = this.brush.judge(places, asked, {
				...{ exposure, seed, rate, leastCount },
				...(permutations && { permutations })
			});
			this.#verdict = { key, places, significance };
		}
		return this.#verdict;
	}
}

/** Every report. */
export const everything: Sieve = { categories: null, hours: [0, 24], hasPatrolFound: true, hasRepeats: true };

const nowhere: Named = { middle: [0, 0], streetId: null, street: null, streetEn: null, segmentId: null };
/** Metres to the next report of a group, and reports within it that make one. */
const grouping = { reach: 60, least: 8 } as const;
const mostGrouped = 200_000;

function mostOften(values: readonly number[]): number {
	const counts = new Map<number, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0] as [number, number])[0];
}

/** The convex hull of points, counter-clockwise (Andrew 1979, monotone chain). */
function hullOf(points: readonly (readonly [number, number])[]): [number, number][] {
	const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
	const half = (list: readonly (readonly [number, number])[]) => {
		const chain: (readonly [number, number])[] = [];
		for (const p of list) {
			while (chain.length > 1) {
				const [a, b] = [chain.at(-2)!, chain.at(-1)!];
				if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
				chain.pop();
			}
			chain.push(p);
		}
		return chain.slice(0, -1);
	};
	const hull = [...half(sorted), ...half([...sorted].reverse())];
	return (hull.length > 0 ? hull : sorted.slice(0, 1)).map(([x, y]) => [x, y]);
}

export const placesOf = (view: View, radius: number): Places =>
	view === 'segments' ? { kind: 'segments' } : { kind: 'hexagons', radius };

function halfWay(line: readonly [number, number][]): [number, number] {
	const p = Math.floor((line.length - 1) / 2);
	const [a, b] = [line[p]!, line[p + 1] ?? line[p]!];
	return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

function boxOf({ segments }: Ground): [number, number, number, number] {
	const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const { line } of segments)
		for (const [lng, lat] of line) {
			if (lng < box[0]) box[0] = lng;
			if (lat < box[1]) box[1] = lat;
			if (lng > box[2]) box[2] = lng;
			if (lat > box[3]) box[3] = lat;
		}
	return segments.length > 0 ? box : [0, 0, 0, 0];
}
