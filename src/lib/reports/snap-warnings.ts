import { m } from '#lib/i18n/messages.ts';

const warnings = {
	signed_out: m.snap_signed_out,
	// What the outbox says of the phone's room, and of a draft that was to be kept in it.
	little: m.snap_room_little,
	without_photos: m.snap_room_none,
	none: m.snap_room_none,
	nothing: m.snap_room_none,
	not_kept: m.snap_not_kept
};

export type Warning = keyof typeof warnings;

/** What a person should know before they write on. */
export function warningOf(word: Warning): string {
	return warnings[word]();
}
