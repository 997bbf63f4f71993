import type { CivilTime } from './civil-time.ts';

const hour = 3_600_000;

export function isTimeZone(name: string): boolean {
	try {
		return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
	} catch {
		return false;
	}
}

/** Turns times on the wall of a zone into moments. Offsets are looked up once per hour: files hold few distinct hours. */
export class TimeZone {
	readonly #format: Intl.DateTimeFormat;
	readonly #offsets = new Map<number, number>();

	constructor(name: string) {
		this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
	}

	/**
	 * The moment in milliseconds. In autumn an hour comes twice (`twice`): the first is meant. In spring one is left out
	 * (`gap`): the clock had been put forward, so the time is taken as of the hour before.
	 */
	moment(time: CivilTime): { at: number; oddity: 'gap' | 'twice' | null } {
		const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);
		if (time.offset !== null) return { at: wall - time.offset * 60_000, oddity: null };
		const [before, after] = [this.offset(wall - 24 * hour), this.offset(wall + 24 * hour)];
		if (before === after) return { at: wall - this.offset(wall - before), oddity: null };
		const [early, late] = [wall - before, wall - after].sort((a, b) => a - b) as [number, number];
		const fits = [early, late].filter((at) => at + this.offset(at) === wall);
		if (fits.length === 2) return { at: early, oddity: 'twice' };
		return fits.length === 1 ? { at: fits[0]!, oddity: null } : { at: wall - before, oddity: 'gap' };
	}

	/** Milliseconds east of UTC at a moment. */
	offset(at: number): number {
		const key = Math.floor(at / hour);
		let offset = this.#offsets.get(key);
		if (offset === undefined) {
			const name =
				this.#format.formatToParts(key * hour).find(({ type }) => type === 'timeZoneName')?.value ?? '';
			const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
			offset = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * hour + Number(minutes) * 60_000) : 0;
			this.#offsets.set(key, offset);
		}
		return offset;
	}
}

/** Boxes of the zones most cities are in. A guess to be confirmed, never an answer. */
const zones: [name: string, west: number, south: number, east: number, north: number][] = [
	['Asia/Tokyo', 129.3, 30, 146, 46],
	['Asia/Seoul', 125.8, 33, 129.6, 38.5],
	['Asia/Shanghai', 73, 17, 135, 54],
	['America/New_York', -86, 24, -66, 48],
	['America/Chicago', -102, 25, -86, 49],
	['America/Denver', -114, 31, -102, 49],
	['America/Los_Angeles', -125, 32, -114, 49],
	['Europe/London', -8, 49.8, 1.8, 60],
	['Europe/Berlin', 1.8, 43, 20, 56]
];

/** The zone that lies around a place; null where none of ours does. */
export function zoneAround(lng: number, lat: number): string | null {
	return (
		zones.find(
			([, west, south, east, north]) => lng > west && lng < east && lat > south && lat < north
		)?.[0] ?? null
	);
}
