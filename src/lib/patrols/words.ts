import { formatNumber, formatTime, localName, m } from '#lib/i18n/messages.ts';
import type { LeftOut } from './plan.ts';
import type { Length } from './route.ts';
import type { Stop } from './stop.ts';

export function distanceWord(metres: number): string {
	if (metres < 950) return m.patrol_metres({ m: formatNumber(Math.round(metres / 10) * 10) });
	const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
	return m.patrol_km({ km: formatNumber(metres / 1000, digits) });
}

/** A span of time in hours and minutes. */
export function durationWord(seconds: number): string {
	// A leg of some metres takes a moment, not none.
	const minutes = seconds > 0 ? Math.max(1, Math.round(seconds / 60)) : 0;
	if (minutes < 60) return m.patrol_minutes_of({ n: minutes });
	return m.patrol_duration({ h: Math.floor(minutes / 60), m: minutes % 60 });
}

export function lengthWord({ metres, seconds }: Length): string {
	return m.patrol_length({ km: distanceWord(metres), time: durationWord(seconds) });
}

export function stopName(stop: Stop): string {
	return stop.name === null ? m.patrol_no_street() : localName({ name: stop.name, name_en: stop.name_en });
}

/** The clock's time, as the city's clock shows it. */
export function clockWord(iso: string, timeZone: string): string {
	return formatTime(iso, timeZone).slice(-5);
}

/** Why a stop is on the route, as short as a badge. */
export function whyWord(stop: Stop, startsAt: string, timeZone: string): string {
	switch (stop.why) {
		case 'overdue':
			return m.patrol_why_overdue({ time: spanWord(Date.parse(startsAt) - Date.parse(stop.due_at!)) });
		case 'due_in_shift':
			return m.patrol_why_due_today({ time: clockWord(stop.due_at!, timeZone) });
		case 'due_later':
			// The year is this one.
			return m.patrol_why_due_later({ time: dayAndTime(stop.due_at!, timeZone) });
		case 'no_limit':
			return m.patrol_why_no_limit();
		case 'check':
			return m.patrol_why_check();
	}
}

function dayAndTime(iso: string, timeZone: string): string {
	const [, month, day, , clock] = /^\d+-(\d+)-(\d+)(T| )(.*)$/.exec(formatTime(iso, timeZone, 'zh-CN')) ?? [];
	return `${month}-${day} ${clock}`;
}

/** Whole days from two days on, hours below, minutes in the first hour. */
function spanWord(ms: number): string {
	const hours = ms / 3_600_000;
	if (hours >= 48) return m.patrol_days({ n: Math.floor(hours / 24) });
	return hours >= 1
		? m.patrol_hours_of({ n: Math.floor(hours) })
		: m.patrol_minutes_of({ n: Math.floor(hours * 60) });
}

export function leftOutWord(reason: LeftOut): string {
	switch (reason) {
		case 'shift_full':
			return m.patrol_left_shift_full();
		case 'off_network':
			return m.patrol_left_off_network({ m: 300 });
		case 'apart':
			return m.patrol_left_apart();
		case 'too_many':
			return m.patrol_left_too_many();
	}
}
