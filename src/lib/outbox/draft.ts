// The report a person is writing on this device, so that a closed tab or a dead battery costs nothing.
import { isNoRoom, reading, writing, type PhotoRow } from './database.ts';
import type { SavedDraftRow } from './draft-row.ts';
import { readEntry, sweepPhotos } from './entries.ts';
import type { Author, OutboxEntry, PhotoClaims, ReportBody } from './entry.ts';
import { keptReceipt, type KeptReceipt } from './receipts.ts';
import { saidBy, saysTheSame } from './said.ts';
import { sha256Of } from './sha256.ts';
import { getText, putText, removeText } from './text-shelf.ts';

export interface SavedPlace {
	lng: number;
	lat: number;
	accuracy_m: number | null;
}

export interface SavedPhoto {
	/** As it will be sent. */
	blob: Blob;
	role: 'near' | 'wide';
	claims: PhotoClaims;
	/** The server has it already. */
	hasArrived?: boolean;
}

export interface SavedDraft {
	id: string;
	observedAt: string;
	category: string;
	place: string;
	description: string;
	photos: SavedPhoto[];
	/** Set by hand. */
	pin: SavedPlace | null;
	/** The device's own. */
	fix: SavedPlace | null;
	/** Where photo and device disagree: which of them the person chose. */
	preferred: 'photo' | 'device' | null;
	wideSkipped: 'unsafe' | 'no_room' | 'same_view' | 'other' | null;
	suggestedCase: string | null;
	/** In whose name it was begun; 'staff': by an earlier version, which did not say who. */
	as?: Author | 'staff';
	savedAt: number;
}

/** How much of a draft is safe: everything, everything but photos, or nothing. */
export type DraftKept = 'whole' | 'without_photos' | 'nothing';

const KEY = 'snap';
const SHELF = 'draft';

export interface DraftOptions {
	/** What would be sent, where the draft is complete: tells a draft that was sent already from one that was written on. */
	report?: ReportBody | null;
	/** Hears the draft's new id, when another tab has sent something else under its old one. */
	renamed?: (id: string) => void;
}

/** Says how much is safe now, so that the form can tell before anything is lost. */
export async function saveDraft(draft: SavedDraft, options: DraftOptions = {}): Promise<DraftKept> {
	const photos = await Promise.all(
		draft.photos.map(async ({ blob, ...photo }) => ({ ...photo, blob, sha256: await nameOf(blob) }))
	);
	const { report } = options;
	const said =
		report &&
		(await saidBy(
			report,
			photos.map(({ sha256 }) => sha256)
		));
	const used = await usedBy(draft.id);
	if (used) {
		// Sent from another tab, just as it stands here: nothing of it can be lost any more.
		if (said && saysTheSame(used, said, { report })) return 'whole';
		const id = (await import('uuidv7')).uuidv7();
		options.renamed?.(id);
		return saveDraft({ ...draft, id }, report ? { report: { ...report, id } } : {});
	}
	const row: SavedDraftRow = {
		...draft,
		v: 2,
		...(said && { said }),
		photos: photos.map(({ blob: _, ...photo }) => photo)
	};
	try {
		// A photo that is there already is not read and written again at every keystroke.
		if (!(await putDraft(row, [])))
			await putDraft(
				row,
				await Promise.all(
					photos.map(async ({ sha256, blob }) => ({
						sha256,
						bytes: await blob.arrayBuffer(),
						type: blob.type
					}))
				)
			);
		removeText(SHELF);
		return 'whole';
	} catch (error) {
		const bare = { ...row, photos: [] };
		const isKept = isNoRoom(error) && (await putDraft(bare, []).catch(() => false));
		if (isKept) removeText(SHELF);
		else if (!putText(SHELF, bare)) return 'nothing';
		return photos.length ? 'without_photos' : 'whole';
	}
}

/** What has left the form under this id: a draft under it is another report. */
async function usedBy(id: string): Promise<OutboxEntry | KeptReceipt | null> {
	const receipt = await keptReceipt(id);
	if (receipt) return receipt;
	const entry = await readEntry(id);
	// One that came back to its writer is written on under its own id.
	return entry && entry.state !== 'needs_you' ? entry : null;
}

/** False, and nothing is written, when a photo is neither there nor given. */
async function putDraft(row: SavedDraftRow, given: PhotoRow[]): Promise<boolean> {
	return writing(['drafts', 'photos', 'entries'], async (transaction) => {
		const store = transaction.objectStore('photos');
		for (const { sha256 } of row.photos) {
			if ((await store.getKey(sha256)) !== undefined) continue;
			const photo = given.find((one) => one.sha256 === sha256);
			if (!photo) return false;
			await store.put(photo);
		}
		await transaction.objectStore('drafts').put(row, KEY);
		await sweepPhotos(transaction);
		return true;
	});
}

const names = new WeakMap<Blob, Promise<string>>();

function nameOf(blob: Blob): Promise<string> {
	let name = names.get(blob);
	if (!name) names.set(blob, (name = blob.arrayBuffer().then(sha256Of)));
	return name;
}

/** However old it is: the form says so, and the person decides. */
export async function loadDraft(): Promise<SavedDraft | null> {
	try {
		const shelved = getText<SavedDraftRow>(SHELF);
		const kept = await reading((database) => database.get('drafts', KEY)).catch(() => undefined);
		const rows = [shelved, kept as SavedDraftRow | undefined].filter((row) => row != null);
		const row = rows.sort((a, b) => Number(b.savedAt) - Number(a.savedAt))[0];
		if (!row) return null;
		const draft = 'v' in row ? await readRow(row) : readFirstVersion(row as FirstDraft);
		const used = await usedBy(draft.id);
		if (!used) return draft;
		// It has become a report, and only its draft was left behind.
		if (row.said !== undefined && row.said === used.said) return null;
		return { ...draft, id: (await import('uuidv7')).uuidv7() };
	} catch {
		return null;
	}
}

export async function clearDraft(): Promise<void> {
	removeText(SHELF);
	await writing(['drafts', 'photos', 'entries'], async (transaction) => {
		await transaction.objectStore('drafts').delete(KEY);
		await sweepPhotos(transaction);
	}).catch(() => {});
}

/** Inside the transaction that keeps a report for sending: its draft has become that report. */
export async function dropDraftOf(
	id: string,
	drafts: {
		get(key: string): Promise<unknown>;
		delete?(key: string): Promise<void>;
	}
): Promise<void> {
	if (((await drafts.get(KEY)) as { id?: string } | undefined)?.id === id) await drafts.delete?.(KEY);
}

/** The text of a draft that has become a report for sending. */
export function dropShelvedDraftOf(id: string): void {
	if (getText<{ id: string }>(SHELF)?.id === id) removeText(SHELF);
}

async function readRow(row: SavedDraftRow): Promise<SavedDraft> {
	const photos = await Promise.all(
		row.photos.map(async ({ sha256, ...photo }): Promise<SavedPhoto[]> => {
			const kept = await reading((database) => database.get('photos', sha256)).catch(() => undefined);
			return kept ? [{ ...photo, blob: new Blob([kept.bytes], { type: kept.type }) }] : [];
		})
	);
	const { v: _v, said: _said, ...draft } = row;
	return { ...(draft as unknown as SavedDraft), photos: photos.flat() };
}

/** A draft of the first version: one photo beside its place, inside the row. */
interface FirstDraft {
	id: string;
	observedAt: string;
	category: string;
	place: string;
	description: string;
	photo: Blob | null;
	photoPlace: SavedPlace | null;
	pin: SavedPlace | null;
	savedAt: number;
}

function readFirstVersion({ photo, photoPlace, ...draft }: FirstDraft): SavedDraft {
	const claims = photoPlace
		? {
				lng: photoPlace.lng,
				lat: photoPlace.lat,
				...(photoPlace.accuracy_m !== null && { accuracy_m: photoPlace.accuracy_m })
			}
		: {};
	return {
		...draft,
		photos: photo ? [{ blob: photo, role: 'near', claims }] : [],
		fix: null,
		preferred: null,
		wideSkipped: null,
		suggestedCase: null
	};
}
