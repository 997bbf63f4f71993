// News of the outbox between tabs, the service worker and the parts of one page.

const CHANNEL = 'kerbside-outbox';
const listeners = new Set<() => void>();
let channel: BroadcastChannel | null = null;

function open(): BroadcastChannel | null {
	if (typeof BroadcastChannel === 'undefined') return null;
	channel ??= new BroadcastChannel(CHANNEL);
	return channel;
}

/** Tells everybody that what waits, or what was received, is not what it was. */
export function tellChange(): void {
	for (const listener of listeners) listener();
	try {
		open()?.postMessage('changed');
	} catch {
		// Closed by the browser: other tabs look again when they are next shown.
		channel = null;
	}
}

export function onChange(listener: () => void): () => void {
	listeners.add(listener);
	const there = open();
	if (there) there.onmessage = () => listeners.forEach((one) => one());
	return () => {
		listeners.delete(listener);
		if (listeners.size > 0) return;
		// An open channel keeps a page out of the browser's cache for going back.
		channel?.close();
		channel = null;
	};
}
