import type { TakenClaims } from '#lib/evidence/prepare-photo.ts';

/** A photo this young was taken by whoever holds the device; its file's time may stand in for a missing tag. */
const FRESH = 10 * 60_000;
const AHEAD = 4 * 60_000;

/** Where and when a photo was taken, as its form says it: the tags are gone by the time the photo is sent. */
export function claimsToSend(
	tags: TakenClaims,
	device: { lng: number; lat: number; accuracy_m: number } | null,
	fileTime: number,
	now = Date.now()
): TakenClaims {
	const { taken_at, ...place } = tags;
	// However old: the server keeps the time and says what the photo then does not prove.
	const isClaimable = (time: number) => time > 0 && time <= now + AHEAD;
	const byTag = taken_at && isClaimable(Date.parse(taken_at)) ? taken_at : null;
	// Only who attaches their own place says that the photo is of here and now.
	const byFile =
		device && now - fileTime < FRESH && fileTime <= now ? new Date(fileTime).toISOString() : null;
	const time = byTag ?? (taken_at ? null : byFile);
	return { ...(device ?? place), ...(time && { taken_at: time }) };
}
