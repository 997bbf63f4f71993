// What waits in the outbox, and what becomes of it after each try. Nothing here touches a browser.
import { nextPause } from './back-off.ts';

export type PhotoRole = 'near' | 'wide' | 'before' | 'after';

/** What a photo said of itself before it was shrunk: claims, sent with the report. */
export interface PhotoClaims {
	taken_at?: string | undefined;
	lng?: number | undefined;
	lat?: number | undefined;
	accuracy_m?: number | undefined;
}

export interface NamedPhoto extends PhotoClaims {
	sha256: string;
	role: PhotoRole;
}

/** What `POST /snap/reports` takes as `report`. The outbox reads the id and fills in the photos; the rest is the form's. */
export interface ReportBody {
	id: string;
	photos?: NamedPhoto[];
	[field: string]: unknown;
}

export interface OutboxPhoto {
	sha256: string;
	role: PhotoRole;
	type: string;
	bytes: number;
	claims: PhotoClaims;
	/** 0: as it was given; n: shrunk n steps because there was no room. */
	step: number;
	/** It could be kept neither as it was nor smaller, and the report goes without it. */
	isLost?: boolean;
	/** There was no room at all: only the page that took it has it, for as long as it stays open. */
	isHeld?: boolean;
	/** The server has said that it has it. */
	hasArrived?: boolean;
}

/** Why an entry waits: nobody answers, the server is full, the server fails, or staff must sign in again. */
export type Why = 'offline' | 'busy' | 'server' | 'signed_out' | 'sending';

export interface Problem {
	code: string;
	/** A sentence in the reader's language. */
	detail: string;
	fields?: { pointer: string; code: string; detail?: string }[];
}

/** A member of staff, as this device knows them. */
export interface Person {
	id: string;
	name: string;
	/** What they are here, in their own language. */
	role: string;
}

/** In whose name a report goes. */
export type Author = 'citizen' | Person;

export interface OutboxEntry {
	v: 1;
	id: string;
	as: 'citizen' | 'staff';
	/** Which of the staff: it goes in nobody else's name. Missing in what an earlier version kept, which waits for a choice. */
	by?: Person;
	/** What it says, in short (said.ts): tells the same report sent twice from another one under its id. */
	said?: string;
	/** The body as it will be sent. Once `isOffered` it never changes; see keeping.ts. */
	report: ReportBody;
	photos: OutboxPhoto[];
	savedAt: number;
	state: 'waiting' | 'needs_you';
	attempts: number;
	/** Milliseconds of this device's clock; 0: at once. */
	nextTryAt: number;
	why: Why | null;
	/** The body may have reached the server, whatever was heard of it. */
	isOffered: boolean;
	problem?: Problem;
	label: { category: string; place: string };
	/** Where it lies: the database, or the smaller storage for text, which has no photos and no service worker. */
	keptIn: 'database' | 'text';
}

/** What came of one try. */
export type Result =
	| { kind: 'sent'; receipt: SentReceipt }
	/** It waits. `receipt`: the report is in already, photos of it are not. */
	| { kind: 'wait'; why: Why; retryAfterMs: number | null; receipt?: SentReceipt }
	| { kind: 'refused'; problem: Problem }
	/** Photos that are neither here nor there any more, found before the report was offered. */
	| { kind: 'photos_gone'; gone: string[] }
	/** Another tab has settled it meanwhile. */
	| { kind: 'settled' };

export interface SentReceipt {
	id: string;
	code: string;
	pin: string;
	number?: number;
	status?: string;
	street?: { name: string; name_en: string | null } | null;
	/** Photos the server still waits for. */
	needs: string[];
	status_url: string;
	/** Photos that went missing on this device, by role, and photos that had to be made smaller. */
	photos_lost?: number;
	photos_smaller?: number;
}

/** The longest an entry ever waits, whatever a server or the arithmetic says. */
export const LONGEST_WAIT_MS = 3_600_000;

/**
 * Whether an entry's time has come. A waiting that reaches further than the longest there is was written under a clock
 * that has jumped back since (a dead battery, a day set by hand): then it is now.
 */
export function isDue(entry: Pick<OutboxEntry, 'state' | 'nextTryAt'>, now: number): boolean {
	if (entry.state !== 'waiting') return false;
	return entry.nextTryAt <= now || entry.nextTryAt > now + LONGEST_WAIT_MS;
}

/** The causes of a flush that are news about the network: what only waited for that need not wait any longer. */
const NEWS = new Set<string>(['open', 'visible', 'online', 'sync', 'send', 'now']);

/** Whether a flush for `reason` tries this entry. What the server asked for stands, unless a person insists. */
export function isTried(entry: OutboxEntry, reason: string, now: number): boolean {
	if (entry.state !== 'waiting') return false;
	if (reason === 'now' || isDue(entry, now)) return true;
	return (
		NEWS.has(reason) && (entry.why === 'offline' || entry.why === 'sending' || entry.why === 'signed_out')
	);
}

/** The entry after a try that has not settled it. `chance`: 0 to 1. */
export function afterTry(
	entry: OutboxEntry,
	result: Extract<Result, { kind: 'wait' | 'refused' }>,
	now: number,
	chance: number
): OutboxEntry {
	const attempts = entry.attempts + 1;
	if (result.kind === 'refused') {
		return { ...entry, attempts, state: 'needs_you', why: null, nextTryAt: 0, problem: result.problem };
	}
	const pause = nextPause(attempts, result.retryAfterMs, chance);
	const { problem: _, ...rest } = entry;
	return { ...rest, attempts, state: 'waiting', why: result.why, nextTryAt: now + pause };
}

/** An entry whose body has certainly not left yet, without the photos that are gone. */
export function withoutPhotos(entry: OutboxEntry, gone: readonly string[]): OutboxEntry {
	if (entry.isOffered) throw new Error('A body that may have reached the server never changes.');
	const isGone = ({ sha256 }: { sha256: string }) => gone.includes(sha256);
	return {
		...entry,
		photos: entry.photos.map((photo) => {
			if (!isGone(photo)) return photo;
			const { isHeld: _, ...rest } = photo;
			return { ...rest, isLost: true };
		}),
		report: { ...entry.report, photos: (entry.report.photos ?? []).filter((photo) => !isGone(photo)) }
	};
}

/** What the receipt says about the photos of an entry. */
export function photoLosses(
	photos: readonly OutboxPhoto[]
): Pick<SentReceipt, 'photos_lost' | 'photos_smaller'> {
	const lost = photos.filter((photo) => photo.isLost).length;
	const smaller = photos.filter((photo) => photo.step > 0 && !photo.isLost).length;
	return { ...(lost && { photos_lost: lost }), ...(smaller && { photos_smaller: smaller }) };
}
