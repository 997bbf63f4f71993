// Durable first. What a person sends is on the disk of their device before the network hears of it.
//
// A report's body is frozen in two stages, because the server knows a report by its id and its body together, and another
// body under the same id is refused:
//
//   kept       The body is written together with its photos. A photo that does not fit is shrunk here, which gives it another
//              SHA-256, so the body is composed after that. From now on everybody reads the body from the disk: this tab, other
//              tabs, the service worker, the next start of the browser.
//   offered    Set on the disk before `POST /snap/reports` goes out for the first time. Until then the server has seen photos
//              at most, which are nobody's without a report, and the body may still lose a photo that has vanished from
//              the device. After that it may have reached the server whatever was heard of it, and it never changes again.
//
// Text gives way last. In this order: everything in the database; photos smaller, in steps; the close photo alone; the text
// in the database and the photos in the memory of this page, sent at once, gone only if the page is closed before they have
// arrived; the text in the smaller storage; and when there is no storage whatever, the form itself, which stays as it is.
import { isNoRoom, writing, type PhotoRow } from './database.ts';
import { dropDraftOf, dropShelvedDraftOf } from './draft.ts';
import { readEntry, shelveEntry, sweepPhotos } from './entries.ts';
import type {
	Author,
	NamedPhoto,
	OutboxEntry,
	OutboxPhoto,
	PhotoClaims,
	PhotoRole,
	ReportBody
} from './entry.ts';
import { holdPhotos } from './held-photos.ts';
import { keptReceipt, type KeptReceipt } from './receipts.ts';
import { saidBy, saysTheSame } from './said.ts';
import { sha256Of } from './sha256.ts';
import { bytesLeft, degradePlan, isHopeful, STEPS } from './storage-room.ts';
import { tellChange } from './changes.ts';

export interface GivenPhoto {
	blob: Blob;
	role: PhotoRole;
	claims: PhotoClaims;
	/** The server has it already: it was sent while the person wrote. */
	hasArrived?: boolean;
}

export interface Given {
	report: ReportBody;
	photos: GivenPhoto[];
	as: Author;
	label: { category: string; place: string };
	/** Under which id its draft was saved, where that is another one. */
	draftId?: string;
}

/** Makes a photo smaller: src/lib/evidence knows how. */
export type Shrink = (blob: Blob, longestSide: number, maxBytes: number) => Promise<Blob>;

export type Kept =
	| { kind: 'kept'; entry: OutboxEntry }
	/** The same report waits already: the second of two taps, or the same draft in another tab. */
	| { kind: 'there'; entry: OutboxEntry }
	| { kind: 'sent'; receipt: KeptReceipt }
	/** Another report waits or was sent under this id: this one needs an id of its own. */
	| { kind: 'id_used' }
	/** No storage takes even the text. `entry` may be sent from memory. */
	| { kind: 'not_kept'; entry: OutboxEntry };

interface Prepared extends PhotoRow {
	role: PhotoRole;
	claims: PhotoClaims;
	step: number;
	hasArrived: boolean;
	blob: Blob;
}

export async function keep(given: Given, shrink: Shrink, now = Date.now()): Promise<Kept> {
	const originals = await withoutTwins(given.photos);
	const said = await saidBy(
		given.report,
		originals.map(({ sha256 }) => sha256)
	);
	const before = await keptBefore();
	if (before) return before;
	const shrunk = new Map<string, Promise<Prepared>>();
	// Each step from the one before: a small picture is quickly drawn, and most phones are slow.
	const smaller = (photo: Prepared, step: number): Promise<Prepared> => {
		if (step === 0 || photo.hasArrived) return Promise.resolve(photo);
		const key = `${photo.sha256} ${step}`;
		let made = shrunk.get(key);
		if (!made) {
			made = smaller(photo, step - 1).then((before) => makeSmaller(before, step, shrink));
			shrunk.set(key, made);
		}
		return made;
	};
	const sizes = originals.map(({ bytes, role }) => ({ bytes: bytes.byteLength, role }));
	const plan = originals.length ? degradePlan(sizes) : [{ steps: [], bytes: 0 }];
	let left: number | null = null;
	for (const [index, attempt] of plan.entries()) {
		const { steps } = attempt;
		if (!isHopeful(attempt, left)) continue;
		const photos = await Promise.all(
			originals.map((photo, at) => {
				const step = steps[at] ?? null;
				return step === null ? null : smaller(photo, step);
			})
		);
		try {
			const rows = photos.filter((photo) => photo !== null);
			// The server may yet forget a photo that no report names, so one that has arrived is kept if there is room.
			return await write(
				compose(given, said, originals, photos, now),
				index === 0 ? rows : rows.filter(({ hasArrived }) => !hasArrived)
			);
		} catch (error) {
			// Anything but a full disk will not be better with smaller photos.
			if (!isNoRoom(error)) break;
			left ??= await bytesLeft();
		}
	}
	const entry = compose(
		given,
		said,
		originals,
		originals.map(() => null),
		now
	);
	const meanwhile = await keptBefore();
	if (meanwhile) return meanwhile;
	hold(entry, originals);
	if (!shelveEntry(entry)) return { kind: 'not_kept', entry };
	for (const id of draftIds()) dropShelvedDraftOf(id);
	return { kind: 'kept', entry: { ...entry, keptIn: 'text' } };

	function draftIds(): string[] {
		return [given.report.id, ...(given.draftId === undefined ? [] : [given.draftId])];
	}

	/** What is under this id already, if anything; the id alone does not tell that it is this report. */
	function already(there: OutboxEntry | null, receipt: KeptReceipt | null): Kept | null {
		if (receipt) return saysTheSame(receipt, said, given) ? { kind: 'sent', receipt } : { kind: 'id_used' };
		if (!there || isReplaceable(there)) return null;
		return saysTheSame(there, said, given) ? { kind: 'there', entry: there } : { kind: 'id_used' };
	}

	async function keptBefore(): Promise<Kept | null> {
		const { id } = given.report;
		return already(await readEntry(id), await keptReceipt(id));
	}

	async function write(entry: OutboxEntry, rows: Prepared[]): Promise<Kept> {
		if (entry.photos.some((photo) => photo.isHeld)) hold(entry, originals);
		const outcome = await writing(['entries', 'photos', 'receipts', 'drafts'], async (transaction) => {
			const sent = await transaction.objectStore('receipts').get(entry.id);
			const there = await transaction.objectStore('entries').get(entry.id);
			const meanwhile = already(there ?? null, sent ?? null);
			if (meanwhile) return meanwhile;
			const store = transaction.objectStore('photos');
			// The draft has stored its photos as they were chosen; they are not written twice.
			for (const { sha256, bytes, type } of rows)
				if ((await store.getKey(sha256)) === undefined) await store.put({ sha256, bytes, type });
			await transaction.objectStore('entries').put(entry);
			for (const id of draftIds()) await dropDraftOf(id, transaction.objectStore('drafts'));
			await sweepPhotos(transaction);
			return { kind: 'kept' as const, entry };
		});
		if (outcome.kind !== 'id_used') for (const id of draftIds()) dropShelvedDraftOf(id);
		tellChange();
		return outcome;
	}
}

/** An entry that came back to its writer is replaced by what they send next; one that waits is not. */
function isReplaceable(entry: OutboxEntry): boolean {
	return entry.state === 'needs_you';
}

/** `photos[n]` is what becomes of `originals[n]`; null: it stays in the memory of this page, as it was given. */
function compose(
	given: Given,
	said: string,
	originals: Prepared[],
	photos: (Prepared | null)[],
	now: number
): OutboxEntry {
	const chosen = originals
		.map((original, index) => ({ ...(photos[index] ?? original), isKept: photos[index] !== null }))
		// Two pictures that differed in a tag only are one once they are drawn anew.
		.filter(({ sha256 }, at, all) => all.findIndex((photo) => photo.sha256 === sha256) === at);
	return {
		v: 1,
		id: given.report.id,
		...(given.as === 'citizen' ? { as: 'citizen' as const } : { as: 'staff' as const, by: given.as }),
		said,
		report: { ...given.report, photos: chosen.map(name) },
		photos: chosen.map(({ sha256, role, type, bytes, claims, step, hasArrived, isKept }): OutboxPhoto => ({
			...{ sha256, role, type, bytes: bytes.byteLength, claims, step },
			...(!isKept && !hasArrived && { isHeld: true }),
			...(hasArrived && { hasArrived })
		})),
		savedAt: now,
		state: 'waiting',
		attempts: 0,
		nextTryAt: 0,
		why: null,
		isOffered: false,
		label: given.label,
		keptIn: 'database'
	};
}

function name({ sha256, role, claims }: Prepared): NamedPhoto {
	return { sha256, role, ...claims };
}

function hold(entry: OutboxEntry, originals: Prepared[]): void {
	const photos = entry.photos.filter((photo) => photo.isHeld).map(({ sha256 }) => sha256);
	if (photos.length === 0) return;
	holdPhotos(
		entry.id,
		new Map(originals.flatMap(({ sha256, blob }) => (photos.includes(sha256) ? [[sha256, blob]] : [])))
	);
}

/** The same picture chosen twice is one photo. */
async function withoutTwins(given: GivenPhoto[]): Promise<Prepared[]> {
	const photos = await Promise.all(given.map((photo) => prepare(photo.blob, 0, photo)));
	return photos.filter(({ sha256 }, at) => photos.findIndex((photo) => photo.sha256 === sha256) === at);
}

async function prepare(
	blob: Blob,
	step: number,
	{ role, claims, hasArrived = false }: Pick<GivenPhoto, 'role' | 'claims' | 'hasArrived'>
): Promise<Prepared> {
	const bytes = await blob.arrayBuffer();
	return { sha256: await sha256Of(bytes), bytes, type: blob.type, role, claims, step, hasArrived, blob };
}

/** The same where it cannot be made any smaller. */
async function makeSmaller(photo: Prepared, step: number, shrink: Shrink): Promise<Prepared> {
	const { longestSide, maxBytes } = STEPS[step - 1]!;
	try {
		const blob = await shrink(photo.blob, longestSide, maxBytes);
		return blob.size < photo.bytes.byteLength ? await prepare(blob, step, photo) : photo;
	} catch {
		// A browser that cannot decode it; as it is, it may still fit.
		return photo;
	}
}
