// Photos that are broken, cut short, lying or meant to do harm, and harmless ones that say too much. All made by code
// from a seed; each is a picture without a word of it afterwards, or a clear refusal.
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { MAX_PHOTO_BYTES } from '#lib/evidence/photo.ts';
import {
	blackPng,
	box,
	chunk,
	exifSegment,
	frameOffset,
	heifHead,
	heifOfSize,
	jpegOfSize,
	PNG_HEAD,
	repeatedJpeg,
	riffChunk,
	segment,
	tiff,
	u16,
	u32,
	vp8x,
	webpOf,
	withChunks,
	withSegments,
	type TiffEntry
} from '#test/support/picture-files.ts';
import { mulberry32 } from '#test/support/proof.ts';

export interface HostilePhoto {
	name: string;
	/** Made when its turn comes. */
	bytes: () => Buffer | Promise<Buffer>;
	/** `refused at the door`: its first bytes or its length say enough. `either`: a decoder may make something of it. */
	expect: 'a picture' | 'refused' | 'refused at the door' | 'either';
}

/** Stands wherever a file can say something of its maker: none of it may come through. */
export const SECRET = 'GEHEIM-4711';

type Format = 'jpeg' | 'png' | 'webp';
const formats: readonly Format[] = ['jpeg', 'png', 'webp'];
const latin1 = (value: string) => Buffer.from(value, 'latin1');

/** A street-like picture with a place and a name in its tags. */
function picture(width = 320, height = 240): Sharp {
	const chance = mulberry32(5);
	const grain = Buffer.from(Array.from({ length: 32 * 24 * 3 }, () => 60 + 150 * chance()));
	return sharp(grain, { raw: { width: 32, height: 24, channels: 3 } }).resize(width, height, { fit: 'fill' });
}

const tags = {
	IFD0: { Artist: SECRET, Make: SECRET, Copyright: SECRET },
	IFD2: { DateTimeOriginal: '2026:03:15 08:30:00' },
	IFD3: {
		GPSLatitudeRef: 'N',
		GPSLatitude: '32/1 46/1 4800/100',
		GPSLongitudeRef: 'E',
		GPSLongitude: '119/1 27/1 3600/100'
	}
};

export async function hostilePhotos(seed: number): Promise<HostilePhoto[]> {
	const whole = Object.fromEntries(
		await Promise.all(
			formats.map(async (format) => [format, await picture().withExif(tags).toFormat(format).toBuffer()])
		)
	) as Record<Format, Buffer>;
	const avif = await picture(64, 48).avif({ effort: 0 }).toBuffer();
	const photos = [
		...bombs(whole),
		...polyglots(whole),
		...otherKinds(avif),
		...cutShort(whole),
		...flipped(whole, seed),
		...films(whole),
		...held(),
		...strangeTags(whole),
		...tooTalkative(whole),
		...strangePixels(whole),
		...strangeLengths(whole)
	];
	return photos.map(([name, expect, bytes]) => ({ name, expect, bytes }));
}

type Entry = [name: string, expect: HostilePhoto['expect'], bytes: HostilePhoto['bytes']];

function bombs({ jpeg, png, webp }: Record<Format, Buffer>): Entry[] {
	const flat = (width: number, height: number, channels: 3 | 4 = 3) =>
		sharp({ create: { width, height, channels, background: '#394c55' }, limitInputPixels: false });
	// One scan said again and again: each costs a pass over the whole picture.
	const scans = async (times: number) => {
		const bytes = await flat(2000, 2000).jpeg({ progressive: true }).toBuffer();
		const first = bytes.indexOf(Buffer.from([0xff, 0xda]));
		const end = bytes.indexOf(Buffer.from([0xff]), first + 14);
		return Buffer.concat([
			bytes.subarray(0, end),
			...Array.from({ length: times }, () => bytes.subarray(first, end)),
			Buffer.from([0xff, 0xd9])
		]);
	};
	const profileOf = (bytes: number) =>
		chunk('iCCP', Buffer.concat([latin1('p\0\0'), deflateSync(Buffer.alloc(bytes))]));
	return [
		['PNG of 60,000 × 60,000', 'refused', () => blackPng(60_000, 60_000, { rows: 100 })],
		[
			'PNG of 60,000 × 60,000 with colours',
			'refused',
			() => blackPng(60_000, 60_000, { colour: 6, bits: 16, rows: 9 })
		],
		['PNG of 30,000 × 30,000, all there', 'refused', () => blackPng(30_000, 30_000)],
		['PNG of 14,400 × 14,400, all there', 'a picture', () => blackPng(14_400, 14_400)],
		[
			'PNG of 14,400 × 14,400, interlaced',
			'either',
			() => blackPng(14_400, 14_400, { interlaced: true, rows: 15_000 })
		],
		[
			'PNG of 9,000 × 9,000, 16 bits, interlaced',
			'either',
			() => blackPng(9_000, 9_000, { colour: 6, bits: 16, interlaced: true, rows: 3_000 })
		],
		['PNG of 2,147,483,647 × 1', 'refused', () => blackPng(2 ** 31 - 1, 1, { rows: 0 })],
		['PNG of 1 × 2,147,483,647', 'refused', () => blackPng(1, 2 ** 31 - 1, { rows: 1000 })],
		['PNG of 1 × 200,000,000', 'either', () => blackPng(1, 200_000_000, { rows: 1000 })],
		['PNG of 0 × 0', 'refused', () => blackPng(0, 0)],
		['PNG whose rows are mostly missing', 'either', () => blackPng(4_000, 4_000, { rows: 10 })],
		['PNG with a profile of 200 MB', 'either', () => withChunks(png, profileOf(200_000_000))],
		[
			'PNG with a text of 200 MB',
			'either',
			() =>
				withChunks(
					png,
					chunk('zTXt', Buffer.concat([latin1('c\0\0'), deflateSync(Buffer.alloc(200_000_000))]))
				)
		],
		[
			'PNG with 100,000 chunks',
			'either',
			() =>
				withChunks(png, Buffer.concat(Array.from({ length: 100_000 }, () => chunk('tEXt', `a\0${SECRET}`))))
		],
		[
			'PNG with a chunk of 2 GB',
			'either',
			() => {
				const lying = withChunks(png, chunk('tEXt', 'a\0b'));
				lying.writeUInt32BE(0x7fffffff, 33);
				return lying;
			}
		],
		['JPEG of 65,500 × 65,500', 'refused', () => jpegOfSize(jpeg, 65_500, 65_500)],
		['JPEG of 65,535 × 3,000', 'either', () => jpegOfSize(jpeg, 65_535, 3_000)],
		['JPEG of 14,000 × 14,000 with a little in it', 'either', () => jpegOfSize(jpeg, 14_000, 14_000)],
		['JPEG of 0 × 0', 'refused', () => jpegOfSize(jpeg, 0, 0)],
		['JPEG of unknown height', 'refused', () => jpegOfSize(jpeg, 320, 0)],
		[
			'JPEG of 196 megapixels',
			'a picture',
			async () => repeatedJpeg(await flat(14_000, 16).jpeg().toBuffer(), 14_000)
		],
		[
			'JPEG of 196 megapixels, progressive, with a little in it',
			'refused',
			async () => {
				const small = picture().jpeg({ progressive: true, chromaSubsampling: '4:4:4' });
				return jpegOfSize(await small.toBuffer(), 14_000, 14_000);
			}
		],
		['JPEG with 90 scans', 'either', () => scans(90)],
		['JPEG with 1,000 scans', 'either', () => scans(1_000)],
		[
			'JPEG with 10,000 segments',
			'either',
			() => withSegments(jpeg, ...Array.from({ length: 10_000 }, () => segment(0xe5, SECRET)))
		],
		['WebP of 8,000 × 8,000', 'a picture', () => flat(8_000, 8_000).webp({ effort: 0 }).toBuffer()],
		[
			'WebP of 8,000 × 8,000, lossless',
			'either',
			() => flat(8_000, 8_000).webp({ lossless: true, effort: 0 }).toBuffer()
		],
		[
			'WebP that says 16,383 × 16,383',
			'refused',
			() => {
				const lying = webpOf(vp8Of(webp));
				lying.writeUInt32LE(0x3fff3fff, 26);
				return lying;
			}
		],
		[
			'WebP on a canvas of 16,777,216 × 16,777,216',
			'refused',
			() => webpOf(vp8x(0, 2 ** 24, 2 ** 24), webp.subarray(30))
		],
		['WebP on a canvas of 60,000 × 2', 'refused', () => webpOf(vp8x(0, 60_000, 2), webp.subarray(30))],
		[
			'WebP that says it is 4 GB',
			'either',
			() => {
				const lying = Buffer.from(webp);
				lying.writeUInt32LE(0xffffffff, 4);
				return lying;
			}
		],
		...(
			[
				[60_000, 60_000],
				[4_294_967_295, 4_294_967_295],
				[1, 1],
				[0, 0],
				[8_000, 7_000],
				[65_535, 1]
			] as const
		).map(([width, height]): Entry => [
			`HEIC that says ${width} × ${height}`,
			'refused',
			() => heifOfSize(width, height)
		]),
		[
			'HEIC with boxes in boxes, 10,000 deep',
			'refused',
			() => {
				let inner = box('ispe', Buffer.alloc(12, 1));
				for (let depth = 0; depth < 10_000; depth += 1) inner = box('meta', Buffer.concat([u32(0), inner]));
				return Buffer.concat([heifHead(), inner]);
			}
		],
		[
			'HEIC whose box ends before it begins',
			'refused',
			() => Buffer.concat([heifHead(), box('meta', heifOfSize(10, 10), 4)])
		],
		[
			'HEIC whose box never ends',
			'refused',
			() => Buffer.concat([heifHead(), box('meta', heifOfSize(10, 10), 0xfffffff0)])
		],
		[
			'HEIC with a box of 2^63 bytes',
			'refused',
			() =>
				Buffer.concat([
					heifHead(),
					u32(1),
					latin1('meta'),
					u32(0x7fffffff),
					u32(0xffffffff),
					heifOfSize(10, 10)
				])
		],
		[
			'HEIC with 40,000 sizes',
			'refused',
			() =>
				heifOfSize(
					10,
					10,
					...Array.from({ length: 40_000 }, () => box('ispe', Buffer.concat([u32(0), u32(9), u32(9)])))
				)
		],
		[
			'HEIC of a grid of 255 × 255 tiles',
			'refused',
			() =>
				heifOfSize(
					7_000,
					7_000,
					box('idat', Buffer.from([0, 1, 254, 254, 0, 0, 0x1b, 0x58, 0, 0, 0x1b, 0x58]))
				)
		],
		[
			'HEIC sequence without pictures',
			'refused',
			() => Buffer.concat([heifHead('hevc'), box('moov', Buffer.alloc(500))])
		],
		['HEIF without anything', 'refused', () => heifHead('mif1')]
	];
}

const page = `<!doctype html><script>document.title='${SECRET}'</script>`;
const php = `<?php echo '${SECRET}'; system($_GET['c']); ?>`;
/** The smallest archive there is: an end-of-directory record; readers look for it from behind. */
const zip = Buffer.concat([
	latin1('PK\u0003\u0004'),
	latin1(SECRET),
	latin1('PK\u0005\u0006'),
	Buffer.alloc(18)
]);
const pdf = `%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n%%EOF ${SECRET}`;

function polyglots({ jpeg, png, webp }: Record<Format, Buffer>): Entry[] {
	const tails: [string, Buffer][] = [
		['a page', latin1(page)],
		['a program', latin1(php)],
		['an archive', zip],
		['a document', latin1(pdf)],
		['a second photo', jpeg],
		['a film', Buffer.concat([box('ftyp', 'isom\0\0\0\0'), box('mdat', Buffer.alloc(5000, 3))])],
		['zeros', Buffer.alloc(50_000)],
		['a shell script', latin1(`\n#!/bin/sh\necho ${SECRET}\n`)]
	];
	return [
		...formats.flatMap((format) =>
			tails.map(([tail, bytes]): Entry => [
				`${format} with ${tail} behind it`,
				'a picture',
				() => Buffer.concat([{ jpeg, png, webp }[format], bytes])
			])
		),
		[
			'JPEG that is a page from its first comment on',
			'a picture',
			() => withSegments(jpeg, segment(0xfe, `--><html>${page}<!--`))
		],
		['JPEG with a program in its comment', 'a picture', () => withSegments(jpeg, segment(0xfe, php))],
		['JPEG with an archive in a segment', 'a picture', () => withSegments(jpeg, segment(0xea, zip))],
		[
			'JPEG that is a document from its second segment on',
			'a picture',
			() => withSegments(jpeg, segment(0xe9, pdf))
		],
		[
			'JPEG that is a script: its first segment is a comment of 10,799 bytes',
			'a picture',
			() =>
				Buffer.concat([
					jpeg.subarray(0, 2),
					Buffer.from([0xff, 0xe0, 0x2f, 0x2a]),
					Buffer.alloc(0x2f2a - 2, 32),
					jpeg.subarray(2)
				])
		],
		['PNG with a page in its text', 'a picture', () => withChunks(png, chunk('tEXt', `Title\0${page}`))],
		['PNG with a program in its text', 'a picture', () => withChunks(png, chunk('tEXt', `Comment\0${php}`))],
		['PNG with a private chunk', 'a picture', () => withChunks(png, chunk('prVt', SECRET))],
		['PNG with a critical chunk nobody knows', 'either', () => withChunks(png, chunk('EVIL', SECRET))],
		['WebP with an unknown chunk', 'a picture', () => webpOf(webp.subarray(12), riffChunk('EVIL', SECRET))],
		[
			'GIF that is an archive',
			'refused at the door',
			() => Buffer.concat([latin1('GIF89a\u0001\0\u0001\0'), zip])
		],
		['archive with a photo in front', 'a picture', () => Buffer.concat([jpeg, zip])]
	];
}

/** Files of other kinds: as they are they stop at the door, with the first bytes of a photo in front at the decoder. */
function otherKinds(avif: Buffer): Entry[] {
	const entities = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>`;
	const kinds: [string, Buffer][] = [
		[
			'SVG with a script',
			latin1(
				`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert('${SECRET}')</script></svg>`
			)
		],
		[
			'SVG that reads files',
			latin1(
				`${entities}<svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text><image href="file:///etc/passwd"/></svg>`
			)
		],
		['XML', latin1(`${entities}<x>&a;</x>`)],
		['page', latin1(page)],
		['PDF', latin1(pdf)],
		['PostScript', latin1('%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file\n')],
		['TIFF', Buffer.concat([latin1('II*\0'), Buffer.from([8, 0, 0, 0, 0, 0]), Buffer.alloc(200)])],
		[
			'TIFF, the other way round',
			Buffer.concat([latin1('MM\0*'), Buffer.from([0, 0, 0, 8, 0, 0]), Buffer.alloc(200)])
		],
		['GIF', Buffer.concat([latin1('GIF89a'), Buffer.from([9, 0, 9, 0, 0, 0, 0]), Buffer.alloc(60)])],
		['BMP', Buffer.concat([latin1('BM'), Buffer.alloc(200, 1)])],
		['icon', Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0]), Buffer.alloc(100)])],
		['film', Buffer.concat([box('ftyp', 'isom\0\0\0\0'), box('mdat', Buffer.alloc(500))])],
		['QuickTime film', Buffer.concat([box('ftyp', 'qt  \0\0\0\0'), box('mdat', Buffer.alloc(500))])],
		['AVIF', avif],
		['JPEG XL', Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.alloc(100, 9)])],
		['JPEG 2000', Buffer.concat([box('jP  ', '\r\n\u0087\n'), box('ftyp', 'jp2 '), Buffer.alloc(90)])],
		['Photoshop file', Buffer.concat([latin1('8BPS\0\u0001'), Buffer.alloc(100)])],
		[
			'ImageMagick drawing',
			latin1('push graphic-context\nfill url(https://x.invalid/"|id")\npop graphic-context')
		],
		['Radiance picture', latin1('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n')],
		['portable pixmap', latin1('P6 9 9 255\n')],
		['FITS', latin1('SIMPLE  =                    T'.padEnd(2880))],
		['archive', zip],
		['program for Linux', Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46]), Buffer.alloc(100)])],
		['program for Windows', Buffer.concat([latin1('MZ'), Buffer.alloc(100)])],
		['sound', Buffer.concat([latin1('RIFF\0\0\0\0WAVE'), Buffer.alloc(100)])],
		['sentence', Buffer.from('这不是照片。'.repeat(9))]
	];
	const magic: [string, Buffer][] = [
		['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
		['a PNG', PNG_HEAD],
		['a WebP', latin1('RIFF\u0010\0\0\0WEBPVP8 ')],
		['a HEIC', heifHead()]
	];
	const brands = ['heic', 'mif1', 'msf1'].map((brand): Entry => [
		`AVIF that calls itself ${brand}`,
		'either',
		() => Buffer.concat([avif.subarray(0, 8), latin1(brand), avif.subarray(12)])
	]);
	return [
		...kinds.map(([kind, bytes]): Entry => [
			`${kind} under a photo's name`,
			'refused at the door',
			() => bytes
		]),
		...kinds.flatMap(([kind, bytes]) =>
			magic.map(([first, head]): Entry => [
				`${kind} that begins as ${first} does`,
				'refused',
				() => Buffer.concat([head, bytes])
			])
		),
		...brands
	];
}

function cutShort(whole: Record<Format, Buffer>): Entry[] {
	const shares = [0.01, 0.03, 0.06, 0.1, 0.2, 0.35, 0.5, 0.75, 0.9, 0.99];
	return formats.flatMap((format) =>
		shares.map((share): Entry => {
			const end = Math.max(12, Math.floor(whole[format].length * share));
			return [`${format} cut off after ${end} bytes`, 'either', () => whole[format].subarray(0, end)];
		})
	);
}

/** `photo` with some bits turned over, never the ones that say what it is. */
export function flipBits(photo: Buffer, seed: number, times: number): Buffer {
	const chance = mulberry32(seed);
	const hurt = Buffer.from(photo);
	for (let n = 0; n < times; n += 1) {
		const at = 12 + Math.floor(chance() * (hurt.length - 12));
		hurt[at]! ^= 1 << Math.floor(chance() * 8);
	}
	return hurt;
}

function flipped(whole: Record<Format, Buffer>, seed: number): Entry[] {
	return formats.flatMap((format) =>
		Array.from({ length: 24 }, (_, n): Entry => {
			const times = [1, 2, 5, 20, 100, 1000][n % 6]!;
			return [
				`${format} with ${times} bits turned, ${n}`,
				'either',
				() => flipBits(whole[format], seed + n, times)
			];
		})
	);
}

function films({ png, webp }: Record<Format, Buffer>): Entry[] {
	const film = async (frames: number) => {
		const pages = await Promise.all(
			Array.from({ length: frames }, (_, n) =>
				sharp({ create: { width: 40, height: 30, channels: 3, background: { r: n % 255, g: 90, b: 90 } } })
					.png()
					.toBuffer()
			)
		);
		return sharp(pages, { join: { animated: true } })
			.withExif(tags)
			.webp({ loop: 0 })
			.toBuffer();
	};
	const control = chunk('acTL', Buffer.concat([u32(2), u32(0)]));
	const frame = (number: number, width: number) =>
		chunk('fcTL', Buffer.concat([u32(number), u32(width), u32(240), u32(0), u32(0), u16(1), u16(1), u16(0)]));
	return [
		['WebP of 2 frames', 'a picture', () => film(2)],
		['WebP of 300 frames', 'a picture', () => film(300)],
		['APNG of 2 frames', 'a picture', () => withChunks(png, control, frame(0, 320))],
		[
			'APNG that promises 4 billion frames',
			'either',
			() => withChunks(png, chunk('acTL', Buffer.concat([u32(0xffffffff), u32(0)])), frame(0, 320))
		],
		[
			'APNG whose frame is larger than its picture',
			'either',
			() => withChunks(png, control, frame(0, 2_000_000))
		],
		[
			'WebP film without frames',
			'refused',
			() => webpOf(vp8x(2, 40, 30), riffChunk('ANIM', Buffer.alloc(6)))
		],
		[
			'WebP film whose frame is outside',
			'either',
			() =>
				webpOf(
					vp8x(2, 40, 30),
					riffChunk('ANIM', Buffer.alloc(6)),
					riffChunk('ANMF', Buffer.concat([Buffer.alloc(16, 255), webp.subarray(12)]))
				)
		]
	];
}

function held(): Entry[] {
	return formats.flatMap((format) =>
		[1, 2, 3, 4, 5, 6, 7, 8].map((orientation): Entry => [
			`${format} held in way ${orientation}`,
			'a picture',
			() => picture().withExif(tags).withMetadata({ orientation }).toFormat(format).toBuffer()
		])
	);
}

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const UNDEFINED = 7;
const entry = (tag: number, type: number, count: number, value: number): TiffEntry => ({
	tag,
	type,
	count,
	value
});
const GPS = 0x8825;
const EXIF = 0x8769;

function strangeTags({ jpeg: tagged, png, webp }: Record<Format, Buffer>): Entry[] {
	// Without the tags that sharp wrote: these come in their place.
	const from = tagged.indexOf(Buffer.from([0xff, 0xdb]));
	const jpeg = Buffer.concat([tagged.subarray(0, 2), tagged.subarray(from)]);
	const named = latin1(SECRET.padEnd(16, '\0'));
	const blocks: [string, Buffer][] = [
		['a directory that follows itself', tiff([{ entries: [entry(0x0112, SHORT, 1, 6)], next: 8 }])],
		[
			'two directories that follow each other',
			tiff([{ entries: [entry(0x0112, SHORT, 1, 1)] }, { entries: [entry(0x0112, SHORT, 1, 1)], next: 8 }])
		],
		['a directory inside itself', tiff([{ entries: [entry(EXIF, LONG, 1, 8), entry(GPS, LONG, 1, 8)] }])],
		[
			'sixty thousand entries that are not there',
			Buffer.concat([latin1('II*\0'), Buffer.from([8, 0, 0, 0, 0xff, 0xff]), Buffer.alloc(40)])
		],
		['four billion letters', tiff([{ entries: [entry(0x010f, ASCII, 0xffffffff, 8)] }])],
		['two billion fractions', tiff([{ entries: [entry(0x011a, RATIONAL, 0x7fffffff, 26)] }], named)],
		['a text of no letters', tiff([{ entries: [entry(0x010f, ASCII, 0, 0), entry(0x0132, ASCII, 0, 0)] }])],
		[
			'an offset behind the end',
			tiff([{ entries: [entry(0x010f, ASCII, 20, 0xfffffff0), entry(EXIF, LONG, 1, 0xfffffff0)] }])
		],
		[
			'an offset into its own head',
			tiff([{ entries: [entry(0x010f, ASCII, 20, 0), entry(GPS, LONG, 1, 0)] }])
		],
		['types that do not exist', tiff([{ entries: [entry(0x010f, 99, 1, 0), entry(0x0112, 0, 1, 6)] }])],
		['an orientation of 0', tiff([{ entries: [entry(0x0112, SHORT, 1, 0)] }])],
		['an orientation of 9', tiff([{ entries: [entry(0x0112, SHORT, 1, 9)] }])],
		['an orientation of 65,535', tiff([{ entries: [entry(0x0112, SHORT, 1, 65_535)] }])],
		[
			'eight orientations',
			tiff([{ entries: [1, 2, 3, 4, 5, 6, 7, 8].map((way) => entry(0x0112, SHORT, 1, way)) }])
		],
		['orientations in a list', tiff([{ entries: [entry(0x0112, SHORT, 3, 8)] }])],
		[
			'a place divided by zero',
			tiff(
				[
					{ entries: [entry(GPS, LONG, 1, 26)] },
					{ entries: [entry(1, ASCII, 2, 0x4e), entry(2, RATIONAL, 3, 68), entry(3, ASCII, 2, 0x45)] }
				],
				Buffer.alloc(48)
			)
		],
		['a maker note', tiff([{ entries: [entry(0x927c, UNDEFINED, 16, 26)] }], named)],
		['a comment by hand', tiff([{ entries: [entry(0x9286, UNDEFINED, 16, 26)] }], named)],
		[
			'its owner and serial number',
			tiff([{ entries: [entry(0xa430, ASCII, 16, 38), entry(0xa431, ASCII, 16, 38)] }], named)
		],
		['a name in a Windows field', tiff([{ entries: [entry(0x9c9d, 1, 16, 26)] }], named)],
		[
			'a thumbnail with a place of its own',
			tiff(
				[
					{ entries: [entry(0x0112, SHORT, 1, 1)] },
					{ entries: [entry(0x0201, LONG, 1, 56), entry(0x0202, LONG, 1, Math.min(tagged.length, 9000))] }
				],
				tagged.subarray(0, 9000)
			)
		],
		['nothing but its head', latin1('II*\0')],
		['not even a head', latin1('xx')],
		['nothing', Buffer.alloc(0)],
		[
			'numbers the other way round',
			Buffer.concat([
				latin1('MM\0*'),
				u32(8),
				u16(1),
				u16(0x0112),
				u16(SHORT),
				u32(1),
				u16(6),
				u16(0),
				u32(0)
			])
		]
	];
	return [
		...blocks.map(([what, block]): Entry => [
			`JPEG whose tags have ${what}`,
			'either',
			() => withSegments(jpeg, exifSegment(block))
		]),
		...blocks.map(([what, block]): Entry => [
			`PNG whose tags have ${what}`,
			'either',
			() => withChunks(png, chunk('eXIf', block))
		]),
		...blocks
			.filter((_, n) => n % 2 === 0)
			.map(([what, block]): Entry => [
				`WebP whose tags have ${what}`,
				'either',
				() => webpOf(vp8x(8, 320, 240), vp8Of(webp), riffChunk('EXIF', block))
			]),
		['JPEG with tags twice', 'either', () => withSegments(tagged, exifSegment(blocks[0]![1]))],
		[
			'JPEG with tags a hundred times',
			'either',
			() => withSegments(jpeg, ...Array.from({ length: 100 }, () => exifSegment(blocks[10]![1])))
		],
		[
			'JPEG whose tag segment is longer than the file',
			'either',
			() => {
				const lying = withSegments(jpeg, exifSegment(blocks[0]![1]));
				lying.writeUInt16BE(65_535, 4);
				return lying;
			}
		]
	];
}

/** The coded picture of a WebP, whatever stands around it. */
function vp8Of(webp: Buffer): Buffer {
	const at = webp.indexOf('VP8 ');
	return webp.subarray(at, at + 8 + webp.readUInt32LE(at + 4) + (webp.readUInt32LE(at + 4) % 2));
}

function tooTalkative({ jpeg, png, webp }: Record<Format, Buffer>): Entry[] {
	const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="32,46N" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${SECRET}"/></rdf:RDF></x:xmpmeta>`;
	const iptc = Buffer.concat([
		latin1('8BIM\u0004\u0004\0\0'),
		u32(16),
		Buffer.from([0x1c, 2, 80]),
		u16(11),
		latin1(SECRET)
	]);
	const multi = Buffer.concat([
		latin1('MPF\0'),
		tiff(
			[
				{
					entries: [
						entry(0xb000, UNDEFINED, 4, 0x30303130),
						entry(0xb001, LONG, 1, 2),
						entry(0xb002, UNDEFINED, 32, 50)
					]
				}
			],
			Buffer.alloc(32)
		)
	]);
	const segments: [string, Buffer[]][] = [
		['XMP', [segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${xmp}`)]],
		[
			'extended XMP',
			[segment(0xe1, `http://ns.adobe.com/xmp/extension/\0${'A'.repeat(32)}`, u32(50), u32(0), SECRET)]
		],
		['XMP that never ends', [segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${'<a>'.repeat(20_000)}`)]],
		['IPTC', [segment(0xed, 'Photoshop 3.0\0', iptc)]],
		['a comment', [segment(0xfe, SECRET)]],
		['sixty comments', Array.from({ length: 60 }, () => segment(0xfe, SECRET))],
		['a broken profile', [segment(0xe2, 'ICC_PROFILE\0\u0001\u0001', SECRET.repeat(20))]],
		['a profile in 255 parts, one there', [segment(0xe2, 'ICC_PROFILE\0\u0001\u00ff', SECRET)]],
		['an index of two pictures', [segment(0xe2, multi)]],
		['a JFIF thumbnail', [segment(0xe0, 'JFXX\0\u0013', Buffer.from([4, 4]), Buffer.alloc(48, 77))]],
		['a heat picture', [segment(0xe1, 'FLIR\0\u0001\0\0', SECRET)]],
		['content credentials', [segment(0xeb, 'JP', u16(1), u32(1), box('jumb', box('jumd', `c2pa${SECRET}`)))]],
		['a Ducky', [segment(0xec, 'Ducky', u16(1), u16(4), u32(60), u16(2), u16(11), SECRET)]],
		['an Adobe mark that lies about colours', [segment(0xee, 'Adobe', u16(100), u32(0), Buffer.from([2]))]],
		['sound', [segment(0xe2, 'FPXR\0', SECRET)]]
	];
	const chunks: [string, Buffer[]][] = [
		[
			'texts',
			[
				chunk('tEXt', `Author\0${SECRET}`),
				chunk('iTXt', `Title\0\0\0\0\0${SECRET}`),
				chunk('zTXt', Buffer.concat([latin1('C\0\0'), deflateSync(latin1(SECRET))]))
			]
		],
		['XMP', [chunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${xmp}`)]],
		[
			'a time and a place',
			[
				chunk('tIME', Buffer.from([7, 234, 3, 15, 8, 30, 0])),
				chunk('oFFs', Buffer.alloc(9, 1)),
				chunk('pHYs', Buffer.alloc(9, 1))
			]
		],
		['old-style tags', [chunk('tEXt', `Raw profile type exif\0\nexif\n 8\n4578696600004d4d`)]],
		[
			'a broken profile',
			[chunk('iCCP', Buffer.concat([latin1('p\0\0'), deflateSync(latin1(SECRET.repeat(20)))]))]
		],
		['a colour space of its own', [chunk('gAMA', u32(1)), chunk('cHRM', Buffer.alloc(32, 9))]],
		['a signature', [chunk('dSIG', SECRET)]],
		['wrong checksums', [Buffer.concat([chunk('tEXt', `a\0${SECRET}`).subarray(0, -4), u32(1)])]]
	];
	return [
		...segments.map(([what, some]): Entry => [
			`JPEG with ${what}`,
			'either',
			() => withSegments(jpeg, ...some)
		]),
		...chunks.map(([what, some]): Entry => [`PNG with ${what}`, 'either', () => withChunks(png, ...some)]),
		[
			'WebP with XMP, profile and tags',
			'a picture',
			() => picture().withExif(tags).withXmp(xmp).withIccProfile('p3').webp().toBuffer()
		],
		[
			'WebP with XMP that never ends',
			'either',
			() => webpOf(vp8x(4, 320, 240), vp8Of(webp), riffChunk('XMP ', '<a>'.repeat(20_000)))
		],
		[
			'WebP with a broken profile',
			'either',
			() => webpOf(vp8x(32, 320, 240), riffChunk('ICCP', SECRET.repeat(20)), vp8Of(webp))
		],
		[
			'JPEG with a P3 profile',
			'a picture',
			() => picture().withExif(tags).withIccProfile('p3').jpeg().toBuffer()
		],
		['MPO of two photos', 'a picture', () => Buffer.concat([withSegments(jpeg, segment(0xe2, multi)), jpeg])],
		[
			'motion photo',
			'a picture',
			() => Buffer.concat([jpeg, box('ftyp', 'mp42\0\0\0\0'), box('moov', box('udta', SECRET))])
		],
		['Samsung trailer', 'a picture', () => Buffer.concat([jpeg, latin1(`SEFH${SECRET}SEFT`)])]
	];
}

function strangePixels({ jpeg, png }: Record<Format, Buffer>): Entry[] {
	const codings = [0xc1, 0xc3, 0xc5, 0xc9, 0xca, 0xcf];
	return [
		['CMYK JPEG', 'a picture', () => picture().toColourspace('cmyk').jpeg().toBuffer()],
		[
			'CMYK JPEG that calls itself YCCK',
			'either',
			async () => {
				const bytes = await picture().toColourspace('cmyk').jpeg().toBuffer();
				const at = bytes.indexOf('Adobe');
				if (at > 0) bytes[at + 11] = 2;
				return bytes;
			}
		],
		['grey JPEG', 'a picture', () => picture().grayscale().jpeg().toBuffer()],
		['progressive JPEG', 'a picture', () => picture().withExif(tags).jpeg({ progressive: true }).toBuffer()],
		[
			'JPEG without subsampling',
			'a picture',
			() => picture().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()
		],
		['16-bit PNG', 'a picture', () => picture().toColourspace('rgb16').png().toBuffer()],
		['16-bit grey PNG', 'a picture', () => picture().toColourspace('grey16').png().toBuffer()],
		['1-bit PNG', 'a picture', () => picture().threshold(120).png({ palette: true, colours: 2 }).toBuffer()],
		['interlaced PNG', 'a picture', () => picture().withExif(tags).png({ progressive: true }).toBuffer()],
		['PNG with a palette', 'a picture', () => picture().png({ palette: true }).toBuffer()],
		[
			'PNG with a palette and transparency',
			'a picture',
			() => picture().ensureAlpha(0.4).png({ palette: true }).toBuffer()
		],
		['transparent PNG', 'a picture', () => picture().ensureAlpha(0.4).withExif(tags).png().toBuffer()],
		['transparent WebP', 'a picture', () => picture().ensureAlpha(0.4).withExif(tags).webp().toBuffer()],
		['lossless WebP', 'a picture', () => picture().withExif(tags).webp({ lossless: true }).toBuffer()],
		[
			'PNG without its palette',
			'refused',
			() => {
				const lying = Buffer.from(blackPng(16, 16, { bits: 8, colour: 3 }));
				return Buffer.concat([lying.subarray(0, 33), lying.subarray(33 + 18)]);
			}
		],
		[
			'PNG of a colour type that does not exist',
			'refused',
			() => {
				const lying = Buffer.from(png);
				lying[25] = 7;
				return lying;
			}
		],
		[
			'picture of one pixel',
			'a picture',
			() =>
				sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
					.jpeg()
					.toBuffer()
		],
		[
			'picture of one line',
			'a picture',
			() =>
				sharp({ create: { width: 9_000, height: 1, channels: 3, background: '#fff' } })
					.png()
					.toBuffer()
		],
		[
			'picture of one column',
			'a picture',
			() =>
				sharp({ create: { width: 1, height: 9_000, channels: 3, background: '#fff' } })
					.jpeg()
					.toBuffer()
		],
		...codings.map((coding): Entry => [
			`JPEG that says it is coded in way ${coding - 0xc0}`,
			'either',
			() => {
				const lying = Buffer.from(jpeg);
				lying[frameOffset(jpeg) + 1] = coding;
				return lying;
			}
		]),
		[
			'JPEG of 12 bits',
			'either',
			() => {
				const lying = Buffer.from(jpeg);
				lying[frameOffset(jpeg) + 4] = 12;
				return lying;
			}
		],
		[
			'JPEG with 255 components',
			'refused',
			() => {
				const lying = Buffer.from(jpeg);
				lying[frameOffset(jpeg) + 9] = 255;
				return lying;
			}
		],
		[
			'JPEG without tables',
			'refused',
			() => Buffer.concat([jpeg.subarray(0, 2), jpeg.subarray(frameOffset(jpeg))])
		]
	];
}

function strangeLengths({ jpeg, webp }: Record<Format, Buffer>): Entry[] {
	return [
		['nothing', 'refused at the door', () => Buffer.alloc(0)],
		['one byte', 'refused at the door', () => Buffer.from([0xff])],
		['two bytes', 'refused at the door', () => Buffer.from([0xff, 0xd8])],
		['three bytes', 'refused', () => Buffer.from([0xff, 0xd8, 0xff])],
		['the first bytes of a PNG', 'refused', () => PNG_HEAD],
		['the first bytes of a WebP', 'refused', () => webp.subarray(0, 12)],
		['the first bytes of a HEIC', 'refused', () => heifHead().subarray(0, 12)],
		['JPEG of begin and end', 'refused', () => Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
		[
			'20 MB of ones',
			'refused',
			() => Buffer.concat([jpeg.subarray(0, 3), Buffer.alloc(MAX_PHOTO_BYTES - 3, 0xff)])
		],
		[
			'a photo filled up to 20 MB',
			'a picture',
			() => Buffer.concat([jpeg, Buffer.alloc(MAX_PHOTO_BYTES - jpeg.length)])
		],
		[
			'a photo of 20 MB and a byte',
			'refused at the door',
			() => Buffer.concat([jpeg, Buffer.alloc(MAX_PHOTO_BYTES - jpeg.length + 1)])
		]
	];
}
