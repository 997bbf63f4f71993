import { moveToWgs84, type Position } from './datum.ts';
import { frameAround, StreetDistance, type Frame, type PackedLines } from './street-distance.ts';

export interface Shift {
	/** How far the points lie from where they fit the streets; 0 when no other place fits clearly better. */
	metres: number;
	/** In which direction they lie off, degrees clockwise from north. */
	bearing: number;
	/** What explains the shift; null when nothing known does. */
	suggestion: 'gcj02' | 'bd09' | 'swapped' | null;
	/** Share of the points (of those not far from all streets) within 30 m of a street: as they stand, and with the suggestion (or the bare shift) undone. */
	fitBefore: number;
	fitAfter: number;
	/** The points fit clearly better as they stand than read in another datum: theirs is the streets' own. */
	isPlain: boolean;
}

export const compassPoints = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;

/** The eighth of the compass a bearing points to: what a sentence says of it. */
export function compassPoint(bearing: number): (typeof compassPoints)[number] {
	return compassPoints[Math.round((((bearing % 360) + 360) % 360) / 45) % 8]!;
}

/** Fewer distinct places than this say nothing. */
const fewest = 40;
/** So many are looked at, evenly out of all. */
const most = 2000;
/** “On a street”: reports lie a median 15 m from the line of their street, and nine in ten within 30 m. */
const near = 30;
/** How far a shift is looked for. GCJ-02 moves by 50–700 m, BD-09 by as much again. */
const reach = 1500;

/**
 * Measures whether points that ought to lie along streets do, and if not, which shift brings them there. The points
 * as they stand are compared with their GCJ-02, BD-09 and turned-axes readings and with every bare shift within 1.5 km.
 * Null: nothing can be measured (too few distinct places, or no streets).
 *
 * @param points lng, lat, lng, lat … as the source gives them
 * @param streets in WGS-84
 */
export function measureShift(points: Float64Array, streets: PackedLines): Shift | null {
	const extent = extentOf(streets);
	if (!extent) return null;
	const raw = distinctPlaces(points);
	if (raw.length < fewest) return null;
	const frame = frameAround((extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2);

	const swapped = raw.map(([lng, lat]): Position => [lat, lng]);
	const isHere = shareWithin(raw, extent) >= 0.5;
	if (!isHere && shareWithin(swapped, extent) >= 0.5) {
		const fit = fitOf(project(swapped, frame), gridAround(project(swapped, frame), streets, frame));
		return {
			...offset(centre(raw), centre(swapped)),
			suggestion: 'swapped',
			fitBefore: 0,
			fitAfter: fit.share,
			isPlain: false
		};
	}
	if (!isHere && shareWithin(raw, extent, 0.05) < 0.2) {
		const middle: Position = [frame.lng, frame.lat];
		return { ...offset(centre(raw), middle), suggestion: null, fitBefore: 0, fitAfter: 0, isPlain: false };
	}

	const all = project(raw, frame);
	const grid = gridAround(all, streets, frame);
	// What lies far from every street, however it is read, says nothing: fields, or a district the city has no streets of.
	const isNear = all.map(([x, y]) => grid.at(x, y) <= reach / 2);
	const places = all.filter((_, i) => isNear[i]);
	const nearby = raw.filter((_, i) => isNear[i]);
	if (places.length < fewest) return null;
	const before = fitOf(places, grid);
	const moved = bestMove(places, grid);
	const readings = (['gcj02', 'bd09'] as const)
		.map((datum) => {
			const read = project(
				nearby.map((at) => moveToWgs84(at, datum)),
				frame
			);
			return { datum, fit: fitOf(read, grid) };
		})
		.sort((a, b) => b.fit.score - a.fit.score);
	const best = readings[0]!;
	const isExplained = isClearlyBetter(best.fit, before, 4, 1.12) && best.fit.score >= 0.85 * moved.fit.score;
	// The best of thousands of bare shifts looks better by chance alone, so much more is asked of it.
	if (!isExplained && !isClearlyBetter(moved.fit, before, 8, 1.3)) {
		const isPlain = isClearlyBetter(before, best.fit, 4, 1.12);
		return {
			metres: 0,
			bearing: 0,
			suggestion: null,
			fitBefore: before.share,
			fitAfter: before.share,
			isPlain
		};
	}
	if (isExplained) {
		// The datum's own shift is known to the metre; the best bare one only where streets are dense.
		const back = nearby.map((at) => moveToWgs84(at, best.datum));
		const { metres, bearing } = offset(centre(nearby), centre(back));
		return {
			metres,
			bearing,
			suggestion: best.datum,
			fitBefore: before.share,
			fitAfter: best.fit.share,
			isPlain: false
		};
	}
	// They lie off in the direction opposite to the shift that brings them back.
	const degrees = (Math.atan2(-moved.east, -moved.north) * 180) / Math.PI;
	return {
		metres: Math.round(Math.hypot(moved.east, moved.north)),
		bearing: Math.round((degrees + 360) % 360),
		suggestion: null,
		fitBefore: before.share,
		fitAfter: moved.fit.share,
		isPlain: false
	};
}

interface Fit {
	/** Share within 30 m of a street. */
	share: number;
	/** Each place's closeness, 1 on a street falling to 0 at 60 m: what is compared, because it has no step. */
	each: Float32Array;
	/** Their mean. */
	score: number;
}

type Metres = [east: number, north: number];

function fitOf(places: readonly Metres[], grid: StreetDistance, east = 0, north = 0): Fit {
	let within = 0;
	let sum = 0;
	const each = new Float32Array(places.length);
	for (let i = 0; i < places.length; i++) {
		const metres = grid.at(places[i]![0] + east, places[i]![1] + north);
		if (metres <= near) within += 1;
		each[i] = Math.max(0, 1 - metres / (2 * near));
		sum += each[i]!;
	}
	return { share: within / places.length, each, score: sum / places.length };
}

/** Better place by place: by so many standard errors of the mean difference, and by a ratio. */
function isClearlyBetter(fit: Fit, before: Fit, errors: number, ratio: number): boolean {
	const n = fit.each.length;
	const gain = fit.score - before.score;
	let squares = 0;
	for (let i = 0; i < n; i++) squares += (fit.each[i]! - before.each[i]! - gain) ** 2;
	const error = Math.sqrt(squares / n / n);
	return gain > errors * error && fit.score > ratio * before.score;
}

/** The shift that fits best: every 30 m within reach, then every 5 m around the best. */
function bestMove(places: readonly Metres[], grid: StreetDistance) {
	const some =
		places.length <= 500 ? places : places.filter((_, i) => i % Math.ceil(places.length / 500) === 0);
	let best = { east: 0, north: 0, score: -1 };
	const tryAt = (among: readonly Metres[], east: number, north: number) => {
		const { score } = fitOf(among, grid, east, north);
		if (score > best.score) best = { east, north, score };
	};
	for (let east = -reach; east <= reach; east += 30) {
		for (let north = -reach; north <= reach; north += 30) {
			if (Math.hypot(east, north) <= reach) tryAt(some, east, north);
		}
	}
	const { east, north } = best;
	best = { east, north, score: -1 };
	for (let de = -30; de <= 30; de += 5) {
		for (let dn = -30; dn <= 30; dn += 5) tryAt(places, east + de, north + dn);
	}
	return { east: best.east, north: best.north, fit: fitOf(places, grid, best.east, best.north) };
}

/** A default geocode carries thousands of rows: each place (about 10 m) counts once. */
function distinctPlaces(points: Float64Array): Position[] {
	const seen = new Map<string, Position>();
	for (let i = 0; i + 1 < points.length; i += 2) {
		const [lng, lat] = [points[i]!, points[i + 1]!];
		if (Number.isFinite(lng) && Number.isFinite(lat)) {
			seen.set(`${Math.round(lng * 1e4)},${Math.round(lat * 1e4)}`, [lng, lat]);
		}
	}
	const places = [...seen.values()];
	const step = Math.max(1, places.length / most);
	return Array.from({ length: Math.min(most, places.length) }, (_, i) => places[Math.floor(i * step)]!);
}

type Extent = [west: number, south: number, east: number, north: number];

function extentOf({ coords }: PackedLines): Extent | null {
	if (coords.length < 4) return null;
	const extent: Extent = [Infinity, Infinity, -Infinity, -Infinity];
	for (let i = 0; i + 1 < coords.length; i += 2) {
		extent[0] = Math.min(extent[0], coords[i]!);
		extent[1] = Math.min(extent[1], coords[i + 1]!);
		extent[2] = Math.max(extent[2], coords[i]!);
		extent[3] = Math.max(extent[3], coords[i + 1]!);
	}
	return extent;
}

function shareWithin(places: readonly Position[], [west, south, east, north]: Extent, margin = 0.02): number {
	const within = places.filter(
		([lng, lat]) => lng > west - margin && lng < east + margin && lat > south - margin && lat < north + margin
	);
	return within.length / places.length;
}

function project(places: readonly Position[], { lng, lat, east, north }: Frame): Metres[] {
	return places.map(([x, y]) => [(x - lng) * east, (y - lat) * north]);
}

/** The grid reaches as far beyond the middle 98 % of the points as they may be moved: strays do not blow it up. */
function gridAround(places: readonly Metres[], streets: PackedLines, frame: Frame): StreetDistance {
	const edge = (axis: 0 | 1, share: number) => {
		const sorted = places.map((place) => place[axis]).sort((a, b) => a - b);
		return sorted[Math.round(share * (sorted.length - 1))]!;
	};
	return new StreetDistance(streets, frame, [
		edge(0, 0.01) - reach,
		edge(1, 0.01) - reach,
		edge(0, 0.99) + reach,
		edge(1, 0.99) + reach
	]);
}

function centre(places: readonly Position[]): Position {
	const middle = (axis: 0 | 1) => {
		const sorted = places.map((place) => place[axis]).sort((a, b) => a - b);
		return sorted[sorted.length >> 1]!;
	};
	return [middle(0), middle(1)];
}

/** Distance and bearing of `lies` as seen from `belongs`, on the globe. */
function offset(lies: Position, belongs: Position): { metres: number; bearing: number } {
	const rad = Math.PI / 180;
	const [p, q] = [belongs[1] * rad, lies[1] * rad];
	const dLng = (lies[0] - belongs[0]) * rad;
	const half = Math.sin((q - p) / 2) ** 2 + Math.cos(p) * Math.cos(q) * Math.sin(dLng / 2) ** 2;
	const bearing = Math.atan2(
		Math.sin(dLng) * Math.cos(q),
		Math.cos(p) * Math.sin(q) - Math.sin(p) * Math.cos(q) * Math.cos(dLng)
	);
	return {
		metres: Math.round(2 * 6_371_009 * Math.asin(Math.min(1, Math.sqrt(half)))),
		bearing: Math.round((bearing / rad + 360) % 360)
	};
}
