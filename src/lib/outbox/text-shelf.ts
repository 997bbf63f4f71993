// A second place for text, with a quota of its own, for when the database has no room or there is none. Pages only: a service
// worker cannot see it.

const PREFIX = 'kerbside.';

function shelf(): Storage | null {
	try {
		return typeof localStorage === 'undefined' ? null : localStorage;
	} catch {
		// Switched off by the browser's settings: even looking is refused.
		return null;
	}
}

/** Whether it is kept now. */
export function putText(key: string, value: unknown): boolean {
	try {
		const place = shelf();
		if (!place) return false;
		place.setItem(PREFIX + key, JSON.stringify(value));
		return true;
	} catch {
		return false;
	}
}

export function getText<T>(key: string): T | null {
	try {
		return JSON.parse(shelf()?.getItem(PREFIX + key) ?? 'null') as T | null;
	} catch {
		return null;
	}
}

export function removeText(key: string): void {
	try {
		shelf()?.removeItem(PREFIX + key);
	} catch {
		// Then there was nothing.
	}
}

/** Everything whose key begins so, without the beginning. */
export function allTexts<T>(prefix: string): Map<string, T> {
	const found = new Map<string, T>();
	try {
		const place = shelf();
		for (let at = 0; place && at < place.length; at += 1) {
			const key = place.key(at);
			if (!key?.startsWith(PREFIX + prefix)) continue;
			const value = getText<T>(key.slice(PREFIX.length));
			if (value !== null) found.set(key.slice(PREFIX.length + prefix.length), value);
		}
	} catch {
		// Nothing to be had.
	}
	return found;
}

/** Whether a `storage` event is about this shelf. */
export function isShelfKey(key: string | null): boolean {
	return key === null || key.startsWith(PREFIX);
}
