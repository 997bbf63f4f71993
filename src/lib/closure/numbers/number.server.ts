import { readCases, readReceived, type BoardCity } from '../board.server.ts';
import type { BoardFilters } from '../board-filters.ts';
import type { BoardAnswer } from '../board.ts';
import { askFacts } from '../facts/facts.server.ts';
import { factMoment } from '../facts/fact-time.ts';
import type { Count } from './definitions.ts';
import { daysWithin, selectionOf, type NumberGround } from './ground.ts';
import type { NumberCase } from './number-case.ts';
import type { TallyRow } from './tally.ts';

/** A number as it was read: all its counts, and the cases of one of them. */
export interface NumberReading {
	counts: TallyRow;
	/** Reports received; null where a filter leaves reports out. */
	received: number | null;
	taken_at: string;
	position: number;
	period: BoardAnswer['period'];
	/** The part whose cases are listed; null for a number of reports. */
	part: Count | null;
	/** How many cases the part counts. */
	of: number;
	/** The newest of them, as far as the person may see them. */
	cases: NumberCase[];
	/** How many of the newest the person may not see. */
	hidden: number;
}

/** Reads one number of the cases that the filters leave, with at most `most` of a part's cases. */
export async function readNumber(
	accessToken: string,
	filters: BoardFilters,
	days: { from: string; to: string },
	part: Count | null,
	city: BoardCity,
	ground: NumberGround,
	most: number
): Promise<NumberReading> {
	const selection = selectionOf(filters, days, city.time_zone, ground, city.categories);
	const [{ answer, takenAt, position }, counted, received] = await Promise.all([
		askFacts('tally', { selection, by: null }),
		part ? askFacts('countedCases', { selection, count: part, most }) : null,
		readReceived(accessToken, { ...filters, by: filters.area ? 'area' : 'street' }, days)
	]);
	const numbers = counted?.answer.numbers ?? [];
	const cases = await readCases(accessToken, numbers);
	const until = Math.min(factMoment(selection.until)!, Date.parse(takenAt));
	return {
		counts: answer.total,
		received: received?.total ?? null,
		taken_at: takenAt,
		position,
		period: {
			from: new Date(factMoment(selection.from)!).toISOString(),
			to: new Date(until).toISOString(),
			from_day: days.from,
			to_day: days.to,
			days: daysWithin(days)
		},
		part,
		of: counted?.answer.of ?? 0,
		cases,
		hidden: numbers.length - cases.length
	};
}

/** The part of a number that an address asks for: its numerator unless told. */
export function partAsked(parts: readonly Count[], asked: string | null): Count | null {
	return parts.find((part) => part === asked) ?? parts[0] ?? null;
}
