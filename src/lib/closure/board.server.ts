import { cityNow } from '#lib/database/city-now.server.ts';
import { call, staffClient } from '#lib/database/client.server.ts';
import type { Role } from '#lib/staff/staff.ts';
import { daysOf, readBoardFilters, type BoardFilters } from './board-filters.ts';
import { countsOf, type BoardAnswer, type BoardBy } from './board.ts';
import { factSources } from './facts/fact-table.ts';
import { factMoment } from './facts/fact-time.ts';
import { askFacts } from './facts/facts.server.ts';
import {
	campaignOf,
	dayAfter,
	daysWithin,
	receivedBy,
	selectionOf,
	type Named,
	type NumberGround
} from './numbers/ground.ts';
import type { NumberCase } from './numbers/number-case.ts';
import { emptyRow, type TallyRow } from './numbers/tally.ts';

/** Who may read the board; the database judges every call by the same roles. */
export const boardRoles: readonly Role[] = ['registrar', 'dispatcher', 'closer', 'office', 'wall', 'admin'];

export interface BoardCity {
	name: string;
	name_en: string | null;
	time_zone: string;
	categories: { code: string; parent: string | null; name: string; name_en: string | null }[];
}

/** The city's names and categories. */
export function readBoardCity(): Promise<BoardCity> {
	return cityNow<BoardCity>();
}

/** What stands on the board, or what is wrong with the days that were asked for. */
export interface BoardReading {
	answer: BoardAnswer | null;
	fault: 'turned' | 'open' | 'future' | 'long' | null;
}

/** No board covers more days than this. */
const mostDays = 1100;

/** Names of what numbers are cut by, as the person with this token may see them. */
export function readGround(accessToken: string): Promise<NumberGround> {
	return call<NumberGround>(staffClient(accessToken), 'number_ground', {}, { isRead: true });
}

/** The filters of an address, judged by what the city has. */
export function filtersOf(search: URLSearchParams, ground: NumberGround, city: BoardCity): BoardFilters {
	return readBoardFilters(search, { ...ground, categories: city.categories, sources: factSources });
}

/** First and last day of the filters' period, or what is wrong with them. */
export function daysAsked(
	filters: BoardFilters,
	ground: NumberGround
): { from: string; to: string } | NonNullable<BoardReading['fault']> {
	const days = daysOf(filters, ground.today, campaignOf(ground));
	if (typeof days === 'string') return days;
	const to = days.to && days.to < ground.today ? days.to : ground.today;
	const from = days.from ?? dayAfter(to, 1 - ground.rate_period_days);
	return daysWithin({ from, to }) > mostDays ? 'long' : { from, to };
}

/** The figures these filters ask for. Whoever calls has made sure that the person holds one of `boardRoles`. */
export async function readFigures(
	accessToken: string,
	filters: BoardFilters,
	city: BoardCity,
	ground: NumberGround
): Promise<BoardReading> {
	const days = daysAsked(filters, ground);
	if (typeof days === 'string') return { answer: null, fault: days };
	return { answer: await readPeriod(accessToken, filters, days, city, ground), fault: null };
}

/** The figures of a period that is known. */
export async function readPeriod(
	accessToken: string,
	filters: BoardFilters,
	days: { from: string; to: string },
	city: BoardCity,
	ground: NumberGround
): Promise<BoardAnswer> {
	const selection = selectionOf(filters, days, city.time_zone, ground, city.categories);
	const [{ answer, takenAt, position }, received] = await Promise.all([
		askFacts('tally', { selection, by: filters.by }),
		readReceived(accessToken, filters, days)
	]);
	const counted = (id: number, row: TallyRow) =>
		countsOf(row, !received || filters.by === 'unit' ? null : (received.rows.get(id) ?? 0));
	const named: Record<BoardBy, readonly (Named & { length_m?: number })[]> = {
		street: ground.streets,
		unit: ground.units,
		area: ground.areas
	};
	const taken = Date.parse(takenAt);
	const until = Math.min(factMoment(selection.until)!, taken);
	return {
		taken_at: takenAt,
		position,
		by: filters.by,
		period: {
			from: new Date(factMoment(selection.from)!).toISOString(),
			to: new Date(until).toISOString(),
			from_day: days.from,
			to_day: days.to,
			days: daysWithin(days)
		},
		minimum_sample: ground.minimum_sample,
		totals: countsOf(answer.total, received?.total ?? null),
		rows: named[filters.by].map(({ id, name, name_en, length_m }) => ({
			...{ id, name, name_en, length_m: length_m ?? null },
			...counted(id, answer.rows.get(id) ?? emptyRow())
		}))
	};
}

/**
 * Reports have a street or a duty area to be counted by, and a category, and nothing else that filters ask for; a unit has none of them. Null
 * where they cannot be told.
 */
export async function readReceived(
	accessToken: string,
	filters: BoardFilters,
	days: { from: string; to: string }
): Promise<{ total: number; rows: Map<number, number> } | null> {
	const by = receivedBy(filters);
	if (!by) return null;
	const heard = await call<{ total: number; rows: [number, number][] }>(
		staffClient(accessToken),
		'received_reports',
		{
			by,
			from_day: days.from,
			to_day: days.to,
			...(filters.category && { category: filters.category })
		},
		{ isRead: true }
	);
	const rows = new Map(heard.rows);
	const only = by === 'area' ? filters.area : filters.street;
	if (!only) return { total: heard.total, rows };
	const total = rows.get(Number(only)) ?? 0;
	return { total, rows: new Map([[Number(only), total]]) };
}

/** The cases behind a count, as far as the person may see them, in the order asked for. */
export async function readCases(accessToken: string, numbers: readonly number[]): Promise<NumberCase[]> {
	if (numbers.length === 0) return [];
	const { cases } = await call<{ cases: NumberCase[] }>(staffClient(accessToken), 'fact_cases', { numbers });
	return cases.toSorted((a, b) => b.fact_number - a.fact_number);
}
