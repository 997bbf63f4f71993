// The parts that picture files are made of, for files no camera would write.
import { crc32, deflateSync } from 'node:zlib';

const text = (value: string) => Buffer.from(value, 'latin1');
export const u16 = (value: number) => Buffer.from([(value >>> 8) & 255, value & 255]);
export const u32 = (value: number) =>
	Buffer.from([(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
const le32 = (value: number) => Buffer.from(u32(value)).reverse();

/** JPEG: a marker segment (ITU-T T.81, B.1.1.4). */
export function segment(marker: number, ...data: (Buffer | string)[]): Buffer {
	const body = Buffer.concat(data.map((part) => (typeof part === 'string' ? text(part) : part)));
	return Buffer.concat([Buffer.from([0xff, marker]), u16(body.length + 2), body]);
}

/** JPEG: segments go right after the marker that begins it. */
export function withSegments(jpeg: Buffer, ...segments: Buffer[]): Buffer {
	return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** JPEG: the frame header's offset, whichever coding it announces. */
export function frameOffset(jpeg: Buffer): number {
	for (let at = 2; at < jpeg.length - 9; at += 2 + jpeg.readUInt16BE(at + 2)) {
		const marker = jpeg[at + 1]!;
		if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return at;
	}
	throw new Error('A JPEG without a frame.');
}

export function jpegOfSize(jpeg: Buffer, width: number, height: number): Buffer {
	const lying = Buffer.from(jpeg);
	lying.writeUInt16BE(height, frameOffset(jpeg) + 5);
	lying.writeUInt16BE(width, frameOffset(jpeg) + 7);
	return lying;
}

/**
 * JPEG: as high as wanted by saying one row of 16 lines again and again, each after a restart marker (T.81, B.2.1).
 * `row`: a JPEG of that one row, with chroma halved both ways.
 */
export function repeatedJpeg(row: Buffer, height: number): Buffer {
	const frame = frameOffset(row);
	const width = row.readUInt16BE(frame + 7);
	const scan = row.indexOf(Buffer.from([0xff, 0xda]));
	const data = scan + 2 + row.readUInt16BE(scan + 2);
	const coded = row.subarray(data, row.length - 2);
	const rows = Array.from({ length: Math.ceil(height / 16) }, (_, n) =>
		n === 0 ? coded : Buffer.concat([Buffer.from([0xff, 0xd0 + ((n - 1) % 8)]), coded])
	);
	const head = jpegOfSize(row.subarray(0, scan), width, height);
	const restarts = segment(0xdd, u16(Math.ceil(width / 16)));
	return Buffer.concat([head, restarts, row.subarray(scan, data), ...rows, row.subarray(row.length - 2)]);
}

/** PNG: a chunk with its right checksum. */
export function chunk(type: string, data: Buffer | string = ''): Buffer {
	const body = Buffer.concat([text(type), typeof data === 'string' ? text(data) : data]);
	return Buffer.concat([u32(body.length - 4), body, u32(crc32(body))]);
}

export const PNG_HEAD = text('\u0089PNG\r\n\u001a\n');

/** PNG: chunks go between the header and what follows. */
export function withChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
	return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

/** A PNG of zeros: kilobytes that become gigabytes. `rows`: how many of them are really there. */
export function blackPng(
	width: number,
	height: number,
	{ bits = 1, colour = 0, rows = height, interlaced = false } = {}
): Buffer {
	const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colour] ?? 1;
	const row = 1 + Math.ceil((width * bits * samples) / 8);
	const header = Buffer.concat([
		u32(width),
		u32(height),
		Buffer.from([bits, colour, 0, 0, interlaced ? 1 : 0])
	]);
	const palette = colour === 3 ? [chunk('PLTE', '\0\0\0\u00ff\u00ff\u00ff')] : [];
	const data = deflateSync(Buffer.alloc(Math.min(rows * row, 2 ** 28)), { level: 9 });
	return Buffer.concat([PNG_HEAD, chunk('IHDR', header), ...palette, chunk('IDAT', data), chunk('IEND')]);
}

/** WebP: a chunk of the RIFF container, padded to an even length. */
export function riffChunk(type: string, data: Buffer | string): Buffer {
	const body = typeof data === 'string' ? text(data) : data;
	return Buffer.concat([text(type), le32(body.length), body, Buffer.alloc(body.length % 2)]);
}

export function webpOf(...chunks: Buffer[]): Buffer {
	const body = Buffer.concat([text('WEBP'), ...chunks]);
	return Buffer.concat([text('RIFF'), le32(body.length), body]);
}

/** WebP: the extended header (flags, canvas size less one). */
export function vp8x(flags: number, width: number, height: number): Buffer {
	const size = (value: number) => le32(value - 1).subarray(0, 3);
	return riffChunk('VP8X', Buffer.concat([Buffer.from([flags, 0, 0, 0]), size(width), size(height)]));
}

/** HEIF: a box (ISO/IEC 14496-12, 4.2); `size` may lie. */
export function box(type: string, data: Buffer | string = '', size?: number): Buffer {
	const body = typeof data === 'string' ? text(data) : data;
	return Buffer.concat([u32(size ?? body.length + 8), text(type), body]);
}

export const heifHead = (brand = 'heic') => box('ftyp', `${brand}\0\0\0\0mif1heic`);

/** HEIF: a meta box with properties that announce a picture of this size, and nothing to decode. */
export function heifOfSize(width: number, height: number, ...others: Buffer[]): Buffer {
	const ispe = box('ispe', Buffer.concat([u32(0), u32(width), u32(height)]));
	const ipco = box('ipco', Buffer.concat([ispe, box('hvcC', Buffer.alloc(40, 1))]));
	const handler = box('hdlr', Buffer.concat([u32(0), u32(0), text('pict'), Buffer.alloc(13)]));
	const primary = box('pitm', Buffer.concat([u32(0), u16(1)]));
	const entry = box('infe', Buffer.concat([u32(0x02000000), u16(1), u16(0), text('hvc1\0')]));
	const items = box('iinf', Buffer.concat([u32(0), u16(1), entry]));
	const places = box(
		'iloc',
		Buffer.concat([u32(0), Buffer.from([0x44, 0]), u16(1), u16(1), u16(0), u16(1), u32(64), u32(1000)])
	);
	const uses = box('ipma', Buffer.concat([u32(0), u32(1), u16(1), Buffer.from([2, 0x81, 0x82])]));
	const properties = box('iprp', Buffer.concat([ipco, uses]));
	const meta = [u32(0), handler, primary, places, items, properties, ...others];
	return Buffer.concat([heifHead(), box('meta', Buffer.concat(meta)), box('mdat', Buffer.alloc(2000, 7))]);
}

/** EXIF: one entry of a directory; `value` stands in the entry itself when it fits, else it is an offset. */
export interface TiffEntry {
	tag: number;
	type: number;
	count: number;
	value: number;
}

/** EXIF: a little-endian TIFF block of directories, one after the other at known places, and loose bytes behind them. */
export function tiff(
	directories: { entries: TiffEntry[]; next?: number }[],
	loose: Buffer = Buffer.alloc(0)
): Buffer {
	const parts = [text('II'), Buffer.from([42, 0]), le32(8)];
	let at = 8;
	directories.forEach(({ entries, next }, n) => {
		const isLast = n === directories.length - 1;
		at += 2 + entries.length * 12 + 4;
		parts.push(Buffer.from(u16(entries.length)).reverse());
		for (const { tag, type, count, value } of entries) {
			parts.push(Buffer.from(u16(tag)).reverse(), Buffer.from(u16(type)).reverse(), le32(count), le32(value));
		}
		parts.push(le32(next ?? (isLast ? 0 : at)));
	});
	return Buffer.concat([...parts, loose]);
}

export const exifSegment = (block: Buffer) => segment(0xe1, 'Exif\0\0', block);
