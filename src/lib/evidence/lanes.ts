import { ApiProblem } from '#lib/database/problem.ts';

/** At most `width` at once, at most `longest` waiting: more is refused with the seconds after which to try again. */
export function lanes(width: number, longest: number, retryAfter = 2) {
	let busy = 0;
	const waiting: (() => void)[] = [];
	return async function inLane<T>(work: () => Promise<T>): Promise<T> {
		if (busy >= width) {
			if (waiting.length >= longest) throw new ApiProblem(429, 'too_busy', { retry_after: retryAfter });
			// Whoever leaves hands the lane over, so `busy` stays as it is.
			await new Promise<void>((resolve) => waiting.push(resolve));
		} else {
			busy++;
		}
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else busy--;
		}
	};
}

/** At most `most` at once for one key, so that whoever holds theirs leaves the lanes to all others. Nobody in particular ('') has no limit. */
export function shares(most: number, refusal: () => ApiProblem) {
	const held = new Map<string, number>();
	return async function inShare<T>(key: string, work: () => Promise<T>): Promise<T> {
		if (key === '') return work();
		const mine = held.get(key) ?? 0;
		if (mine >= most) throw refusal();
		held.set(key, mine + 1);
		try {
			return await work();
		} finally {
			const left = (held.get(key) ?? 1) - 1;
			if (left > 0) held.set(key, left);
			else held.delete(key);
		}
	};
}
