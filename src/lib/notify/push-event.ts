// What the service worker does with a push and with a tap on its notification. The text is made by the server and says
// nothing about anybody: a report's number, and that there is news. It is shown on locked screens.

/** What travels, encrypted for one browser. */
export interface PushMessage {
	title: string;
	body: string;
	language: string;
	/** A newer notification of the same report takes the older one's place. */
	tag: string;
	/** Where a tap leads, on our own site. The code stands behind '#', where no server sees it. */
	path: string;
}

// The parts of the service worker's types that are used here; its own library cannot stand beside the DOM's.
interface Shows {
	showNotification(title: string, options: NotificationOptions): Promise<void>;
}
interface Tab {
	url: string;
	focus(): Promise<unknown>;
	navigate(url: string): Promise<unknown>;
}
interface Tabs {
	matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Tab[]>;
	openWindow(url: string): Promise<unknown>;
}
interface Waits {
	waitUntil(work: Promise<unknown>): void;
}
type PushEventLike = Waits & { data: { text(): string } | null };
type ClickEventLike = Waits & { notification: { data?: unknown; close(): void } };

/**
 * `self.addEventListener('push', (event) => onPush(event, self.registration))`. A browser that shows nothing after a push
 * loses the right to them, so a message that cannot be read is shown too, in general words.
 */
export function onPush(event: PushEventLike, registration: Shows): void {
	const { title, body, language, tag, path } = readMessage(event.data?.text() ?? '');
	const options = {
		body,
		lang: language,
		tag,
		data: { path },
		icon: '/icon-192.png'
	};
	event.waitUntil(registration.showNotification(title, options));
}

/** `self.addEventListener('notificationclick', (event) => onNotificationClick(event, self.clients, location.origin))` */
export function onNotificationClick(event: ClickEventLike, clients: Tabs, origin: string): void {
	event.notification.close();
	const path = readPath((event.notification.data as { path?: unknown } | null)?.path);
	event.waitUntil(open(path, clients, origin));
}

/** In the tab that follows reports already, if there is one; a form somebody is filling in is left alone. */
async function open(path: string, clients: Tabs, origin: string): Promise<unknown> {
	const tabs = await clients.matchAll({ type: 'window', includeUncontrolled: true });
	const tab = tabs.find(({ url }) => new URL(url).origin === origin && new URL(url).pathname === '/track');
	if (!tab) return clients.openWindow(path);
	try {
		await tab.focus();
		// The same page with another '#' does not load again by itself; the page listens for the change.
		return await tab.navigate(path);
	} catch {
		return clients.openWindow(path);
	}
}

export function readMessage(text: string): PushMessage {
	let said: Partial<Record<keyof PushMessage, unknown>> = {};
	try {
		said = (JSON.parse(text) ?? {}) as typeof said;
	} catch {
		// shown in general words
	}
	const word = (value: unknown, otherwise: string) =>
		typeof value === 'string' && value !== '' ? value.slice(0, 200) : otherwise;
	return {
		title: word(said.title, '街面 Kerbside'),
		body: word(said.body, '上报有新进展 / News of a report'),
		language: word(said.language, 'zh-CN'),
		tag: word(said.tag, 'kerbside'),
		path: readPath(said.path)
	};
}

/** Only /track, with at most a code. */
function readPath(path: unknown): string {
	return typeof path === 'string' && /^\/track(#[0-9A-Za-z-]{1,40})?$/.test(path) ? path : '/track';
}
