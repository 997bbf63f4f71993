// Emptying the outbox, the same in a page and in the service worker. One entry at a time, under a lock that all tabs and
// the service worker share. Where there are no locks, or a tab that was put to sleep keeps one, the server's rule holds:
// the same id with the same body is one report, however often it is sent.
import { tellChange } from './changes.ts';
import { changeEntry, keepEarlyReceipt, listEntries, readEntry, readPhoto, settleEntry } from './entries.ts';
import {
	afterTry,
	isTried,
	withoutPhotos,
	type OutboxEntry,
	type Result,
	type SentReceipt
} from './entry.ts';
import { heldPhoto, isHeldElsewhere, letPhotosGo } from './held-photos.ts';
import type { KeptReceipt } from './receipts.ts';
import { sendEntry, type Line, type Solve } from './sending.ts';

export type Reason = 'open' | 'visible' | 'online' | 'timer' | 'sync' | 'send' | 'now';

/** What differs between a page and the service worker, and what other folders bring. */
export interface Means {
	/** Does the work that the server asks of a sender; null: nobody here can. */
	solve: Solve | null;
}

const LOCK = 'kerbside-outbox';
/** Longer than a good try takes; a tab that was put to sleep must not keep the others from sending. */
const LOCK_PATIENCE_MS = 25_000;

/** Tries everything whose time has come; resolves when each has been tried once. */
export async function flushAll(reason: Reason, means: Means): Promise<void> {
	const entries = (await listEntries()).filter((entry) => isTried(entry, reason, Date.now()));
	// One that fails again and again must not stand in the way of the others.
	entries.sort((a, b) => a.attempts - b.attempts);
	let failures = 0;
	for (const { id } of entries) {
		const result = await tryOne(id, reason, means);
		failures = result?.kind === 'wait' && result.why === 'offline' ? failures + 1 : 0;
		// Nobody answers: what comes after would only wait for the same silence.
		if (failures === 2) break;
	}
}

/** One try of one entry; null when there was nothing to do. */
export function tryOne(id: string, reason: Reason, means: Means): Promise<Result | null> {
	return alone(async () => {
		// Somebody may have sent it while we waited for our turn.
		const entry = await readEntry(id);
		if (!entry || !isTried(entry, reason, Date.now())) return null;
		if (await isHeldElsewhere(entry, Date.now())) return null;
		let result = await sendEntry(entry, lineFor(entry, means));
		if (result.kind === 'photos_gone') {
			const { gone } = result;
			const changed = await changeEntry(id, (there) => (there.isOffered ? null : withoutPhotos(there, gone)));
			if (!changed) return null;
			result = await sendEntry(changed, lineFor(changed, means));
		}
		await record(id, result);
		return result;
	});
}

async function record(id: string, result: Result): Promise<void> {
	if (result.kind === 'sent') {
		const entry = await readEntry(id);
		if (entry) await settleEntry(id, toKeep(result.receipt, entry));
		letPhotosGo(id);
	} else if (result.kind === 'wait' || result.kind === 'refused') {
		const entry = await changeEntry(id, (there) => afterTry(there, result, Date.now(), Math.random()));
		if (entry && result.kind === 'wait' && result.receipt)
			await keepEarlyReceipt(toKeep(result.receipt, entry));
	}
	tellChange();
}

export function toKeep(receipt: SentReceipt, entry: OutboxEntry): KeptReceipt {
	const { id, code, pin, number, street, photos_lost, photos_smaller } = receipt;
	return {
		...{ id, code, pin, label: entry.label, sentAt: Date.now() },
		category: String(entry.report.category ?? ''),
		...(number !== undefined && { number }),
		...(street !== undefined && { street }),
		...(photos_lost && { photos_lost }),
		...(photos_smaller && { photos_smaller }),
		...(entry.said !== undefined && { said: entry.said })
	};
}

function lineFor(entry: OutboxEntry, means: Means): Line {
	return {
		fetch: (input, init) => fetch(input, init),
		solve: means.solve,
		photo: async (sha256) => heldPhoto(entry.id, sha256) ?? (await readPhoto(sha256)),
		arrived: async (sha256) => {
			await changeEntry(entry.id, (there) => ({
				...there,
				photos: there.photos.map((photo) =>
					photo.sha256 === sha256 ? { ...photo, hasArrived: true } : photo
				)
			}));
		},
		offering: async () => {
			const there = await changeEntry(entry.id, (one) =>
				one.isOffered ? null : { ...one, isOffered: true }
			);
			return there?.state === 'waiting';
		},
		now: () => Date.now()
	};
}

async function alone<T>(work: () => Promise<T>): Promise<T> {
	const locks = globalThis.navigator?.locks;
	if (!locks) return work();
	const patience = new AbortController();
	const timer = setTimeout(() => patience.abort(), LOCK_PATIENCE_MS);
	try {
		return await locks.request(LOCK, { signal: patience.signal }, () => {
			clearTimeout(timer);
			return work();
		});
	} catch (error) {
		if (!patience.signal.aborted || (error as Error).name !== 'AbortError') throw error;
		return work();
	} finally {
		clearTimeout(timer);
	}
}
