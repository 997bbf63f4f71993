/// <reference lib="webworker" />
// Opens /snap and /track without a network, and empties the outbox when the browser says that there is one again. It
// never sees anything but GET requests for those two pages and for files named by their content.
import { version } from '$service-worker';
import { onNotificationClick, onPush } from '#lib/notify/push-event.ts';
import { showBadge } from '#lib/outbox/badge.ts';
import { listEntries } from '#lib/outbox/entries.ts';
import { flushAll } from '#lib/outbox/flushing.ts';
import { readKeepMessage } from '#lib/outbox/offline-message.ts';
import {
	answerFile,
	answerPage,
	dropOldShells,
	ELSEWHERE,
	isFile,
	keepFiles,
	keepLanguage,
	keepShells,
	PAGES
} from '#lib/outbox/offline-shell.ts';
import { solve, type Challenge } from '#lib/reports/proof-of-work.ts';

const worker = self as unknown as ServiceWorkerGlobalScope;

/** Chromium: requests that go to the network without waking the worker. */
interface RoutingEvent extends ExtendableEvent {
	addRoutes?(routes: unknown[]): Promise<void>;
}
/** Chromium: the network is back, or was never gone. */
interface SyncEvent extends ExtendableEvent {
	tag: string;
}

// While developing, every file changes all the time: only the outbox is tried out.
if (!import.meta.env.DEV) {
	worker.addEventListener('install', (event) => {
		const { addRoutes } = event as RoutingEvent;
		const rules = ELSEWHERE.map((pathname) => ({
			condition: { urlPattern: { pathname } },
			source: 'network'
		}));
		event.waitUntil(
			Promise.all([keepShells(version), addRoutes?.call(event, rules).catch(() => {}) ?? Promise.resolve()])
		);
	});

	// A new version waits until no page of the old one is open; so old caches are nobody's when it begins.
	worker.addEventListener('activate', (event) => event.waitUntil(dropOldShells(version)));

	worker.addEventListener('fetch', (event) => {
		const { request } = event;
		const url = new URL(request.url);
		if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
		if (isFile(url)) event.respondWith(answerFile(request, version));
		else if (request.mode !== 'navigate') return;
		else if (PAGES.includes(url.pathname)) {
			event.respondWith(answerPage(request, version, (work) => event.waitUntil(work)));
		} else if (url.pathname === '/') {
			// Tapped on the home screen without a network: a report can be written all the same.
			event.respondWith(fetch(request).catch(() => Response.redirect('/snap')));
		}
	});

	worker.addEventListener('message', (event) => {
		const message = readKeepMessage(event.data);
		if (!message) return;
		event.waitUntil(
			Promise.all([
				keepLanguage(message.language),
				keepFiles(version, message.files, worker.location.origin)
			]).catch(() => {})
		);
	});
}

worker.addEventListener('sync', ((event: SyncEvent) => {
	if (event.tag === 'kerbside-outbox') event.waitUntil(emptyOutbox());
}) as EventListener);

worker.addEventListener('push', (event) => onPush(event, worker.registration));
worker.addEventListener('notificationclick', (event) =>
	onNotificationClick(event, worker.clients, worker.location.origin)
);

async function emptyOutbox(): Promise<void> {
	await flushAll('sync', { solve: (challenge) => solve(challenge as Challenge) });
	await showBadge();
	const waiting = (await listEntries()).filter(({ state }) => state === 'waiting');
	// Failing is how a browser is asked to come back later.
	if (waiting.length > 0) throw new Error(`${waiting.length} reports still wait.`);
}
