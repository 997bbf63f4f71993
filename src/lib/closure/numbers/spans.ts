import type { Step } from '../board-filters.ts';
import { dayAfter, startSeconds } from './ground.ts';

/** Spans of time in a row, by the city's calendar. */
export interface Spans {
	/** The first day of each, `YYYY-MM-DD`, oldest first. */
	days: string[];
	/** Where each begins and the last ends, in fact seconds. */
	bounds: number[];
}

/** How many spans a trend shows. */
export const spanCounts: Record<Step, number> = { week: 26, month: 18 };

/** The weeks (from Monday) or months up to the one that `last` lies in; that one may not be over. */
export function spansUpTo(last: string, step: Step, timeZone: string, count = spanCounts[step]): Spans {
	const days = Array.from({ length: count + 1 }, (_, i) => spanDay(last, step, i - count + 1));
	return { days: days.slice(0, count), bounds: days.map((day) => startSeconds(day, timeZone)) };
}

/** The first day of the span that lies `by` spans after that of `day`. */
function spanDay(day: string, step: Step, by: number): string {
	if (step === 'month') {
		const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
		return new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 10);
	}
	const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
	return dayAfter(day, 7 * by - weekday);
}
