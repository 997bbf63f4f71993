/** 2000-01-01T00:00:00Z in Unix seconds: where fact seconds begin. */
export const factEpoch = 946_684_800;

/** Fact seconds of what has not happened. Larger than every moment, so `at < b` is false for it. */
export const never = 0x7fffffff;

const earliest = -0x80000000;

/**
 * A moment in whole fact seconds (since 2000-01-01 UTC), rounded down; before 1931 the earliest there is, after 2068 `never`.
 * For whole seconds b, `factSeconds(x) < b` says the same as x < b to the microsecond.
 * @param at milliseconds since 1970, an ISO time or a Date; null is `never`
 */
export function factSeconds(at: number | string | Date | null): number {
	if (at === null) return never;
	const ms = typeof at === 'number' ? at : typeof at === 'string' ? Date.parse(at) : at.getTime();
	if (Number.isNaN(ms)) throw new RangeError(`No moment: ${String(at)}.`);
	return Math.max(earliest, Math.min(never, Math.floor(ms / 1000) - factEpoch));
}

/** The moment of fact seconds in milliseconds since 1970; null for `never`. */
export function factMoment(seconds: number): number | null {
	return seconds === never ? null : (seconds + factEpoch) * 1000;
}
