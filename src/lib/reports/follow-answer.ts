import type { ContactKind } from '#lib/notify/contact.ts';
import type { Followed } from './follow.ts';

/** What a form of /track comes back with. */
export interface FollowAnswer {
	code: string;
	pin: string;
	/** Which form was sent. */
	where: 'code' | 'answer' | 'updates';
	followed?: Followed | undefined;
	/** Under which the next answer to the closure is sent; a repeated send answers once. */
	requestId?: string | undefined;
	answered?: 'yes' | 'no';
	added?: ContactKind;
	hasErased?: boolean;
	/** What was refused: a sentence, and the field it is about (`form`: all of it). */
	problem?: string;
	field?: string;
	/** A photo that arrived with an answer that was refused. */
	photo?: string | undefined;
}
