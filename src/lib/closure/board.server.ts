import { cityNow } from '#lib/database/city-now.server.ts';
import { call, staffClient } from '#lib/database/client.server.ts';
import type { Role } from '#lib/staff/staff.ts';
import { daysOf, todayIn, type BoardFilters } from './board-filters.ts';
import type { BoardAnswer } from './board.ts';

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

/** No board covers more days than this; the database says so too. */
const mostDays = 1100;

/** The figures these filters ask for, as the person with this token may see them. */
export async function readFigures(
	accessToken: string,
	filters: BoardFilters,
	timeZone: string
): Promise<BoardReading> {
	const today = todayIn(timeZone);
	const ask = (from: string | null, to: string | null) =>
		call<BoardAnswer>(staffClient(accessToken), 'board', {
			by: filters.by,
			...(from && { from_day: from }),
			...(to && { to_day: to }),
			...(filters.category && { category: filters.category })
		});
	// Which days the campaign has is part of an answer.
	const campaign = filters.period === 'campaign' ? (await ask(today, today)).campaign : null;
	const days = daysOf(filters, today, campaign);
	if (typeof days === 'string') return { answer: null, fault: days };
	const { from, to } = days;
	if (from && to && Date.parse(to) - Date.parse(from) > mostDays * 86_400_000)
		return { answer: null, fault: 'long' };
	return { answer: await ask(from, to), fault: null };
}
