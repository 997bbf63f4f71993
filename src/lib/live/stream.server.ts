import type { ViewerClass } from './frame.ts';
import { encodeComment, encodeEvent, type ResetReason } from './message.ts';
import type { Tailer, Viewer } from './tailer.server.ts';

export interface StreamOptions {
	class: ViewerClass;
	/** Whose stream it is: signing out of that session closes it. */
	session: string;
	/** The log position the viewer has; null: it wants only what comes. */
	after: number | null;
	/** The log the viewer's position belongs to, if it says so. */
	epoch: string | null;
	/** Asked each minute; false closes the stream (signed out, expired, roles taken away). */
	isAllowed: () => Promise<boolean>;
	onClose: () => void;
	/** The reader has stopped reading for good: lets the caller take the connection away. */
	onDead?: () => void;
	checkEvery?: number;
	/** How long a viewer may leave a full buffer unread before it is taken for dead. */
	deadAfter?: number;
}

/** What a viewer may leave unread. Past this it gets nothing more until it has read, then what it missed. */
const bufferBytes = 256 * 1024;

const viewersOf = new Map<string, Set<Viewer>>();
/** Sessions ended lately: a stream that was being opened meanwhile closes as it opens. */
const ended = new Set<string>();
const endedKept = 1000;

/** The sessions whose streams are open here. */
export function openSessions(): string[] {
	return [...viewersOf.keys()];
}

/** Closes the streams of a session that has ended, at once. */
export function closeStreamsOf(session: string): void {
	ended.add(session);
	if (ended.size > endedKept) ended.delete(ended.values().next().value as string);
	for (const viewer of [...(viewersOf.get(session) ?? [])]) viewer.close();
}

function remember(session: string, viewer: Viewer): void {
	const viewers = viewersOf.get(session) ?? new Set();
	viewersOf.set(session, viewers.add(viewer));
}

function forget(session: string, viewer: Viewer): void {
	const viewers = viewersOf.get(session);
	viewers?.delete(viewer);
	if (viewers?.size === 0) viewersOf.delete(session);
}

/**
 * One viewer's server-sent events. The stream is a cursor into the tailer's ring: it takes frames only while
 * the reader keeps up, replays from the ring when the reader catches up, and says `reset` when that is too late.
 */
export function liveStream(tailer: Tailer, options: StreamOptions): ReadableStream<Uint8Array> {
	let cursor = options.after ?? tailer.position;
	let owed: ResetReason | null = null;
	let fullSince: number | null = null;
	let checking: NodeJS.Timeout | undefined;
	let viewer: Viewer | undefined;
	let finish: () => void = () => {};

	return new ReadableStream<Uint8Array>(
		{
			start(controller) {
				let isOpen = true;
				const hasRoom = () => {
					if ((controller.desiredSize ?? 0) > 0) {
						fullSince = null;
						return true;
					}
					fullSince ??= Date.now();
					if (Date.now() - fullSince > (options.deadAfter ?? 60_000)) {
						viewer?.close();
						options.onDead?.();
					}
					return false;
				};
				const state = () => ({ epoch: tailer.epoch, position: cursor });

				/** Sends what the reader has room for, oldest first. */
				const more = () => {
					while (isOpen && hasRoom()) {
						// Handing something over may ask for more before it returns, so our place moves on first.
						if (owed !== null) {
							const reason = owed;
							owed = null;
							cursor = tailer.position;
							controller.enqueue(encodeEvent('reset', { ...state(), reason }, cursor));
							continue;
						}
						const next = tailer.next(options.class, cursor);
						if (next === null) return;
						if (next === 'gone') {
							owed = 'too_old';
							continue;
						}
						cursor = next.position;
						controller.enqueue(next.bytes);
					}
				};

				finish = () => {
					if (!isOpen) return;
					isOpen = false;
					clearInterval(checking);
					if (viewer) {
						tailer.leave(viewer);
						forget(options.session, viewer);
					}
					options.onClose();
				};
				viewer = {
					class: options.class,
					more,
					reset(reason) {
						owed = reason;
						more();
					},
					beat() {
						if (!isOpen || !hasRoom()) return;
						more();
						controller.enqueue(encodeComment('beat'));
						if (hasRoom()) controller.enqueue(encodeEvent('beat', state()));
					},
					close() {
						if (!isOpen) return;
						finish();
						controller.close();
					}
				};

				if (ended.has(options.session)) return viewer.close();
				remember(options.session, viewer);
				controller.enqueue(encodeEvent('hello', { ...state(), class: options.class }));
				if (options.epoch !== null && options.epoch !== tailer.epoch) owed = 'epoch';
				tailer.join(viewer);
				more();
				checking = setInterval(() => {
					options.isAllowed().then(
						(isAllowed) => {
							if (!isAllowed) viewer?.close();
						},
						// The question could not be asked; it is asked again in a minute.
						() => {}
					);
				}, options.checkEvery ?? 60_000);
				checking.unref();
			},
			pull() {
				viewer?.more();
			},
			cancel() {
				finish();
			}
		},
		new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes })
	);
}
