import { instantIn } from '#lib/cases/words.ts';

/** How a patrol is to be planned. All of it is in the address but the device's position, which never is. */
export interface PatrolOptions {
	/** ISO time the shift begins. */
	startsAt: string;
	/** The same as the clock on the city's wall shows it, HH:MM. */
	from: string;
	hours: number;
	/** Minutes at each stop. */
	minutes: number;
	/** Where it begins: at whichever stop suits, at the unit's first facility, or where the device is. */
	start: 'stop' | 'facility' | 'device';
	end: 'open' | 'back';
	/** Percent of the stops that are drawn by lot. */
	share: number;
	seed: string;
}

const fiveMinutes = 300_000;

function numberBetween(text: string | null, low: number, high: number, usual: number): number {
	const value = text === null || text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : usual;
}

/** Whatever is not understood is the usual; what is too much becomes as much as is sensible. */
export function readPatrolOptions(
	search: URLSearchParams,
	timeZone: string,
	unitId: number | null,
	now = Date.now()
): PatrolOptions {
	const clock = new Intl.DateTimeFormat('en-CA', {
		timeZone,
		dateStyle: 'short',
		timeStyle: 'short',
		hourCycle: 'h23'
	});
	const [today = '', present = ''] = clock.format(Math.floor(now / fiveMinutes) * fiveMinutes).split(', ');
	const asked = search.get('from') ?? '';
	const from = /^([01]\d|2[0-3]):[0-5]\d$/.test(asked) ? asked : present;
	const start = search.get('start');
	const seed = (search.get('seed') ?? '').replace(/[^\w-]/g, '').slice(0, 40);
	return {
		startsAt: instantIn(timeZone, today, from) ?? new Date(now).toISOString(),
		from,
		hours: numberBetween(search.get('hours'), 0.5, 12, 4),
		minutes: Math.round(numberBetween(search.get('minutes'), 1, 60, 10)),
		start: start === 'facility' || start === 'device' ? start : 'stop',
		end: search.get('end') === 'back' ? 'back' : 'open',
		share: Math.round(numberBetween(search.get('share'), 0, 50, 10)),
		seed: seed || `${today}-${unitId ?? 0}`
	};
}
