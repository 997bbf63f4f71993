/**
 * Whether a reader that goes from box to box (ISO/IEC 14496-12, 4.2) comes to the one that describes the picture. One
 * that does not may go round for ever: a box of no length leads to itself.
 */
export function hasMetaBox(bytes: Uint8Array): boolean {
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = 0, boxes = 0; at + 16 <= view.length && boxes < 100; boxes += 1) {
		if (view.toString('latin1', at + 4, at + 8) === 'meta') return true;
		const length = view.readUInt32BE(at);
		const whole = length === 1 ? Number(view.readBigUInt64BE(at + 8)) : length;
		if (whole < 8) return false;
		at += whole;
	}
	return false;
}

/**
 * The largest picture a HEIF file announces, read from its `ispe` boxes (ISO/IEC 23008-12, 6.5.3) without decoding
 * anything: a decoder must not be asked for a picture before its size is known to be bearable.
 */
export function heifSize(bytes: Uint8Array): { width: number; height: number } | null {
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	// Boxes with properties stand in the meta box at the front; the rest of the file is coded pictures.
	const end = Math.min(view.length, 1024 * 1024);
	let largest: { width: number; height: number } | null = null;
	for (
		let at = view.indexOf('ispe', 0, 'latin1');
		at >= 0 && at + 16 <= end;
		at = view.indexOf('ispe', at + 4, 'latin1')
	) {
		const width = view.readUInt32BE(at + 8);
		const height = view.readUInt32BE(at + 12);
		if (!largest || width * height > largest.width * largest.height) largest = { width, height };
	}
	return largest;
}

/** The colour profile a HEIF file carries (ISO/IEC 23008-12, 6.5.5: a `colr` box of type `prof`), if any. */
export function heifProfile(bytes: Uint8Array): Uint8Array | null {
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024 * 1024));
	const at = view.indexOf('colrprof', 0, 'latin1');
	if (at < 4) return null;
	const end = at - 4 + view.readUInt32BE(at - 4);
	return end > at + 8 && end <= view.length ? view.subarray(at + 8, end) : null;
}
