// What waits, in plain words.
import { m } from '#lib/i18n/messages.ts';
import type { OutboxEntry, Why } from './entry.ts';

const reasons: Record<Why, () => string> = {
	sending: m.outbox_why_sending,
	offline: m.outbox_why_offline,
	busy: m.outbox_why_busy,
	server: m.outbox_why_server,
	signed_out: m.outbox_why_signed_out
};

/** Whose report it is; a citizen's is nobody's. */
export function authorSentence({ by }: OutboxEntry): string | null {
	return by ? m.outbox_by({ name: by.name, role: by.role }) : null;
}

export function stateSentence({ state, why, problem, by }: OutboxEntry): string {
	if (state === 'waiting' && why === 'signed_out' && by) return m.outbox_why_signed_out_by({ name: by.name });
	if (state === 'waiting') return why ? reasons[why]() : m.outbox_why_none();
	if (problem?.code === 'reopened') return m.outbox_reopened();
	const fields = [...new Set((problem?.fields ?? []).flatMap(({ detail }) => detail ?? []))];
	return [problem?.detail || m.outbox_needs_you(), ...fields].join(' ');
}

/** What a person must know about the photos of an entry, the gravest first. */
export function photoSentences({ photos, keptIn }: OutboxEntry): string[] {
	const lost = photos.filter((photo) => photo.isLost).length;
	const isHeld = photos.some((photo) => photo.isHeld && !photo.hasArrived && !photo.isLost);
	const isSmaller = photos.some((photo) => photo.step > 0 && !photo.isLost);
	return [
		...(lost ? [m.outbox_photos_lost({ count: lost })] : []),
		...(isHeld ? [m.outbox_photos_held()] : []),
		...(isSmaller ? [m.outbox_photos_smaller()] : []),
		...(keptIn === 'text' ? [m.outbox_text_only()] : [])
	];
}

export function itemName({ label }: OutboxEntry): string {
	return m.outbox_item({ category: label.category, place: label.place || m.outbox_no_place() });
}
