// The log's hash chain, recomputed from the rows themselves. Nothing here asks the database what it thinks of its log.
import { createHash } from 'node:crypto';

/**
 * One link with its event, as `api.log_page` gives it: position, hash and previous hash (hex), then the event's columns in the
 * order in which they are hashed; times in UTC to the microsecond, `before` and `after` as PostgreSQL writes jsonb. A link
 * whose event is gone has null for every column.
 */
export type Link = [
	position: number,
	hash: string,
	previous: string,
	id: string | null,
	kind: string | null,
	report: string | null,
	case_: string | null,
	actor: string | null,
	actorRole: string | null,
	occurredAt: string | null,
	recordedAt: string | null,
	before: string | null,
	after: string | null,
	reason: string | null,
	note: string | null,
	request: string | null
];

export type FaultKind =
	/** A position is missing or out of turn. */
	| 'gap'
	/** The link stands, its event does not. */
	| 'event_missing'
	/** The event is not what it was when it was linked. */
	| 'event_changed'
	/** The link does not follow from the one before it. */
	| 'link_broken'
	/** The chain is whole, and is not the one that was witnessed. */
	| 'rewritten'
	/** It ends before something that was witnessed. */
	| 'cut_off'
	/** It is another log altogether. */
	| 'another_log'
	/** Events that no link names. */
	| 'unlinked_events'
	/** What the database says is the end is not where the links end. */
	| 'head_differs';

/** The first thing that is wrong: where, what, and the event there if it has one. */
export interface Fault {
	position: number;
	kind: FaultKind;
	eventId: string | null;
}

export const beginning = createHash('sha256').update('kerbside').digest();

/** Text in quotes as PostgreSQL writes it inside jsonb: everything printable stays itself. */
function quoted(text: string): string {
	// JSON.stringify differs only for lone surrogates, which no database holds, and for U+007F, which both leave alone.
	return JSON.stringify(text);
}

/** The bytes that a link covers: `jsonb_build_array(…)::text` over every column. */
export function linkText(link: Link): string {
	const [position, , , id, kind, report, case_, actor, role, occurred, recorded, before, after, ...rest] =
		link;
	const words = [id, kind, report, case_, actor, role, occurred, recorded].map(orNull);
	return `[${[position, ...words, before ?? 'null', after ?? 'null', ...rest.map(orNull)].join(', ')}]`;
}

const orNull = (text: string | null) => (text === null ? 'null' : quoted(text));

/** SHA-256 over the hash before it and the link's text. */
export function linkHash(previous: Buffer, link: Link): Buffer {
	return createHash('sha256').update(previous).update(linkText(link), 'utf8').digest();
}

/** Walks the chain link by link and stops at the first one that does not fit. O(1) memory. */
export class ChainWalk {
	position = 0;
	hash: Buffer = beginning;

	/** Null when the link fits. After a fault the walk is over. */
	step(link: Link): Fault | null {
		const [position, hash, previous, eventId] = link;
		const fault = (kind: FaultKind): Fault => ({ position: this.position + 1, kind, eventId });
		if (position !== this.position + 1) return { ...fault('gap'), eventId: null };
		if (eventId === null) return fault('event_missing');
		const expected = linkHash(this.hash, link);
		const isFollowing = previous === this.hash.toString('hex');
		if (!isFollowing) return fault('link_broken');
		if (hash !== expected.toString('hex')) return fault('event_changed');
		this.position = position;
		this.hash = expected;
		return null;
	}
}
