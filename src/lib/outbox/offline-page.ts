// A page that must open without a network tells the service worker what it is made of.
import { getLocale } from '#lib/i18n/messages.ts';
import type { KeepMessage } from './offline-message.ts';

/**
 * Once the page has nothing better to do: loads those parts it will need later (`parts`: its lazy imports), and has the
 * service worker keep every file that the page has loaded so far. Returns what ends it.
 */
export function keepOffline(parts: readonly (() => Promise<unknown>)[] = []): () => void {
	let isOver = false;
	void whenIdle().then(async () => {
		const worker = await navigator.serviceWorker?.ready;
		if (isOver || !worker?.active || isSparing()) return;
		// One after the other: somebody may be sending a photo over the same thin line.
		for (const part of parts) {
			await part().catch(() => {});
			await whenIdle();
			if (isOver) return;
		}
		const message: KeepMessage = { kind: 'keep', language: getLocale(), files: loadedFiles() };
		worker.active.postMessage(message);
	});
	return () => (isOver = true);
}

/** What this page has loaded from us for good: named by its content, so that it never changes. */
function loadedFiles(): string[] {
	return performance
		.getEntriesByType('resource')
		.map(({ name }) => name)
		.filter((name) => name.startsWith(`${location.origin}/_app/immutable/`));
}

function whenIdle(): Promise<void> {
	return new Promise((resolve) => {
		if (typeof requestIdleCallback === 'undefined') setTimeout(resolve, 1500);
		else requestIdleCallback(() => resolve(), { timeout: 5_000 });
	});
}

/** Somebody who has asked their phone to spare data is not given more than they asked for. */
function isSparing(): boolean {
	return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
