import { hexagonCorners } from '../hexagons.ts';
import { unproject } from '../plane.ts';
import type { Significance } from '../significance/significant.ts';
import { Brush, type Asked, type Figures, type Heat, type PlaceParts, type Places } from './brush.ts';
import { Forecasting, type Expecting, type Forecasted, type TooShort } from './forecasting.ts';
import type { Exposure, Ground } from './ground.ts';
import type { Sieve } from './selection.ts';
import { unpackSpots, type SpotsPage } from './spots.ts';

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

export type View = 'heat' | 'hexagons' | 'segments';

export interface Step {
	view: View;
	radius: number;
	asked: Asked;
	exposure: Exposure;
}

export interface Stepped {
	figures: Figures;
	heat: Heat | null;
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

	days(sieve: Sieve): Uint32Array {
		return this.brush.days(sieve).counts;
	}

	step({ view, radius, asked, exposure }: Step): Stepped {
		const figures = this.brush.figures(asked);
		if (view === 'heat') return { figures, heat: this.brush.heat(asked), counts: null, score: null };
		const { counts, score } = this.brush.scores(placesOf(view, radius), asked, exposure);
		return { figures, heat: null, counts: counts.slice(), score: score.slice() };
	}

	shapes(view: 'hexagons' | 'segments', radius: number): Shapes {
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
	streets(asked: Asked): BusyStreet[] {
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

	judge(step: Step & { view: 'hexagons' | 'segments'; permutations?: number }): Judged {
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
		step: Step & { view: 'hexagons' | 'segments'; permutations?: number },
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

	parts(step: Step & { view: 'hexagons' | 'segments' }, place: number): PlaceParts {
		return this.brush.parts(placesOf(step.view, step.radius), step.asked, new Set([place]));
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

	#foreseeing(): Forecasting {
		return (this.#forecasting ??= new Forecasting(this.brush, this.opened.categories.length));
	}

	#judged({ view, radius, asked, exposure, permutations }: Step & { permutations?: number }) {
		const places = placesOf(view, radius);
		const key = JSON.stringify([places, asked, exposure, permutations]);
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
