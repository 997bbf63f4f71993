import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeDerivative } from './derivative.server.ts';

async function photo(width: number, height: number, orientation = 1): Promise<Buffer> {
	return sharp({ create: { width, height, channels: 3, background: '#c33' } })
		.withExif({ IFD0: { Artist: 'a name' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '32/1 46/1 0/1' } })
		.withMetadata({ orientation })
		.withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
		.jpeg()
		.toBuffer();
}

async function refusalOf(bytes: Buffer): Promise<unknown> {
	return makeDerivative(bytes).then(
		() => null,
		(error: { status: number; code: string }) => `${error.status} ${error.code}`
	);
}

describe('the derivative of a photo', () => {
	it('has no metadata at all', async () => {
		const original = await photo(60, 40);
		expect(original.includes('a name')).toBe(true);
		const made = await makeDerivative(original);
		const { exif, xmp, icc, iptc, orientation, format } = await sharp(made).metadata();
		expect({ exif, xmp, icc, iptc, orientation, format }).toEqual({ format: 'webp' });
		expect(made.includes('a name') || made.includes('secret') || made.includes('EXIF')).toBe(false);
	});

	it('stands upright', async () => {
		const { width, height } = await sharp(await makeDerivative(await photo(60, 40, 6))).metadata();
		expect({ width, height }).toEqual({ width: 40, height: 60 });
	});

	it('is at most 2048 pixels a side, and never larger than the original', async () => {
		const large = await sharp(await makeDerivative(await photo(4000, 1000))).metadata();
		expect([large.width, large.height]).toEqual([2048, 512]);
		const small = await sharp(await makeDerivative(await photo(60, 40))).metadata();
		expect([small.width, small.height]).toEqual([60, 40]);
	});

	it('of a picture that announces billions of pixels is refused before it is decoded', async () => {
		const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
			.png()
			.toBuffer();
		png.writeUInt32BE(60_000, 16);
		png.writeUInt32BE(60_000, 20);
		expect(await refusalOf(png)).toBe('422 photo_unreadable');
	});

	it.each([
		['cut short', async () => (await photo(600, 400)).subarray(0, 700)],
		['no picture', () => Buffer.from('hello')],
		['empty', () => Buffer.alloc(0)],
		['a HEIF without a size', () => Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0mif1heic', 'latin1')]
	])('of a file that is %s is refused', async (_, bytes) => {
		expect(await refusalOf(await bytes())).toBe('422 photo_unreadable');
	});
});
