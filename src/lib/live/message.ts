import type { Frame, ViewerClass } from './frame.ts';

/** First on every stream: which log this is, and how far this stream has been brought. */
export interface Hello {
	kind: 'hello';
	epoch: string;
	position: number;
	class: ViewerClass;
}
/** What was missed cannot be replayed, or the numbers' period has moved on: read the snapshot again. */
export interface Reset {
	kind: 'reset';
	epoch: string;
	position: number;
	reason: ResetReason;
}
/** Each 15 s: everything up to `position` has been sent on this stream. Shows a lost frame, and that we live. */
export interface Beat {
	kind: 'beat';
	epoch: string;
	position: number;
}
export interface FrameMessage<F extends Frame = Frame> {
	kind: 'frame';
	frame: F;
}
/** `imported`: rows came in bulk, which are not told one by one. */
export type ResetReason = 'too_old' | 'epoch' | 'day' | 'imported';
export type LiveMessage<F extends Frame = Frame> = Hello | Reset | Beat | FrameMessage<F>;

const encoder = new TextEncoder();

/** One server-sent event. JSON has no raw line breaks, so one data line always suffices. */
export function encodeEvent(name: string, data: unknown, id?: number): Uint8Array {
	const idLine = id === undefined ? '' : `id: ${id}\n`;
	return encoder.encode(`event: ${name}\n${idLine}data: ${JSON.stringify(data)}\n\n`);
}

export function encodeComment(text: string): Uint8Array {
	return encoder.encode(`: ${text}\n\n`);
}

/** The message in a server-sent event, or null for one this version does not know. */
export function decodeEvent<F extends Frame>(name: string, data: string): LiveMessage<F> | null {
	const body = JSON.parse(data);
	switch (name) {
		case 'frame':
			return { kind: 'frame', frame: body };
		case 'hello':
		case 'reset':
		case 'beat':
			return { kind: name, ...body };
		default:
			return null;
	}
}
