// Work that many requests ask for at once and that must happen once: renewing a session, asking who somebody is.

export interface Once<T> {
	(key: string, work: () => Promise<T>): Promise<T>;
	forget(key: string): void;
	forgetAll(): void;
}

/** Results are shared for `keptMs` after they arrive; failures are not kept. At most `limit` are remembered. */
export function once<T>(keptMs: number, limit = 2000, now: () => number = Date.now): Once<T> {
	const entries = new Map<string, { result: Promise<T>; until: number }>();

	const run = (key: string, work: () => Promise<T>): Promise<T> => {
		const found = entries.get(key);
		if (found && found.until > now()) return found.result;
		const entry = { result: work(), until: Infinity };
		entries.delete(key);
		entries.set(key, entry);
		for (const oldest of entries.keys()) {
			if (entries.size <= limit) break;
			entries.delete(oldest);
		}
		entry.result.then(
			() => (entry.until = now() + keptMs),
			() => entries.get(key) === entry && entries.delete(key)
		);
		return entry.result;
	};
	return Object.assign(run, {
		forget: (key: string) => void entries.delete(key),
		forgetAll: () => entries.clear()
	});
}
