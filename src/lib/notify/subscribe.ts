// In the browser: asks for permission and gives this browser's address at its push service. Loaded when somebody asks for it.

export type Subscribed = { subscription: string } | { refused: 'denied' | 'unsupported' | 'unreachable' };

/** Whether this browser could be told at all. In-app browsers cannot; iPhones only from the home screen. */
export function canSubscribe(): boolean {
	return (
		isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
	);
}

/** Must be called from a tap: browsers ask for permission only then. */
export async function subscribe(publicKey: string): Promise<Subscribed> {
	if (!canSubscribe()) return { refused: 'unsupported' };
	if ((await Notification.requestPermission()) !== 'granted') return { refused: 'denied' };
	// Ready never comes where no service worker could be installed.
	const registration = await Promise.race([
		navigator.serviceWorker.ready,
		new Promise<null>((done) => setTimeout(done, 10_000, null))
	]);
	if (!registration) return { refused: 'unsupported' };
	const options = { userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) };
	try {
		const manager = registration.pushManager;
		const kept = await manager.getSubscription();
		// Made for another key, before the city changed it: it would be refused for ever.
		if (kept && !isFor(kept, options.applicationServerKey)) await kept.unsubscribe();
		return { subscription: JSON.stringify(await manager.subscribe(options)) };
	} catch {
		// No way to the push service, as with Google's in mainland China.
		return { refused: 'unreachable' };
	}
}

function isFor(subscription: PushSubscription, key: Uint8Array): boolean {
	const own = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
	return own.length === key.length && own.every((byte, i) => byte === key[i]);
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
	const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
