// How fast the simulated town lives: pure, so that its bounds can be tested without waiting for them.

/** What the city's numbers say before each step. */
export interface TownNumbers {
	/** Cases not closed. */
	open: number;
	receivedToday: number;
}

/** No more is reported while this much is open, or once this much came in today. */
export const mostOpen = 110;
export const mostPerDay = 120;
/** From the start on, so many reports come as if somebody were watching; then as many as make up a day. */
const burst = 40;

export class Pace {
	#tokens = burst;
	#filledAt: number;

	constructor(now: number) {
		this.#filledAt = now;
	}

	/** Whether one more may be reported; counts it when it may. */
	mayReport(now: number, { open, receivedToday }: TownNumbers): boolean {
		const perMs = (mostPerDay - burst) / 86_400_000;
		this.#tokens = Math.min(burst, this.#tokens + Math.max(0, now - this.#filledAt) * perMs);
		this.#filledAt = now;
		if (open >= mostOpen || receivedToday >= mostPerDay || this.#tokens < 1) return false;
		this.#tokens -= 1;
		return true;
	}
}

/** Milliseconds until the next report: 20 to 60 seconds by day, the more the quieter the hour. */
export function untilNextReport(hour: number, share: number): number {
	const isNight = hour >= 23 || hour < 6;
	const isPeak = (hour >= 7 && hour < 10) || (hour >= 16 && hour < 21);
	const base = 20_000 + 40_000 * share;
	return isNight ? base * 4 : isPeak ? base * 0.8 + 4_000 : base;
}

/** Milliseconds until the next step on a case: the desks hurry when much lies open and leave the wall some when little does. */
export function untilNextStep(open: number, share: number): number {
	const base = open > 70 ? 4_000 : open > 40 ? 7_000 : open > 20 ? 20_000 : 60_000;
	return base * (0.7 + 0.6 * share);
}
