// What a photo's first bytes tell before anything is decoded: how large the picture is, and where its tags are.

export interface Size {
	width: number;
	height: number;
}

/** Cameras write their tags, a colour profile and a preview before the picture's size. */
export const HEAD_LENGTH = 512 * 1024;

/** The coded size (before turning by the orientation tag); null for anything but JPEG, PNG, WebP, or when it is not there. */
export function pictureSize(head: Uint8Array): Size | null {
	const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
	try {
		const size = jpegSize(view) ?? pngSize(view) ?? webpSize(view);
		return size && size.width > 0 && size.height > 0 ? size : null;
	} catch (error) {
		// Reading past the end: the file is cut off or lies about a length.
		if (error instanceof RangeError) return null;
		throw error;
	}
}

function jpegSize(view: DataView): Size | null {
	if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
	let at = 2;
	while (at + 9 <= view.byteLength) {
		if (view.getUint8(at) !== 0xff) return null;
		const marker = view.getUint8(at + 1);
		// Any number of 0xff may fill the space before a marker.
		if (marker === 0xff) at += 1;
		// SOF0 to SOF15, less the three of that range that are tables: DHT, JPG, DAC.
		else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
			return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
		else at += 2 + view.getUint16(at + 2);
	}
	return null;
}

function pngSize(view: DataView): Size | null {
	if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47) return null;
	return { width: view.getUint32(16), height: view.getUint32(20) };
}

function webpSize(view: DataView): Size | null {
	if (!isWebp(view)) return null;
	const kind = word(view, 12);
	if (kind === 'VP8X') return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
	if (kind === 'VP8 ')
		return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
	if (kind !== 'VP8L') return null;
	const bits = view.getUint32(21, true);
	return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

/**
 * The TIFF block with a PNG's or WebP's tags, wrapped as the JPEG segment that the tag reader knows; null when there is
 * none. It may stand behind the picture, so this takes the whole file.
 */
export function tagsAsJpeg(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	try {
		const found = isWebp(view) ? webpTags(view) : pngTags(view);
		return found && wrapped(bytes.subarray(found.from, found.to));
	} catch (error) {
		if (error instanceof RangeError) return null;
		throw error;
	}
}

interface Range {
	from: number;
	to: number;
}

function webpTags(view: DataView): Range | null {
	for (let at = 12; at + 8 <= view.byteLength;) {
		const length = view.getUint32(at + 4, true);
		if (word(view, at) === 'EXIF') {
			// Some writers keep the six letters that belong to JPEG.
			const extra = length > 6 && word(view, at + 8) === 'Exif' ? 6 : 0;
			return { from: at + 8 + extra, to: at + 8 + length };
		}
		at += 8 + length + (length % 2);
	}
	return null;
}

function pngTags(view: DataView): Range | null {
	if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47) return null;
	for (let at = 8; at + 12 <= view.byteLength;) {
		const length = view.getUint32(at);
		if (word(view, at + 4) === 'eXIf') return { from: at + 8, to: at + 8 + length };
		at += 12 + length;
	}
	return null;
}

function wrapped(tiff: Uint8Array): Uint8Array<ArrayBuffer> | null {
	const length = tiff.length + 8;
	if (length > 0xffff) return null;
	const jpeg = new Uint8Array(length + 6);
	jpeg.set([0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 0xff, 0x45, 0x78, 0x69, 0x66, 0, 0]);
	jpeg.set(tiff, 12);
	jpeg.set([0xff, 0xd9], length + 4);
	return jpeg;
}

function isWebp(view: DataView): boolean {
	return view.byteLength >= 30 && word(view, 0) === 'RIFF' && word(view, 8) === 'WEBP';
}

function word(view: DataView, at: number): string {
	return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}

function uint24(view: DataView, at: number): number {
	return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
