// What a person sends goes in here and comes out at the server, once: through closed browsers, dead batteries, full disks and
// days without a network. The only folder that knows IndexedDB and the service worker's queue.
import { showBadge } from './badge.ts';
import { onChange } from './changes.ts';
import type { SavedDraft } from './draft.ts';
import { draftOf } from './draft-of-entry.ts';
import { changeEntry, dropEntry, listEntries, readEntry, readPhoto } from './entries.ts';
import {
	isDue,
	type Author,
	type OutboxEntry,
	type Problem,
	type ReportBody,
	type Result,
	type SentReceipt,
	type Why
} from './entry.ts';
import { flushAll, toKeep, tryOne, type Means, type Reason } from './flushing.ts';
import { hasHeldPhotos, heldPhoto, letPhotosGo } from './held-photos.ts';
import { keep, type Given, type GivenPhoto, type Shrink } from './keeping.ts';
import { keepReceipt, keptReceipt, type KeptReceipt } from './receipts.ts';
import { textOf } from './said.ts';
import { sendEntry } from './sending.ts';
import { askToPersist } from './storage-room.ts';
import { isShelfKey } from './text-shelf.ts';

export type { GivenPhoto } from './keeping.ts';
export type {
	Author,
	NamedPhoto,
	OutboxEntry,
	OutboxPhoto,
	Person,
	PhotoClaims,
	PhotoRole,
	Problem,
	ReportBody,
	SentReceipt,
	Why
} from './entry.ts';

export type Outcome =
	| { kind: 'sent'; receipt: SentReceipt }
	/** Kept safely; it goes by itself. 'sending': it is on its way, slowly. */
	| { kind: 'queued'; entry: OutboxEntry; why: Why }
	/** The server wants something changed. Kept, until it is sent again or discarded. */
	| { kind: 'needs_you'; entry: OutboxEntry; problem: Problem }
	/**
	 * This device keeps nothing and nobody answers: the form is the only place it exists. The page must stay open; send
	 * again when there is a network.
	 */
	| { kind: 'not_kept'; reason: 'no_storage'; why: Why };

/** How long a person watches a spinner before they are told that it goes on by itself. */
const PATIENCE_MS = 30_000;
const SYNC_TAG = 'kerbside-outbox';

const sending = new Map<string, Promise<Outcome>>();

export interface SendOptions {
	shrink?: Shrink;
	/** Hears the id under which it goes, when the given one belongs to another report already. */
	renamed?: (id: string) => void;
}

/**
 * Keeps a report safely, then tries to send it. `report` without its photos: those are named once it is known in which form
 * they could be kept. A second call with the same report joins the first.
 */
export function send(
	report: ReportBody,
	photos: GivenPhoto[],
	as: Author,
	label: { category: string; place: string },
	options: SendOptions = {}
): Promise<Outcome> {
	// Two taps are one report; what has been written on in between is another.
	const key = [report.id, textOf(report), ...photos.map(({ blob }) => blob.size)].join(' ');
	const running = sending.get(key);
	if (running) return running;
	const outcome = sendNow({ report, photos, as, label }, options).finally(() => sending.delete(key));
	sending.set(key, outcome);
	return outcome;
}

async function sendNow(given: Given, { shrink = shrinkLazily, renamed }: SendOptions): Promise<Outcome> {
	const kept = await keep(given, shrink);
	if (kept.kind === 'id_used') {
		// The same draft was open in another tab, and what that one sent says something else.
		const report = { ...given.report, id: (await import('uuidv7')).uuidv7() };
		renamed?.(report.id);
		return sendNow({ ...given, report, draftId: given.report.id }, { shrink, ...(renamed && { renamed }) });
	}
	const { report } = given;
	if (kept.kind === 'sent') return { kind: 'sent', receipt: shownAgain(kept.receipt) };
	if (kept.kind === 'not_kept') return sendFromMemory(kept.entry);
	void askToPersist();
	// If this page is closed now, the service worker goes on.
	void askForSync();
	const work = tryOne(report.id, 'now', means);
	const result = await Promise.race([work, pause(PATIENCE_MS)]);
	keepTrying();
	return outcomeOf(report.id, result ?? null);
}

/** Looks where the entry is now, because another tab may have settled it. */
async function outcomeOf(id: string, result: Result | null): Promise<Outcome> {
	if (result?.kind === 'sent') return { kind: 'sent', receipt: result.receipt };
	const receipt = await keptReceipt(id);
	if (receipt) {
		const asSent = result?.kind === 'wait' && result.receipt ? result.receipt : shownAgain(receipt);
		return { kind: 'sent', receipt: asSent };
	}
	const entry = await readEntry(id);
	if (!entry) throw new Error('A report left the outbox without a receipt.');
	if (entry.state === 'needs_you')
		return { kind: 'needs_you', entry, problem: entry.problem ?? { code: 'refused', detail: '' } };
	return { kind: 'queued', entry, why: entry.why ?? 'sending' };
}

/** No storage whatever: one try, now, from the memory of this page. */
async function sendFromMemory(entry: OutboxEntry): Promise<Outcome> {
	const result = await sendEntry(entry, {
		fetch: (input, init) => fetch(input, init),
		solve: means.solve,
		photo: (sha256) => Promise.resolve(heldPhoto(entry.id, sha256)),
		arrived: () => Promise.resolve(),
		offering: () => Promise.resolve(true),
		now: () => Date.now()
	});
	if (result.kind === 'sent') {
		letPhotosGo(entry.id);
		await keepReceipt(toKeep(result.receipt, entry));
		return { kind: 'sent', receipt: result.receipt };
	}
	if (result.kind === 'refused') return { kind: 'needs_you', entry, problem: result.problem };
	return { kind: 'not_kept', reason: 'no_storage', why: result.kind === 'wait' ? result.why : 'server' };
}

function shownAgain(receipt: KeptReceipt): SentReceipt {
	const { id, code, pin, number, street, photos_lost, photos_smaller } = receipt;
	return {
		...{ id, code, pin, needs: [], status_url: `/track#${code}` },
		...(number !== undefined && { number }),
		...(street !== undefined && { street }),
		...(photos_lost && { photos_lost }),
		...(photos_smaller && { photos_smaller })
	};
}

/** Everything that waits, oldest first. */
export function list(): Promise<OutboxEntry[]> {
	return listEntries();
}

/** Discards an entry, on purpose. */
export async function remove(id: string): Promise<void> {
	letPhotosGo(id);
	await dropEntry(id);
	void showBadge();
}

/** Tries what waits. A person who presses a button means now. */
export async function flush(reason: Reason): Promise<void> {
	await flushAll(reason, means);
	keepTrying();
}

/**
 * An entry as a draft for the form, under the same id: sending it again replaces the entry, and until then the entry stays
 * where it is. Null when it is gone, or on its way.
 */
export async function reopen(id: string): Promise<SavedDraft | null> {
	const entry = await changeEntry(id, (there) =>
		there.state === 'needs_you' || there.isOffered
			? null
			: { ...there, state: 'needs_you', why: null, nextTryAt: 0, problem: { code: 'reopened', detail: '' } }
	);
	if (!entry || entry.state !== 'needs_you') return null;
	return draftOf(entry, async (sha256) => heldPhoto(id, sha256) ?? (await readPhoto(sha256)));
}

/** Tells how many reports wait, now and whenever that changes, in whichever tab. Returns what ends it. */
export function watch(told: (waiting: number, entries: OutboxEntry[]) => void): () => void {
	let turn = 0;
	const look = async () => {
		const mine = (turn += 1);
		const entries = await listEntries();
		if (mine !== turn) return;
		told(entries.length, entries);
	};
	const onStorage = (event: StorageEvent) => {
		if (isShelfKey(event.key)) void look();
	};
	const ends = onChange(() => void look());
	addEventListener('storage', onStorage);
	void look();
	return () => {
		turn = -1;
		ends();
		removeEventListener('storage', onStorage);
	};
}

let users = 0;
let stopListening: (() => void) | null = null;

/** Empties the outbox by itself for as long as somebody on this page wants that. Returns what ends it. */
export function start(): () => void {
	users += 1;
	stopListening ??= listen();
	return () => {
		users -= 1;
		if (users > 0) return;
		stopListening?.();
		stopListening = null;
	};
}

function listen(): () => void {
	const visible = () => {
		if (document.visibilityState === 'visible') void flush('visible');
		else clearTimeout(timer);
	};
	const online = () => void flush('online');
	const leaving = (event: BeforeUnloadEvent) => {
		// A photo for which there was no room goes with this page.
		if (hasHeldPhotos()) event.preventDefault();
	};
	document.addEventListener('visibilitychange', visible);
	addEventListener('online', online);
	addEventListener('pageshow', visible);
	addEventListener('beforeunload', leaving);
	const ends = onChange(() => {
		void showBadge();
		keepTrying();
	});
	void flush('open').then(showBadge);
	return () => {
		document.removeEventListener('visibilitychange', visible);
		removeEventListener('online', online);
		removeEventListener('pageshow', visible);
		removeEventListener('beforeunload', leaving);
		ends();
		clearTimeout(timer);
	};
}

let timer: ReturnType<typeof setTimeout> | undefined;
const SOON_MS = 1_000;
/** Clocks are set and phones sleep: the list is looked at again at least this often. */
const LATE_MS = 60_000;

/** Comes back when the next entry's time has come, while this page is being looked at. */
function keepTrying(): void {
	clearTimeout(timer);
	if (!stopListening || document.visibilityState !== 'visible') return;
	void listEntries().then((entries) => {
		clearTimeout(timer);
		const waiting = entries.filter(({ state }) => state === 'waiting');
		if (waiting.length === 0 || !stopListening) return;
		const now = Date.now();
		const next = Math.min(...waiting.map((entry) => (isDue(entry, now) ? now : entry.nextTryAt)));
		timer = setTimeout(() => void flush('timer'), Math.min(LATE_MS, Math.max(SOON_MS, next - now)));
	});
}

interface SyncRegistration extends ServiceWorkerRegistration {
	sync?: { register(tag: string): Promise<void> };
}

async function askForSync(): Promise<void> {
	try {
		const registration = (await navigator.serviceWorker?.getRegistration()) as SyncRegistration | undefined;
		await registration?.sync?.register(SYNC_TAG);
	} catch {
		// Not allowed here: pages do it when they are open.
	}
}

let means: Means = { solve: null };

/** Said once by whoever starts the outbox of a page: how the work that the server asks for is done. */
export function useMeans(given: Means): void {
	means = given;
}

const shrinkLazily: Shrink = async (blob, longestSide, maxBytes) => {
	const { shrinkTo } = await import('#lib/evidence/prepare-photo.ts');
	return (await shrinkTo(blob, longestSide, maxBytes)).blob;
};

const pause = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));
