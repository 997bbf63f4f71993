import type { Frame } from './frame.ts';
import type { LiveMessage } from './message.ts';

/**
 * The core of every live screen: a snapshot, then whatever is newer, and the snapshot again whenever the two do
 * not join. Messages may be lost, doubled, late or from another log; the screen still ends at what the database
 * holds, because a frame is only ever applied when it continues what is already shown.
 */

/** What a snapshot must say of itself: it shows log `epoch` up to and including `position`. */
export interface Positioned {
	epoch: string;
	position: number;
}

export type Need = 'gap' | 'epoch' | 'reset' | 'silence';

export interface Feed<S extends Positioned, F extends Frame> {
	/** The snapshot with every frame since applied; its own epoch and position are kept current. */
	readonly shown: S;
	/** Why a new snapshot is needed, or null while the feed joins up. */
	readonly need: Need | null;
	/** Frames that arrived while waiting for the snapshot. */
	readonly waiting: readonly F[];
	/** What the last reset said the log had reached: a snapshot on its way since before that is too old. */
	readonly least: Positioned | null;
}

export type Apply<S extends Positioned, F extends Frame> = (shown: S, frame: F) => S;

/** More than this many frames behind a snapshot are not worth keeping: the next gap asks again. */
const maxWaiting = 256;

export function begin<S extends Positioned, F extends Frame>(snapshot: S): Feed<S, F> {
	return { shown: snapshot, need: null, waiting: [], least: null };
}

export function receive<S extends Positioned, F extends Frame>(
	feed: Feed<S, F>,
	message: LiveMessage<F>,
	apply: Apply<S, F>
): Feed<S, F> {
	switch (message.kind) {
		case 'frame':
			return receiveFrame(feed, message.frame, apply);
		case 'hello':
			// How far the stream is says nothing yet: what we miss is replayed right after.
			return message.epoch === feed.shown.epoch ? feed : asking(feed, 'epoch');
		case 'beat':
			if (message.epoch !== feed.shown.epoch) return asking(feed, 'epoch');
			return message.position > feed.shown.position ? asking(feed, 'gap') : feed;
		case 'reset':
			// Frames held from before a reset may belong to a log that was since replaced.
			return {
				...asking(feed, 'reset'),
				waiting: [],
				least: { epoch: message.epoch, position: message.position }
			};
	}
}

/** Nothing has been heard for too long; the stream may be dead without knowing it. */
export function silent<S extends Positioned, F extends Frame>(feed: Feed<S, F>): Feed<S, F> {
	return asking(feed, 'silence');
}

/** The snapshot has come: it is the truth, whatever was shown. Frames that waited are applied where they join. */
export function resume<S extends Positioned, F extends Frame>(
	feed: Feed<S, F>,
	snapshot: S,
	apply: Apply<S, F>
): Feed<S, F> {
	const { least } = feed;
	if (least && snapshot.epoch === least.epoch && snapshot.position < least.position) {
		return { ...feed, shown: snapshot, need: 'reset' };
	}
	const waiting = [...feed.waiting].sort((a, b) => a.from - b.from || a.position - b.position);
	return waiting
		.filter((frame) => frame.epoch === snapshot.epoch)
		.reduce((next, frame) => receiveFrame(next, frame, apply), begin<S, F>(snapshot));
}

function receiveFrame<S extends Positioned, F extends Frame>(
	feed: Feed<S, F>,
	frame: F,
	apply: Apply<S, F>
): Feed<S, F> {
	const { epoch, position } = feed.shown;
	if (feed.need === null && frame.epoch === epoch && frame.position <= position) return feed;
	if (feed.need === null && frame.epoch === epoch && frame.from <= position) {
		const shown = { ...apply(feed.shown, frame), epoch, position: frame.position };
		return { ...feed, shown };
	}
	const asked = asking(feed, frame.epoch === epoch ? 'gap' : 'epoch');
	return { ...asked, waiting: [...feed.waiting, frame].slice(-maxWaiting) };
}

/** Keeps the first reason: one snapshot answers them all. */
function asking<S extends Positioned, F extends Frame>(feed: Feed<S, F>, need: Need): Feed<S, F> {
	return feed.need === null ? { ...feed, need } : feed;
}
