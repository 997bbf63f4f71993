// What the public sees of a city: how many cases are open and closed on a segment and on a street, and where the legal
// alternatives are. Nothing here is nearer to a door than a street segment.
import { rate, standing, usualMinimum, wilson, type Interval, type Standing } from '#lib/closure/rates.ts';
import type { Point } from './search.ts';

export interface SegmentCounts {
	segment_id: number;
	street_id: number | null;
	open: number;
	/** Closed within the period. */
	closed: number;
	/** Open cases by category. */
	by_category: Record<string, number> | null;
}

export interface StreetCounts {
	street_id: number;
	name: string;
	name_en: string | null;
	due: number;
	closed: number;
	open: number;
}

export interface WashSite {
	id: number;
	kind: string;
	name: string;
	name_en: string | null;
	point: Point;
	bays: number | null;
	bays_free: number | null;
	build_state: string | null;
}

export interface CampaignFigure {
	key: string;
	name: string;
	name_en: string | null;
	value: number;
	/** At least so many: shown with a plus. */
	is_lower_bound: boolean;
	as_of: string | null;
}

export interface Campaign {
	name: string;
	name_en: string | null;
	starts_on: string;
	ends_on: string;
	days_left: number;
	figures: CampaignFigure[];
}

export interface PublicMap {
	taken_at: string;
	period: { from: string; to: string; days: number };
	minimum_sample?: number;
	/** The category all of this is of; null: every one. */
	category: string | null;
	totals: { open: number; closed: number; due: number; overdue: number; received_today: number };
	/** What there is to choose from, whatever was chosen. */
	categories: { code: string; open: number; due: number }[];
	segments: SegmentCounts[];
	streets: StreetCounts[];
	facilities: WashSite[];
	campaign: Campaign | null;
}

/** One street with its lines: what its page shows. */
export interface PublicStreet {
	taken_at: string;
	period: PublicMap['period'];
	minimum_sample?: number;
	street: { id: number; name: string; name_en: string | null };
	totals: { open: number; closed: number; due: number };
	categories: { code: string; open: number; closed: number; due: number }[];
	/** Half a year, oldest first. */
	months: { month: string; filed: number; closed: number }[];
	segments: { segment_id: number; open: number; closed: number; line: [lng: number, lat: number][] }[];
	facilities: (WashSite & { distance_m: number })[];
}

/** What may be said of closed out of due to close. */
export interface Judged {
	share: number | null;
	interval: Interval | null;
	standing: Standing;
}

/** A row of the list: a street with its rate, as far as anything may be said of it. */
export type StreetRow = StreetCounts & Judged;

export function judged({ closed, due }: { closed: number; due: number }, minimum = usualMinimum): Judged {
	const counts = { part: closed, of: due };
	return { share: rate(counts), interval: wilson(counts), standing: standing(counts, minimum) };
}

/** Streets for the list, the most open cases first; of the category that the map is of. */
export function streetRows(map: PublicMap): StreetRow[] {
	return map.streets
		.map((street) => ({ ...street, ...judged(street, map.minimum_sample) }))
		.sort((a, b) => b.open - a.open || b.due - a.due || a.street_id - b.street_id);
}

/** The box around lines, for a map that shows them whole. Null without any. */
export function boxAround(
	lines: readonly (readonly (readonly [number, number])[])[]
): [west: number, south: number, east: number, north: number] | null {
	const points = lines.flat();
	if (points.length === 0) return null;
	const [lngs, lats] = [points.map(([lng]) => lng), points.map(([, lat]) => lat)];
	return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}
