import type { AreaFigures, StreetFigures, WallEvent, WallFrame } from '#lib/live/frame.ts';
import { applyWallFrame, type LiveWall } from '#lib/live/wall-figures.ts';
import { rate, standing, wilson, type Interval, type Share, type Standing } from './rates.ts';
import type { MultiPolygon, Polygon } from 'geojson';

export interface WallStreet extends StreetFigures {
	name: string;
	name_en: string | null;
}

export interface WallArea extends AreaFigures {
	name: string;
	name_en: string | null;
	kind: string;
	unit: string | null;
	unit_en: string | null;
	geometry: Polygon | MultiPolygon;
}

export interface Definition {
	id: string;
	name: string;
	name_en: string;
	formula: string;
	formula_en: string;
}

export interface CategoryCount {
	code: string;
	name: string;
	name_en: string | null;
	received: number;
}

/** 专项整治: what it has counted so far, and until when it runs. Days are of the city's calendar, 'yyyy-mm-dd'. */
export interface Campaign {
	name: string;
	name_en: string | null;
	starts_on: string;
	ends_on: string;
	/** From today to the last day; negative when it is over. */
	days_left: number;
	figures: {
		key: string;
		name: string;
		name_en: string | null;
		value: number;
		/** Counted up to a point and more since: shown with a “+”. */
		is_lower_bound: boolean;
		as_of: string;
	}[];
}

/** `api.wall()`: everything the wall shows, as of one position of the log. */
export interface WallSnapshot extends LiveWall {
	city: {
		name: string;
		name_en: string | null;
		is_demo: boolean;
		time_zone: string;
		minimum_sample: number;
		streets_version: string;
		center: [number, number] | [null, null];
		bbox: [number, number, number, number] | [null, null, null, null];
	};
	period: { from: string; to: string; days: number };
	definitions: Definition[];
	streets: WallStreet[];
	areas: WallArea[];
	categories: CategoryCount[];
	campaign: Campaign | null;
}

/** The wall with a frame's news. Categories come as counts in the snapshot only, so new reports are counted here. */
export function applyFrame(shown: WallSnapshot, frame: WallFrame): WallSnapshot {
	const received = frame.events.filter((event) => event.kind === 'report.received');
	return { ...applyWallFrame(shown, frame), categories: countReceived(shown.categories, received) };
}

function countReceived(categories: CategoryCount[], received: readonly WallEvent[]): CategoryCount[] {
	if (received.length === 0) return categories;
	const counted = new Map(categories.map((category) => [category.code, { ...category }]));
	for (const { category: code, category_name: name, category_name_en } of received) {
		if (code === null || name === null) continue;
		const known = counted.get(code);
		if (known) known.received += 1;
		else counted.set(code, { code, name, name_en: category_name_en, received: 1 });
	}
	return [...counted.values()].sort((a, b) => b.received - a.received || (a.code < b.code ? -1 : 1));
}

/** A street's closure rate with all that may be said about it. */
export interface StreetRate {
	id: number;
	name: string;
	name_en: string | null;
	closed: number;
	due: number;
	share: number | null;
	interval: Interval | null;
	standing: Standing;
}

export function streetRate(street: WallStreet, minimum: number): StreetRate {
	const share: Share = { part: street.closed, of: street.due };
	return {
		id: street.street_id,
		name: street.name,
		name_en: street.name_en,
		closed: street.closed,
		due: street.due,
		share: rate(share),
		interval: wilson(share),
		standing: standing(share, minimum)
	};
}

/**
 * Streets with enough cases, most due first. Not ordered by rate: intervals overlap, and a list by raw rate would be
 * read as a ranking.
 */
export function streetsWorthReading(streets: readonly StreetRate[]): StreetRate[] {
	return streets
		.filter((street) => street.standing === 'enough')
		.sort((a, b) => b.due - a.due || a.id - b.id);
}

/** The newest day a campaign's figures were counted on, 'yyyy-mm-dd'; null without figures. */
export function campaignCountedOn({ figures }: Campaign): string | null {
	return figures.reduce<string | null>(
		(newest, { as_of }) => (newest === null || as_of > newest ? as_of : newest),
		null
	);
}
