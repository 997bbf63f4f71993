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
