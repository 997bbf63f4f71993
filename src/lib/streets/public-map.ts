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
	received: number;
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
	totals: { open: number; closed: number; due: number; overdue: number; received_today: number };
	segments: SegmentCounts[];
	streets: StreetCounts[];
	facilities: WashSite[];
	campaign: Campaign | null;
}

/** A row of the list: a street with its rate, as far as anything may be said of it. */
export interface StreetRow extends StreetCounts {
	share: number | null;
	interval: Interval | null;
	standing: Standing;
}

/** Streets for the list, the most open cases first. With a category, its open cases only; rates stay those of all. */
export function streetRows(map: PublicMap, category: string | null): StreetRow[] {
	const minimum = map.minimum_sample ?? usualMinimum;
	const open = openByStreet(map.segments, category);
	return map.streets
		.map((street) => {
			const counts = { part: street.closed, of: street.due };
			return {
				...street,
				open: category === null ? street.open : (open.get(street.street_id) ?? 0),
				share: rate(counts),
				interval: wilson(counts),
				standing: standing(counts, minimum)
			};
		})
		.filter((street) => category === null || street.open > 0)
		.sort((a, b) => b.open - a.open || b.due - a.due || a.street_id - b.street_id);
}

function openByStreet(segments: readonly SegmentCounts[], category: string | null): Map<number, number> {
	const open = new Map<number, number>();
	for (const segment of segments) {
		if (segment.street_id === null) continue;
		open.set(segment.street_id, (open.get(segment.street_id) ?? 0) + openOn(segment, category));
	}
	return open;
}

/** Open cases on a segment, of one category or of all. */
export function openOn(segment: SegmentCounts, category: string | null): number {
	return category === null ? segment.open : (segment.by_category?.[category] ?? 0);
}

/** The categories that have open cases, with how many, the most first. */
export function openCategories(segments: readonly SegmentCounts[]): { code: string; open: number }[] {
	const totals = new Map<string, number>();
	for (const { by_category } of segments) {
		for (const [code, open] of Object.entries(by_category ?? {}))
			totals.set(code, (totals.get(code) ?? 0) + open);
	}
	return [...totals].map(([code, open]) => ({ code, open })).sort((a, b) => b.open - a.open);
}
