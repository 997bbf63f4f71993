import type { SavedDraft, SavedPhoto, SavedPlace } from './draft.ts';
import type { OutboxEntry } from './entry.ts';

/** What a person sent, back in the shape in which they wrote it. */
export async function draftOf(
	entry: OutboxEntry,
	photoOf: (sha256: string) => Promise<Blob | null>
): Promise<SavedDraft> {
	const { report } = entry;
	const text = (field: string) => (typeof report[field] === 'string' ? report[field] : '');
	const photos = await Promise.all(
		entry.photos.map(async ({ sha256, role, claims, hasArrived }): Promise<SavedPhoto[]> => {
			const blob = await photoOf(sha256);
			if (!blob || (role !== 'near' && role !== 'wide')) return [];
			return [{ blob, role, claims, ...(hasArrived && { hasArrived }) }];
		})
	);
	const at = placeOf(report);
	const source = text('location_source');
	return {
		id: entry.id,
		observedAt: text('observed_at'),
		category: text('category'),
		place: source === 'typed' ? entry.label.place : '',
		description: text('description'),
		photos: photos.flat(),
		pin: source === 'pin' ? at : null,
		fix: placeOf(report.fix) ?? (source === 'device' ? at : null),
		preferred: source === 'photo' || source === 'device' ? source : null,
		wideSkipped: (text('wide_skipped') || null) as SavedDraft['wideSkipped'],
		suggestedCase: text('suggested_case') || null,
		as: entry.by ?? entry.as,
		savedAt: Date.now()
	};
}

function placeOf(value: unknown): SavedPlace | null {
	const { lng, lat, accuracy_m } = (value ?? {}) as Partial<SavedPlace>;
	if (typeof lng !== 'number' || typeof lat !== 'number') return null;
	return { lng, lat, accuracy_m: typeof accuracy_m === 'number' ? accuracy_m : null };
}
