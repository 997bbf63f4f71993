import { openConnection, type Connection, type Listener } from './connection.ts';
import type { Frame, ViewerClass } from './frame.ts';
import type { LiveMessage } from './message.ts';

/**
 * A browser opens only six connections to one origin, so its tabs share one stream: the tab that holds the lock
 * reads it and passes every message on. A tab that joins late or missed something finds out as from any gap.
 */
type Note<F extends Frame> =
	| { kind: 'message'; message: LiveMessage<F> }
	| { kind: 'connected'; isOpen: boolean }
	/** A tab has joined, or wants the stream renewed. */
	| { kind: 'ask' }
	| { kind: 'renew' };

const noteEvery = 10_000;
/** A leader that has not been heard for this long is stuck (a frozen tab): another tab takes over. */
const leaderLostAfter = 40_000;

export function shareConnection<F extends Frame>(
	viewerClass: ViewerClass,
	listener: Listener<F>
): Connection {
	if (typeof BroadcastChannel === 'undefined' || !navigator.locks)
		return openConnection(viewerClass, listener);

	const name = `kerbside-live-${viewerClass}`;
	const channel = new BroadcastChannel(name);
	const stopping = new AbortController();
	let own: Connection | null = null;
	let isOpen = false;
	let leaderHeardAt = Date.now();
	const tell = (note: Note<F>) => channel.postMessage(note);

	channel.onmessage = ({ data: note }: MessageEvent<Note<F>>) => {
		if (own) {
			if (note.kind === 'ask') tellWhere();
			else if (note.kind === 'renew') own.renew();
			return;
		}
		if (note.kind === 'message' || note.kind === 'connected') leaderHeardAt = Date.now();
		if (note.kind === 'message') listener.hear(note.message);
		else if (note.kind === 'connected') listener.connected(note.isOpen);
	};

	/** Lets a tab that has just come see at once whether it missed something, as a beat would. */
	function tellWhere(): void {
		tell({ kind: 'connected', isOpen });
		if (isOpen) tell({ kind: 'message', message: { kind: 'beat', ...listener.where() } });
	}

	function lead(): Promise<void> {
		return new Promise((resolve) => {
			own = openConnection<F>(viewerClass, {
				where: () => listener.where(),
				hear(message) {
					listener.hear(message);
					tell({ kind: 'message', message });
				},
				connected(nowOpen) {
					isOpen = nowOpen;
					listener.connected(nowOpen);
					tell({ kind: 'connected', isOpen: nowOpen });
				}
			});
			stopping.signal.addEventListener('abort', () => resolve(), { once: true });
		});
	}

	function stopLeading(): void {
		own?.close();
		own = null;
	}

	/** Waits for the lock, then leads until this tab closes or a tab that thinks us stuck takes the lock away. */
	function queue(steal: boolean): void {
		if (stopping.signal.aborted) return;
		const options = steal ? { steal } : { signal: stopping.signal };
		navigator.locks.request(name, options, lead).then(stopLeading, () => {
			stopLeading();
			leaderHeardAt = Date.now();
			queue(false);
		});
	}

	const timer = setInterval(() => {
		if (own) tell({ kind: 'connected', isOpen });
		else if (Date.now() - leaderHeardAt > leaderLostAfter) {
			leaderHeardAt = Date.now();
			queue(true);
		}
	}, noteEvery);

	queue(false);
	tell({ kind: 'ask' });

	return {
		renew() {
			if (own) own.renew();
			else tell({ kind: 'renew' });
		},
		close() {
			clearInterval(timer);
			stopping.abort();
			stopLeading();
			channel.close();
		}
	};
}
