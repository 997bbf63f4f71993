import { plain, readTime } from '#lib/city/office/cells.ts';
import type { WorkingHours } from '#lib/city/office/calendar.ts';

/** A weekday's working time as it is written: `09:00–12:00, 13:30–17:30`; nothing is a day of rest. */
export function writeDay(hours: readonly WorkingHours[], weekday: number): string {
	return hours
		.filter((one) => one.weekday === weekday)
		.map(({ starts, ends }) => `${starts}–${ends}`)
		.join(', ');
}

/** Reads it back, as people type it: with 至, a hyphen or a tilde, 、 or a semicolon. Null when it cannot be read or overlaps. */
export function readDayHours(typed: string, weekday: number): WorkingHours[] | null {
	const parts = plain(typed)
		.split(/[,;，；、\s]+/)
		.filter((part) => part !== '');
	const hours: WorkingHours[] = [];
	for (const part of parts) {
		const [starts, ends, ...rest] = part.split(/[-–—~〜～至]/).map(readTime);
		if (!starts || !ends || rest.length > 0 || starts >= ends) return null;
		if (hours.some((one) => one.starts < ends && starts < one.ends)) return null;
		hours.push({ weekday, starts, ends });
	}
	return hours;
}
