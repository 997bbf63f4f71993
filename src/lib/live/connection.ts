import type { Frame, ViewerClass } from './frame.ts';
import { decodeEvent, type LiveMessage } from './message.ts';
import type { Positioned } from './reconcile.ts';

/** What a connection tells the screen behind it. */
export interface Listener<F extends Frame> {
	/** Where the screen is, to be asked for what comes after. */
	where(): Positioned;
	hear(message: LiveMessage<F>): void;
	connected(isOpen: boolean): void;
}

export interface Connection {
	/** Drops the stream and opens a new one, for when it has been silent for too long. */
	renew(): void;
	close(): void;
}

const names = ['hello', 'frame', 'reset', 'beat'];
const firstRetry = 500;
const slowestRetry = 30_000;

/** Waiting time before the n-th retry: doubles up to half a minute, spread so that a thousand walls do not return at once. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
	const longest = Math.min(slowestRetry, firstRetry * 2 ** attempt);
	return longest / 2 + (random() * longest) / 2;
}

/** One EventSource of our own, opened again after every failure from where the screen then is. */
export function openConnection<F extends Frame>(viewerClass: ViewerClass, listener: Listener<F>): Connection {
	let source: EventSource | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let attempt = 0;
	let isClosed = false;

	function open(): void {
		if (isClosed) return;
		const { epoch, position } = listener.where();
		const query = new URLSearchParams({ class: viewerClass, after: String(position), epoch });
		const opened = new EventSource(`/live?${query}`);
		source = opened;
		for (const name of names) {
			opened.addEventListener(name, (event) => {
				if (source !== opened) return;
				const message = decodeEvent<F>(name, (event as MessageEvent<string>).data);
				if (!message) return;
				if (message.kind === 'hello') {
					attempt = 0;
					listener.connected(true);
				}
				listener.hear(message);
			});
		}
		opened.addEventListener('error', () => {
			if (source === opened) again();
		});
	}

	function again(delay = retryDelay(attempt++)): void {
		source?.close();
		source = null;
		clearTimeout(timer);
		listener.connected(false);
		if (!isClosed) timer = setTimeout(open, delay);
	}

	// The browser knows first when the network is back; waiting out the backoff would only age the numbers.
	const online = () => {
		if (source === null) again(0);
	};
	const offline = () => {
		if (source !== null) again();
	};
	addEventListener('online', online);
	addEventListener('offline', offline);
	open();

	return {
		renew: () => again(),
		close() {
			isClosed = true;
			removeEventListener('online', online);
			removeEventListener('offline', offline);
			clearTimeout(timer);
			source?.close();
			source = null;
		}
	};
}
