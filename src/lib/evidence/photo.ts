/** The bounds of one photo, the same for the form, the interface for machines and staff. */
export const MAX_PHOTO_BYTES = 20 * 1024 * 1024;
export const HEAD_BYTES = 32;

export type PhotoType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/heic' | 'image/heif';

/** The bytes' own word for what they are; what the sender calls them is not asked. Null: not a photo we take. */
export function photoType(head: Uint8Array): PhotoType | null {
	const at = (offset: number, text: string) =>
		head.length >= offset + text.length && [...text].every((c, i) => head[offset + i] === c.charCodeAt(0));
	if (head.length >= 3 && head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg';
	if (at(0, '\u0089PNG\r\n\u001a\n')) return 'image/png';
	if (at(0, 'RIFF') && at(8, 'WEBP')) return 'image/webp';
	if (!at(4, 'ftyp')) return null;
	if (['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'].some((brand) => at(8, brand))) return 'image/heic';
	// The general image brand, which phones write too; whether HEVC is inside shows when the derivative is made.
	if (['mif1', 'msf1'].some((brand) => at(8, brand))) return 'image/heif';
	return null;
}

/** What a photo says about itself. Claims, not facts: a tag is as easily written as a letter. */
export interface PhotoClaims {
	taken_at?: string;
	lng?: number;
	lat?: number;
	width?: number;
	height?: number;
	orientation?: number;
}
