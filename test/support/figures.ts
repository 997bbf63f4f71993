// Numbers that a proof or a benchmark prints, and waiting with an end.

export interface Summary {
	count: number;
	p50: number;
	p95: number;
	p99: number;
	max: number;
}

/** Percentiles by nearest rank: a value that was measured, never one between two. */
export function summarise(values: readonly number[]): Summary {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
	return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function showSummary({ count, p50, p95, p99, max }: Summary): string {
	const ms = (value: number) => (Number.isNaN(value) ? '—' : `${Math.round(value)} ms`);
	return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, max ${ms(max)} (n = ${count})`;
}

export type Chance = () => number;

export function pick<T>(chance: Chance, from: readonly T[]): T {
	return from[Math.floor(chance() * from.length)]!;
}

export function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Asks until the answer is neither false nor null, and says what it was waiting for when that takes too long. */
export async function until<T>(
	what: string,
	limitMs: number,
	ask: () => Promise<T | null | false> | T | null | false
): Promise<T> {
	const end = Date.now() + limitMs;
	for (let pause = 20; ; pause = Math.min(pause * 1.3, 250)) {
		const answer = await ask();
		if (answer !== null && answer !== false) return answer;
		if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s.`);
		await sleep(pause);
	}
}
