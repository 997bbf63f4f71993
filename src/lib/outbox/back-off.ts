const FIRST_MS = 4_000;
const LAST_MS = 15 * 60_000;
const LONGEST_ASKED_MS = 3_600_000;

/**
 * How long to wait after so many tries in vain: doubling from four seconds to a quarter of an hour, and nobody at the
 * same moment as everybody else. A server that asks for longer gets it, up to an hour. `chance`: 0 to 1.
 */
export function nextPause(attempts: number, retryAfterMs: number | null, chance: number): number {
	const doubled = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
	const own = Math.round(doubled * (0.5 + chance / 2));
	if (retryAfterMs === null) return own;
	// Those turned away together should not all come back together.
	const asked = Math.round(Math.min(retryAfterMs, LONGEST_ASKED_MS * 0.9) * (1 + chance / 10));
	return Math.max(own, asked);
}

/** What `Retry-After` says, in milliseconds: seconds or a date. Null: nothing that can be read. */
export function retryAfter(header: string | null, now: number): number | null {
	if (header === null) return null;
	const seconds = /^\s*(\d{1,9})\s*$/.exec(header)?.[1];
	if (seconds !== undefined) return Number(seconds) * 1000;
	const at = Date.parse(header);
	return Number.isNaN(at) ? null : Math.max(0, at - now);
}
