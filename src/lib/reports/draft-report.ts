// What becomes of a draft: kept on this phone, taken up again, checked, sent. Loaded once the form stands.
import { localName, m } from '#lib/i18n/messages.ts';
import type { SavedDraft, SavedPlace } from '#lib/outbox/draft.ts';
import type { Outcome, Problem } from '#lib/outbox/outbox.ts';
import type { Category } from './intake-rules.ts';
import type { NearbyCase, Place } from './place.ts';
import type { Pin, SnapDraft, SnapErrors } from './snap-draft.svelte.ts';
import type { SnapPhoto } from './snap-photo.svelte.ts';

/** What the outbox keeps of a draft, and what only this form knows. */
export type SavedSnap = SavedDraft & {
	pinned?: Pin | null;
	suggested?: NearbyCase | null;
};

/**
 * Hands a draft to the outbox, or says what is to be mended first. `proving` hears when the work that keeps machines out
 * begins and ends.
 */
export async function sendDraft(
	draft: SnapDraft,
	categories: readonly Category[],
	placeName: string,
	proving: (isProving: boolean) => void
): Promise<{ errors: SnapErrors } | Exclude<Outcome, { kind: 'needs_you' }>> {
	const errors = missingIn(draft);
	if (Object.keys(errors).length) return { errors };
	const { send, useMeans } = await import('#lib/outbox/outbox.ts');
	useMeans({
		solve: async (challenge) => {
			proving(true);
			const { solveAside } = await import('./proof-of-work-aside.ts');
			return solveAside(challenge as Parameters<typeof solveAside>[0]).finally(() => proving(false));
		}
	});
	draft.photos.forEach((photo) => photo.stopSending());
	const category = categories.find(({ code }) => code === draft.category);
	const label = { category: category ? localName(category) : '', place: placeName };
	const outcome = await send(bodyOf(draft), photosOf(draft), draft.as ?? 'citizen', label, {
		renamed: (id) => (draft.id = id)
	});
	if (outcome.kind !== 'needs_you') return outcome;
	if (outcome.problem.code === 'id_taken') await beginAnew(draft);
	return { errors: errorsOf(outcome.problem) };
}

/** What was sent under this id before says something else: what is in the form is another report. */
async function beginAnew(draft: SnapDraft): Promise<void> {
	const [{ uuidv7 }, { remove }] = await Promise.all([import('uuidv7'), import('#lib/outbox/outbox.ts')]);
	await remove(draft.id);
	draft.id = uuidv7();
}

/** What POST /snap/reports takes, without the photos: the outbox names those. */
export function bodyOf(draft: SnapDraft) {
	const { place, fix } = draft;
	if (!place || !draft.category) throw new Error('A report needs a place and a category.');
	return {
		id: draft.id,
		category: draft.category,
		lng: place.lng,
		lat: place.lat,
		accuracy_m: place.accuracy_m,
		location_source: place.source,
		observed_at: observedAt(draft),
		description: draft.description.trim(),
		// Where the phone was when the pin stands elsewhere: the desk sees how far that is, not where.
		...(fix && place.source !== 'device' && { fix: bare(fix) }),
		...(draft.wideSkipped && !draft.wide.blob && { wide_skipped: draft.wideSkipped }),
		...(draft.suggested && { suggested_case: draft.suggested.id })
	};
}

/** Null: something is missing yet. */
export function reportIn(draft: SnapDraft) {
	return draft.place && draft.category ? bodyOf(draft) : null;
}

export function photosOf(draft: SnapDraft) {
	return draft.photos.flatMap(({ blob, role, claims, hasArrived }) =>
		blob ? [{ blob, role, claims, hasArrived }] : []
	);
}

function observedAt({ near, wide, startedAt }: SnapDraft): string {
	return near.takenAt ?? wide.takenAt ?? startedAt;
}

/** What is missing before it can be sent, in the order of the form. */
export function missingIn(draft: SnapDraft): SnapErrors {
	const found: SnapErrors = {};
	if (draft.near.blob && !draft.wide.blob && !draft.wideSkipped) found.wide = m.snap_wide_needed();
	const isTextOpen = draft.text.trim() !== '' && draft.pin?.source !== 'typed';
	if (isTextOpen) found.place = m.snap_place_unclear();
	else if (!draft.place) found.place = m.snap_place_needed();
	if (!draft.category) found.category = m.snap_category_needed();
	return found;
}

/** A refusal of the server, at the fields it is about. */
export function errorsOf(problem: Problem): SnapErrors {
	const found: SnapErrors = {};
	for (const { pointer, detail = '' } of problem.fields ?? []) {
		if (/^\/(lng|lat|accuracy_m|location_source|fix)/.test(pointer)) found.place ??= detail;
		else if (pointer.startsWith('/category')) found.category ??= detail;
		else if (pointer.startsWith('/description')) found.description ??= detail;
		else if (pointer.startsWith('/photos')) found.photo ??= detail;
		else found.form ??= detail;
	}
	return Object.keys(found).length ? found : { form: problem.detail || m.snap_failed() };
}

export function savedFrom(draft: SnapDraft): SavedSnap {
	return {
		id: draft.id,
		...(draft.as && { as: draft.as }),
		observedAt: observedAt(draft),
		category: draft.category ?? '',
		place: draft.text,
		description: draft.description,
		photos: photosOf(draft),
		pin: draft.pin && bare(draft.pin),
		pinned: draft.pin,
		fix: draft.fix && bare(draft.fix),
		preferred: draft.preferred,
		wideSkipped: draft.wideSkipped ?? null,
		suggestedCase: draft.suggested?.id ?? null,
		suggested: draft.suggested,
		savedAt: Date.now()
	};
}

export function restoreInto(draft: SnapDraft, saved: SavedSnap): void {
	draft.id = saved.id;
	// It stays whose it was, whoever is signed in now. An earlier version has not written down which of the staff.
	draft.as = saved.as === 'staff' ? null : (saved.as ?? 'citizen');
	draft.startedAt = saved.observedAt;
	draft.category = saved.category;
	draft.text = saved.place;
	draft.description = saved.description;
	draft.fix = saved.fix && { ...saved.fix, source: 'device' };
	if (draft.fix) draft.fixState = 'found';
	draft.pin = saved.pinned ?? (saved.pin && { ...saved.pin, source: 'pin', name: '' });
	draft.preferred = saved.preferred;
	draft.wideSkipped = saved.wideSkipped ?? undefined;
	draft.suggested = saved.suggested ?? null;
	for (const { blob, role, claims, hasArrived } of saved.photos) {
		const photo = role === 'wide' ? draft.wide : draft.near;
		photo.takenAt = claims.taken_at ?? saved.observedAt;
		photo.use(blob, claims as SnapPhoto['claims'], hasArrived);
	}
}

/** One more report from the same kerb. */
export function keepPlace(draft: SnapDraft, other: SnapDraft): void {
	draft.as = other.as;
	draft.text = other.text;
	draft.fix = other.fix;
	draft.fixState = other.fixState;
	draft.pin = other.pin;
	// The place came from the other report's photo, which this one has not got.
	const { place } = other;
	if (!draft.pin && place?.source === 'photo') draft.pointAt(place, { accuracy_m: place.accuracy_m });
}

function bare({ lng, lat, accuracy_m }: Place): SavedPlace {
	return { lng, lat, accuracy_m };
}
