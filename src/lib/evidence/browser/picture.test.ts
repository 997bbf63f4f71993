import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readTaken } from './claims.ts';
import { pictureSize, tagsAsJpeg } from './picture.ts';

const plain = () => sharp({ create: { width: 61, height: 42, channels: 3, background: '#567' } });
const tags = {
	IFD2: { DateTimeOriginal: '2026:03:15 08:30:00', OffsetTimeOriginal: '+08:00' },
	IFD3: {
		GPSLatitudeRef: 'N',
		GPSLatitude: '32/1 46/1 4800/100',
		GPSLongitudeRef: 'E',
		GPSLongitude: '119/1 27/1 3600/100',
		GPSHPositioningError: '475/100'
	}
};

/** Every kind of file with a size of its own to read. */
const kinds = {
	'a JPEG': () => plain().jpeg().toBuffer(),
	'a progressive JPEG with tags': () => plain().withExif(tags).jpeg({ progressive: true }).toBuffer(),
	'a PNG': () => plain().png().toBuffer(),
	'a WebP': () => plain().webp().toBuffer(),
	'a lossless WebP': () => plain().webp({ lossless: true }).toBuffer(),
	'a WebP with tags': () => plain().withExif(tags).webp().toBuffer()
};

describe('the first bytes of a photo', () => {
	it.each(Object.entries(kinds))('tell the size of %s', async (_, make) => {
		expect(pictureSize(await make())).toEqual({ width: 61, height: 42 });
	});

	it('tell nothing when they are no photo, cut off or hostile, and never fail', async () => {
		expect(pictureSize(new Uint8Array())).toBeNull();
		expect(pictureSize(Buffer.from('GIF89a whatever'))).toBeNull();
		const wholes = await Promise.all(Object.values(kinds).map((make) => make()));
		const wound = fc.tuple(fc.nat(), fc.nat(255));
		fc.assert(
			fc.property(
				fc.constantFrom(...wholes),
				fc.array(wound, { maxLength: 20 }),
				fc.nat(),
				(whole, hits, end) => {
					const bytes = Buffer.from(whole.subarray(0, end % (whole.length + 1)));
					for (const [at, value] of hits) if (bytes.length) bytes[at % bytes.length] = value;
					const size = pictureSize(bytes);
					expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
					tagsAsJpeg(bytes);
				}
			),
			{ numRuns: 500 }
		);
	});
});

describe("a photo's claims in the browser", () => {
	it.each(['jpeg', 'png', 'webp'] as const)('are read from %s', async (format) => {
		const bytes = await plain().withExif(tags).toFormat(format).toBuffer();
		const claims = await readTaken(new Blob([new Uint8Array(bytes)]));
		expect(claims.taken_at).toBe('2026-03-15T00:30:00.000Z');
		expect(claims.lng).toBeCloseTo(119.46, 5);
		expect(claims.lat).toBeCloseTo(32.78, 5);
		expect(claims.accuracy_m).toBeCloseTo(4.75, 5);
	});

	it('are none without tags, or in a file that is no photo', async () => {
		expect(await readTaken(new Blob([new Uint8Array(await plain().jpeg().toBuffer())]))).toEqual({});
		expect(await readTaken(new Blob(['hello']))).toEqual({});
		expect(await readTaken(new Blob([]))).toEqual({});
	});
});
