import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp, { type Exif, type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { preparePhoto, shrinkTo } from '#lib/evidence/prepare-photo.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { openPhotoPage, type PhotoPage } from '#test/support/photo-page.ts';
import { findTools, ROOT } from '#test/support/tools.ts';

const photos = join(resolve(process.env.KERBSIDE_SHARED_DATA ?? join(ROOT, '../shared/data')), 'photos');
const heic = join(photos, 'heic-iphone7.heic');
const { exiftool } = findTools();
if (!existsSync(heic)) console.warn(`SKIPPED: a HEIC in the browser (there is no ${heic}).`);
if (!exiftool) console.warn("SKIPPED: a photo's claims against exiftool (it is not installed).");

const tags: Exif = {
	IFD0: { Artist: 'Somebody Private', Make: 'Maker' },
	IFD2: { DateTimeOriginal: '2026:03:15 08:30:00', OffsetTimeOriginal: '+08:00' },
	IFD3: {
		GPSLatitudeRef: 'N',
		GPSLatitude: '32/1 46/1 4812/100',
		GPSLongitudeRef: 'E',
		GPSLongitude: '119/1 27/1 3612/100',
		GPSHPositioningError: '475/100'
	}
};

/** A picture with detail everywhere, as a street has, and plates of several sizes. */
async function street(width: number, height: number): Promise<Sharp> {
	const noise = { type: 'gaussian' as const, mean: 128, sigma: 22 };
	const ground = await sharp({
		create: { width: width >> 3, height: height >> 3, channels: 3, background: '#777', noise }
	})
		.resize(width, height, { kernel: 'cubic' })
		.png({ compressionLevel: 0 })
		.toBuffer();
	const unit = width / 100;
	const plates = Array.from({ length: 24 }, (_, i) => {
		const [x, y, size] = [((i * 37) % 90) * unit, ((i * 23) % 70) * unit, unit * (0.6 + (i % 4) * 0.3)];
		return `<rect x="${x}" y="${y}" width="${size * 5}" height="${size * 1.5}" fill="#1a4fb3"/>
			<text x="${x}" y="${y + size}" font-size="${size}" fill="#fff">B·${10_000 + i * 1337}</text>`;
	});
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${plates.join('')}</svg>`;
	return sharp(ground).composite([{ input: Buffer.from(drawing) }]);
}

const corners = { red: [220, 30, 30], green: [30, 180, 30], blue: [30, 30, 220], white: [250, 250, 250] };

/** Red and green above, blue and white below: which way up a picture stands shows in its corners. */
function quarters(width: number, height: number): Sharp {
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${Object.values(
		corners
	)
		.map(
			(colour, i) =>
				`<rect x="${((i % 2) * width) / 2}" y="${((i >> 1) * height) / 2}" width="${width / 2}"
					height="${height / 2}" fill="rgb(${colour.join(',')})"/>`
		)
		.join('')}</svg>`;
	return sharp(Buffer.from(drawing)).flatten({ background: '#fff' });
}

/** The colours of a picture's corners, row by row, without asking for its orientation. */
async function cornersOf(bytes: Buffer): Promise<string[]> {
	const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
	const near = (x: number, y: number) => {
		const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
		const far = (colour: number[]) =>
			colour.reduce((sum, value, i) => sum + Math.abs(value - data[at + i]!), 0);
		return Object.entries(corners).sort((a, b) => far(a[1]) - far(b[1]))[0]![0];
	};
	return [near(0.2, 0.2), near(0.8, 0.2), near(0.2, 0.8), near(0.8, 0.8)];
}

/** What the page has: src/lib/evidence/prepare-photo.ts. */
interface Pipeline {
	pipeline: { preparePhoto: typeof preparePhoto; shrinkTo: typeof shrinkTo };
}

interface Prepared {
	bytes: Buffer;
	width: number;
	height: number;
	type: string;
	sha256: string | null;
	isOriginal: boolean;
	claims: { taken_at?: string; lng?: number; lat?: number; accuracy_m?: number };
	error?: string;
	ms: number;
}

describe.skipIf(missingBrowser !== null)('a photo prepared in the browser', () => {
	let site: PhotoPage;
	let browser: Browser;
	let page: Page;

	beforeAll(async () => {
		[site, browser] = await Promise.all([
			openPhotoPage(),
			openBrowser([...WITHOUT_MAPS, '--host-resolver-rules=MAP 10.9.9.9 127.0.0.1'])
		]);
		page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${site.port}/`);
	});

	afterAll(async () => {
		await browser?.close();
		await site?.close();
	});

	/** Prepares a photo on the page; with `smaller`, makes it smaller still instead: longest side and bytes. */
	async function prepared(bytes: Buffer, where = page, smaller?: [number, number]): Promise<Prepared> {
		const path = `/files/${createHash('sha256').update(bytes).digest('hex')}`;
		site.files.set(path, bytes);
		const answer = await where.evaluate(
			async ([path, smaller]) => {
				const { pipeline } = globalThis as unknown as Pipeline;
				const photo = await (await fetch(path)).blob();
				const startedAt = performance.now();
				const { blob, ...told } = await (
					smaller ? pipeline.shrinkTo(photo, ...smaller) : pipeline.preparePhoto(photo)
				).catch((error: { code?: string }) => ({ blob: new Blob(), error: error.code ?? String(error) }));
				const ms = performance.now() - startedAt;
				const reader = new FileReader();
				const read = new Promise((done) => (reader.onload = done));
				reader.readAsDataURL(blob);
				await read;
				return { ...told, ms, coded: String(reader.result).split(',')[1] ?? '' };
			},
			[path, smaller] as const
		);
		return { ...(answer as unknown as Prepared), bytes: Buffer.from(answer.coded, 'base64') };
	}

	it.each([
		['12 megapixels', 4000, 3000, 96],
		['50 megapixels', 8160, 6120, 70]
	])('of %s goes out as at most 250 KB, without any tag', async (name, width, height, quality) => {
		const original = await (await street(width, height)).jpeg({ quality }).withExif(tags).toBuffer();
		const sent = await prepared(original);
		console.log(
			`${name}: ${original.length} bytes became ${sent.bytes.length} (${sent.width} × ${sent.height}, ${sent.type}) in ${sent.ms.toFixed(0)} ms`
		);
		expect(original.length).toBeGreaterThan(3_000_000);
		expect(sent.bytes.length).toBeLessThanOrEqual(250_000);
		expect(Math.max(sent.width, sent.height)).toBeGreaterThanOrEqual(1024);
		expect(sent.sha256).toBe(createHash('sha256').update(sent.bytes).digest('hex'));
		expect(sent.isOriginal).toBe(false);
		// The browser adds its own colour profile, the same for everybody.
		const { exif, xmp, iptc, orientation, format } = await sharp(sent.bytes).metadata();
		expect({ exif, xmp, iptc, orientation, format }).toEqual({ format: 'webp' });
		expect(sent.bytes.includes('Private')).toBe(false);
	});

	it('comes out the same, byte for byte, when it is prepared again', async () => {
		const original = await quarters(3000, 300).jpeg().toBuffer();
		expect((await prepared(original)).sha256).toBe((await prepared(original)).sha256);
	});

	// Small ones are decoded whole, large ones in part: two ways to turn a picture over.
	it.each([
		['small', 90, 60],
		['large', 3000, 300]
	])('stands upright whatever its orientation tag says (%s)', async (_, width, height) => {
		const plain = await quarters(width, height).jpeg().toBuffer();
		for (let orientation = 1; orientation <= 8; orientation++) {
			const original = await sharp(plain).withMetadata({ orientation }).toBuffer();
			const upright = await sharp(original).rotate().toBuffer({ resolveWithObject: true });
			const sent = await prepared(original);
			expect([orientation, await cornersOf(sent.bytes)]).toEqual([
				orientation,
				await cornersOf(upright.data)
			]);
			expect(sent.width > sent.height).toBe(upright.info.width > upright.info.height);
		}
	});

	it('is as legible as it was when it was small already', async () => {
		const sent = await prepared(await quarters(900, 600).jpeg().toBuffer());
		expect([sent.width, sent.height]).toEqual([900, 600]);
	});

	it.each(['png', 'webp', 'avif', 'gif'] as const)('may be a %s', async (format) => {
		const sent = await prepared(await quarters(2600, 1300).toFormat(format).toBuffer());
		expect([sent.width, sent.height, sent.type]).toEqual([2048, 1024, 'image/webp']);
		expect(await cornersOf(sent.bytes)).toEqual(['red', 'green', 'blue', 'white']);
	});

	it('shows white where a PNG is see-through', async () => {
		const nothing = { r: 0, g: 0, b: 0, alpha: 0 };
		const clear = await sharp({ create: { width: 40, height: 40, channels: 4, background: nothing } })
			.png()
			.toBuffer();
		expect(await cornersOf((await prepared(clear)).bytes)).toEqual(['white', 'white', 'white', 'white']);
	});

	it('that this browser cannot decode goes as it is, and says so', async () => {
		const broken = (await quarters(600, 400).jpeg().toBuffer()).fill(0, 200);
		const sent = await prepared(broken);
		expect(sent.isOriginal).toBe(true);
		expect(sent.bytes.equals(broken)).toBe(true);
		expect(sent.type).toBe('image/jpeg');
	});

	it('of more pixels than a phone can hold goes as it is', async () => {
		const png = await quarters(8, 8).png().toBuffer();
		png.writeUInt32BE(60_000, 16);
		png.writeUInt32BE(60_000, 20);
		expect((await prepared(png)).isOriginal).toBe(true);
	});

	it('that is none is refused at once', async () => {
		expect((await prepared(Buffer.from('%PDF-1.7 hello'))).error).toBe('not_a_photo');
		expect((await prepared(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).error).toBe(
			'not_a_photo'
		);
	});

	it.skipIf(!existsSync(heic))('may be a HEIC that the browser itself cannot read', async () => {
		const before = site.asked.length;
		const original = await readFile(heic);
		const sent = await prepared(original);
		const libheif = site.asked.slice(before).find(({ path }) => path.includes('libheif'));
		console.log(
			`HEIC: ${original.length} bytes became ${sent.bytes.length} (${sent.width} × ${sent.height}) in ${sent.ms.toFixed(0)} ms, decoder ${libheif?.bytes} bytes`
		);
		expect(sent.isOriginal).toBe(false);
		expect(sent.bytes.length).toBeLessThanOrEqual(250_000);
		expect(sent.width / sent.height).toBeCloseTo(4 / 3, 2);
		expect(sent.claims.taken_at).toBe('2019-10-20T16:34:30.000Z');
		// The decoder goes out as its authors publish it (LGPL).
		const published = await readFile(join(ROOT, 'node_modules/libheif-js/libheif/libheif.js'));
		expect(libheif?.bytes).toBe(published.length);
	});

	it.skipIf(!exiftool)('claims what exiftool reads in it', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'kerbside-claims-'));
		try {
			for (const format of ['jpeg', 'png', 'webp'] as const) {
				const original = await quarters(300, 200).toFormat(format).withExif(tags).toBuffer();
				const file = join(folder, `photo.${format}`);
				await writeFile(file, original);
				const words = [
					'-json',
					'-n',
					'-GPSLatitude',
					'-GPSLongitude',
					'-GPSHPositioningError',
					'-SubSecDateTimeOriginal'
				];
				const [read] = JSON.parse(execFileSync(exiftool!, [...words, file], { encoding: 'utf8' }));
				const { claims } = await prepared(original);
				expect(claims.lat).toBeCloseTo(read.GPSLatitude, 7);
				expect(claims.lng).toBeCloseTo(read.GPSLongitude, 7);
				expect(claims.accuracy_m).toBeCloseTo(read.GPSHPositioningError, 5);
				const time = String(read.SubSecDateTimeOriginal).replace(/^(\d+):(\d+):(\d+) /, '$1-$2-$3T');
				expect(Date.parse(claims.taken_at ?? '')).toBe(Date.parse(time));
			}
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});

	it('has its SHA-256 on a page without a secure connection as well', async () => {
		const plain = await browser.newPage();
		await plain.goto(`http://10.9.9.9:${site.port}/`);
		expect(await plain.evaluate(() => 'subtle' in crypto && crypto.subtle !== undefined)).toBe(false);
		const sent = await prepared(
			await quarters(4000, 400).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
			plain
		);
		expect([sent.width, sent.height]).toEqual([205, 2048]);
		expect(sent.sha256).toBe(createHash('sha256').update(sent.bytes).digest('hex'));
		await plain.close();
	});

	it('is prepared on the page where a worker cannot draw', async () => {
		const old = await browser.newPage();
		await old.addInitScript(() => {
			for (const name of ['OffscreenCanvas', 'createImageBitmap', 'ImageDecoder'])
				Reflect.deleteProperty(window, name);
		});
		await old.goto(`http://127.0.0.1:${site.port}/`);
		const before = site.asked.length;
		const sent = await prepared(
			await quarters(4000, 400).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
			old
		);
		expect(site.asked.slice(before).some(({ path }) => path.includes('worker'))).toBe(false);
		expect([sent.width, sent.height]).toEqual([205, 2048]);
		expect(await cornersOf(sent.bytes)).toEqual(['blue', 'red', 'white', 'green']);
		await old.close();
	});

	it('can be given up halfway', async () => {
		const path = '/files/given-up';
		site.files.set(path, await quarters(6000, 4000).jpeg().toBuffer());
		const error = await page.evaluate(async (path) => {
			const { preparePhoto } = (globalThis as unknown as Pipeline).pipeline;
			const photo = await (await fetch(path)).blob();
			const giveUp = new AbortController();
			const work = preparePhoto(photo, { signal: giveUp.signal });
			setTimeout(() => giveUp.abort(), 30);
			return work.then(
				() => 'finished',
				(error: Error) => error.name
			);
		}, path);
		expect(error).toBe('AbortError');
	});

	it('can be made smaller still for a phone without room', async () => {
		const large = await (await street(2048, 1536)).webp({ quality: 80 }).toBuffer();
		const small = await prepared(large, page, [800, 40_000]);
		expect(Math.max(small.width, small.height)).toBeLessThanOrEqual(800);
		expect(small.bytes.length).toBeLessThanOrEqual(40_000);
		const again = await prepared(small.bytes, page, [2048, 1_000_000]);
		expect(again.bytes.length).toBeLessThanOrEqual(small.bytes.length);
	});
});
