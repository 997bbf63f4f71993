import { startOfDay } from '#lib/city/office/cells.ts';
import type { BoardFilters, CampaignDays } from '../board-filters.ts';
import { factSources } from '../facts/fact-table.ts';
import { factSeconds } from '../facts/fact-time.ts';
import type { AskedSelection } from './questions.ts';

export interface Named {
	id: number;
	name: string;
	name_en: string | null;
}

export interface GroundCampaign extends CampaignDays {
	key: string;
	phases: NonNullable<CampaignDays['phases']>;
}

/** `api.number_ground()`: what numbers are cut by, and how the city counts. */
export interface NumberGround {
	taken_at: string;
	/** The city's day, `YYYY-MM-DD`. */
	today: string;
	minimum_sample: number;
	rate_period_days: number;
	streets: (Named & { length_m: number })[];
	units: (Named & { parent: number | null })[];
	areas: Named[];
	street_classes: string[];
	campaigns: GroundCampaign[];
}

/** The campaign that is on, else the next, else the last; null in a city without one. */
export function campaignOf({
	campaigns,
	today
}: Pick<NumberGround, 'campaigns' | 'today'>): GroundCampaign | null {
	const distance = ({ starts_on, ends_on }: GroundCampaign): [number, number] => {
		const rank = starts_on <= today && today <= ends_on ? 0 : starts_on > today ? 1 : 2;
		return [rank, Math.abs(Date.parse(ends_on) - Date.parse(today))];
	};
	const sorted = campaigns.toSorted((a, b) => {
		const [left, right] = [distance(a), distance(b)];
		return left[0] - right[0] || left[1] - right[1] || (a.key < b.key ? -1 : 1);
	});
	return sorted[0] ?? null;
}

/** A unit and all units below it. */
export function unitsWithin(units: NumberGround['units'], id: number): number[] {
	const within = new Set([id]);
	for (let size = 0; size !== within.size;) {
		size = within.size;
		for (const unit of units) if (unit.parent !== null && within.has(unit.parent)) within.add(unit.id);
	}
	return [...within];
}

export interface CategoryTree {
	code: string;
	parent: string | null;
}

/** A category and those below it: cases carry the lowest. */
export function categoriesWithin(categories: readonly CategoryTree[], code: string): string[] {
	return [code, ...categories.filter(({ parent }) => parent === code).map((one) => one.code)];
}

/** Filters and days as the facts are asked; both days are counted in, by the city's clock. */
export function selectionOf(
	filters: Pick<
		BoardFilters,
		'category' | 'area' | 'unit' | 'below' | 'street' | 'class' | 'source' | 'patrol'
	>,
	days: { from: string; to: string },
	timeZone: string,
	ground: Pick<NumberGround, 'units'>,
	categories: readonly CategoryTree[]
): AskedSelection {
	const source = (factSources as readonly string[]).indexOf(filters.source);
	return {
		from: startSeconds(days.from, timeZone),
		until: startSeconds(dayAfter(days.to), timeZone),
		categories: filters.category ? categoriesWithin(categories, filters.category) : null,
		areas: filters.area ? [Number(filters.area)] : null,
		units: unitsOf(filters, ground.units),
		streets: filters.street ? [Number(filters.street)] : null,
		segments: null,
		streetClasses: filters.class ? [filters.class] : null,
		sources: source >= 0 ? [source] : null,
		patrol: filters.patrol
	};
}

function unitsOf(
	{ unit, below }: Pick<BoardFilters, 'unit' | 'below'>,
	units: NumberGround['units']
): number[] | null {
	if (!unit) return null;
	return below === 'with' ? unitsWithin(units, Number(unit)) : [Number(unit)];
}

/** What reports are counted by under these filters; null where a filter leaves them out. */
export function receivedBy(filters: BoardFilters): 'street' | 'area' | null {
	const { area, unit, street, source, patrol } = filters;
	if (unit || filters.class || source || patrol !== 'with' || (area && street)) return null;
	const by = filters.by === 'area' ? 'area' : 'street';
	return (by === 'area' ? street : area) ? null : by;
}

/** When a day begins in the city, in fact seconds. */
export function startSeconds(day: string, timeZone: string): number {
	return factSeconds(startOfDay(day, timeZone));
}

export function dayAfter(day: string, days = 1): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** How many days from one to another, both counted in. */
export function daysWithin({ from, to }: { from: string; to: string }): number {
	return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

/** The days a period is compared with: as many just before it, or the same a year earlier (29 February is then the 28th). */
export function daysCompared(
	days: { from: string; to: string },
	than: 'before' | 'year'
): { from: string; to: string } {
	if (than === 'before') {
		const n = daysWithin(days);
		return { from: dayAfter(days.from, -n), to: dayAfter(days.from, -1) };
	}
	const earlier = (day: string) => {
		const moved = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
		return moved.endsWith('-02-29') ? moved.replace('-29', '-28') : moved;
	};
	return { from: earlier(days.from), to: earlier(days.to) };
}
