import { placeClaim, TAGS_WANTED, timeClaim, type TagBlocks } from '../claims.ts';
import { photoType } from '../photo.ts';
import { HEAD_LENGTH, tagsAsJpeg } from './picture.ts';

/** Where and when a photo says it was taken: all that is kept of its tags once it has been made smaller. */
export interface TakenClaims {
	taken_at?: string;
	lng?: number;
	lat?: number;
	accuracy_m?: number;
}

/** Broken or hostile tags give fewer claims, never an error. The reader is loaded when the first photo is there. */
export async function readTaken(photo: Blob): Promise<TakenClaims> {
	try {
		const source = await tagSource(photo);
		if (!source) return {};
		const { default: exifr } = await import('exifr/dist/lite.esm.mjs');
		const tags = ((await exifr.parse(source, TAGS_WANTED)) ?? {}) as TagBlocks;
		// Whoever holds the phone most likely took the photo with it, so a clock without an offset is this phone's.
		const takenAt = timeClaim(tags, Intl.DateTimeFormat().resolvedOptions().timeZone);
		return { ...(takenAt && { taken_at: takenAt }), ...placeClaim(tags.gps) };
	} catch {
		return {};
	}
}

/** What the reader needs of the file: a JPEG's tags stand at its front, a HEIC's anywhere, the others' need unwrapping. */
async function tagSource(photo: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
	const head = new Uint8Array(await photo.slice(0, HEAD_LENGTH).arrayBuffer());
	const type = photoType(head);
	if (!type) return null;
	if (type === 'image/jpeg') return head;
	const whole = new Uint8Array(await photo.arrayBuffer());
	return type === 'image/png' || type === 'image/webp' ? tagsAsJpeg(whole) : whole;
}
