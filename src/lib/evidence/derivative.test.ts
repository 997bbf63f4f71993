import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { LARGE, makeBoth, makeDerivative, makeSmall, renderCovered, SMALL } from './derivative.server.ts';

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

/** The colours at some points, given as fractions; rounded, because WebP is not exact. */
async function coloursAt(picture: Buffer, ...points: [number, number][]): Promise<string[]> {
	const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
	return points.map(([x, y]) => {
		const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
		const near = [...data.subarray(at, at + 3)].map((value) => Math.round(value / 32) * 32);
		return near.join(' ');
	});
}

const red = '256 0 0';
const green = '0 256 0';
const blue = '0 0 256';
const white = '256 256 256';
const corners: [number, number][] = [
	[0.2, 0.2],
	[0.8, 0.2],
	[0.2, 0.8],
	[0.8, 0.8]
];

/**
 *   red   | green
 *   ------+------
 *   blue  | white       as it should be seen
 */
function quarters(width = 120, height = 80): Sharp {
	const block = (fill: string, left: number, top: number) => ({
		input: { create: { width: width / 2, height: height / 2, channels: 3 as const, background: fill } },
		left,
		top
	});
	return sharp({ create: { width, height, channels: 3, background: '#fff' } }).composite([
		block('#f00', 0, 0),
		block('#0f0', width / 2, 0),
		block('#00f', 0, height / 2)
	]);
}

/** Which sides of the picture as seen the first row and the first column of the stored one are (EXIF 2.32, table 6). */
const sides: Record<number, [row: string, column: string]> = {
	1: ['top', 'left'],
	2: ['top', 'right'],
	3: ['bottom', 'right'],
	4: ['bottom', 'left'],
	5: ['left', 'top'],
	6: ['right', 'top'],
	7: ['right', 'bottom'],
	8: ['left', 'bottom']
};

/** Stored as a camera held in that way stores it, with the tag that says so. */
async function turned(orientation: number): Promise<Sharp> {
	const { data, info } = await quarters().removeAlpha().raw().toBuffer({ resolveWithObject: true });
	const [rowSide, columnSide] = sides[orientation]!;
	const isLying = orientation > 4;
	const [width, height] = isLying ? [info.height, info.width] : [info.width, info.height];
	const stored = Buffer.alloc(data.length);
	for (let row = 0; row < height; row += 1) {
		for (let column = 0; column < width; column += 1) {
			const [down, along] = isLying ? [column, row] : [row, column];
			const [vertical, horizontal] = isLying ? [columnSide, rowSide] : [rowSide, columnSide];
			const y = vertical === 'top' ? down : info.height - 1 - down;
			const x = horizontal === 'left' ? along : info.width - 1 - along;
			data.copy(stored, (row * width + column) * 3, (y * info.width + x) * 3, (y * info.width + x + 1) * 3);
		}
	}
	return sharp(stored, { raw: { width, height, channels: 3 } }).withMetadata({ orientation });
}

describe('the derivative of a photo', () => {
	it('has no metadata at all', async () => {
		const original = await photo(60, 40);
		expect(original.includes('a name')).toBe(true);
		const { large, small } = await makeBoth(original);
		for (const made of [await makeDerivative(original), await makeSmall(original), large, small]) {
			const { exif, xmp, icc, iptc, orientation, format } = await sharp(made).metadata();
			expect({ exif, xmp, icc, iptc, orientation, format }).toEqual({ format: 'webp' });
			expect(made.includes('a name') || made.includes('secret') || made.includes('EXIF')).toBe(false);
		}
	});

	it.each(['jpeg', 'png', 'webp'] as const)('stands upright, whichever way a %s was held', async (format) => {
		for (let orientation = 1; orientation <= 8; orientation += 1) {
			const bytes = await (await turned(orientation)).toFormat(format, { quality: 100 }).toBuffer();
			expect((await sharp(bytes).metadata()).orientation).toBe(orientation);
			for (const made of [await makeDerivative(bytes), await renderCovered(bytes, [])]) {
				const { width, height } = await sharp(made).metadata();
				expect([orientation, width, height]).toEqual([orientation, 120, 80]);
				expect([orientation, ...(await coloursAt(made, ...corners))]).toEqual([
					orientation,
					red,
					green,
					blue,
					white
				]);
			}
		}
	});

	it('is at most 2048 pixels a side, 480 in lists, and never larger than the original', async () => {
		const { large, small } = await makeBoth(await photo(4000, 1000));
		const size = async (made: Buffer) => {
			const { width, height } = await sharp(made).metadata();
			return [width, height];
		};
		expect([await size(large), await size(small)]).toEqual([
			[2048, 512],
			[480, 120]
		]);
		expect(await size(await makeSmall(await photo(4000, 1000)))).toEqual([480, 120]);
		expect(await size(await makeDerivative(await photo(60, 40)))).toEqual([60, 40]);
		expect(await size(await makeDerivative(await photo(9000, 1)))).toEqual([2048, 1]);
	});

	it.each([
		['grey', (picture: Sharp) => picture.grayscale().jpeg()],
		['CMYK', (picture: Sharp) => picture.toColourspace('cmyk').jpeg()],
		['16-bit', (picture: Sharp) => picture.toColourspace('rgb16').png()],
		['16-bit grey', (picture: Sharp) => picture.toColourspace('grey16').png()],
		['1-bit', (picture: Sharp) => picture.threshold(100).png({ palette: true, colours: 2 })],
		['palette', (picture: Sharp) => picture.png({ palette: true })]
	])('of a %s picture is an ordinary picture', async (_, encode) => {
		const bytes = await encode(sharp(await quarters().png().toBuffer())).toBuffer();
		const made = await makeDerivative(bytes);
		const { width, height, space, hasAlpha } = await sharp(made).metadata();
		expect({ width, height, space, hasAlpha }).toEqual({
			width: 120,
			height: 80,
			space: 'srgb',
			hasAlpha: false
		});
		expect((await coloursAt(made, [0.8, 0.8]))[0]).toBe(white);
	});

	it('of a transparent picture stands on white', async () => {
		const clear = { create: { width: 40, height: 40, channels: 4 as const, background: '#00000000' } };
		for (const bytes of [await sharp(clear).png().toBuffer(), await sharp(clear).webp().toBuffer()]) {
			const made = await makeDerivative(bytes);
			expect((await sharp(made).metadata()).hasAlpha).toBe(false);
			expect(await coloursAt(made, [0.5, 0.5])).toEqual([white]);
		}
	});

	it('has the colours its profile means, without the profile', async () => {
		// 200, 80, 80 in Display P3 is a stronger red in sRGB.
		const plain = { create: { width: 40, height: 40, channels: 3 as const, background: 'rgb(200,80,80)' } };
		const p3 = await sharp(plain).withIccProfile('p3').png().toBuffer();
		const { data } = await sharp(await makeDerivative(p3))
			.raw()
			.toBuffer({ resolveWithObject: true });
		const { data: meant } = await sharp(p3).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
		for (const channel of [0, 1, 2]) {
			expect(Math.abs(data[channel]! - meant[channel]!)).toBeLessThan(6);
		}
	});

	it('of a film is its first frame', async () => {
		const frames = await Promise.all(
			['#f00', '#0f0'].map((background) =>
				sharp({ create: { width: 40, height: 40, channels: 3, background } })
					.png()
					.toBuffer()
			)
		);
		const film = await sharp(frames, { join: { animated: true } })
			.webp({ loop: 0 })
			.toBuffer();
		expect((await sharp(film).metadata()).pages).toBe(2);
		const made = await makeDerivative(film);
		const { pages, height } = await sharp(made).metadata();
		expect({ pages, height }).toEqual({ pages: undefined, height: 40 });
		expect(await coloursAt(made, [0.5, 0.5])).toEqual([red]);
	});

	it('of a picture that announces billions of pixels is refused before it is decoded', async () => {
		const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
			.png()
			.toBuffer();
		png.writeUInt32BE(60_000, 16);
		png.writeUInt32BE(60_000, 20);
		expect(await refusalOf(png)).toMatch(/^422 photo_(unreadable|too_heavy)$/);
	});

	it.each([
		['cut short', async () => (await photo(600, 400)).subarray(0, 700)],
		['no picture', () => Buffer.from('hello')],
		['empty', () => Buffer.alloc(0)],
		['a HEIF without a size', () => Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0mif1heic', 'latin1')]
	])('of a file that is %s is refused', async (_, bytes) => {
		expect(await refusalOf(await bytes())).toBe('422 photo_unreadable');
	});

	it.each(['gif', 'tiff', 'avif'] as const)('is never made by the decoder of %s', async (format) => {
		const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
			.toFormat(format)
			.toBuffer();
		expect(await refusalOf(bytes)).toBe('422 photo_unreadable');
	});
});

describe('a covered picture', () => {
	const cover = { x: 0.4, y: 0.35, w: 0.2, h: 0.1 };

	/** Noise, with other noise where the cover will be. */
	async function noisy(secret: number, width = 2600, height = 900): Promise<Buffer> {
		let state = 7;
		const noise = (length: number, from: number) => {
			state = from;
			const bytes = Buffer.alloc(length);
			for (let at = 0; at < length; at += 1) {
				state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
				bytes[at] = state >>> 24;
			}
			return bytes;
		};
		const [w, h] = [Math.floor(cover.w * width), Math.floor(cover.h * height)];
		return sharp(noise(width * height * 3, 7), { raw: { width, height, channels: 3 } })
			.composite([
				{
					input: noise(w * h * 3, secret),
					raw: { width: w, height: h, channels: 3 },
					left: Math.ceil(cover.x * width),
					top: Math.ceil(cover.y * height)
				}
			])
			.png({ compressionLevel: 1 })
			.toBuffer();
	}

	it('is the same to the last byte whatever is beneath the cover', async () => {
		const [one, other] = [await noisy(1), await noisy(2)];
		expect(one.equals(other)).toBe(false);
		for (const longest of [LARGE, SMALL] as const) {
			const made = await renderCovered(one, [cover], longest);
			expect(made.equals(await renderCovered(other, [cover], longest))).toBe(true);
			expect(made.equals(await renderCovered(one, [], longest))).toBe(false);
		}
	});

	it('is covered where the upright picture shows it', async () => {
		for (let orientation = 1; orientation <= 8; orientation += 1) {
			const bytes = await (await turned(orientation)).png().toBuffer();
			const made = await renderCovered(bytes, [{ x: 0.05, y: 0.05, w: 0.3, h: 0.25 }]);
			expect([orientation, ...(await coloursAt(made, ...corners))]).toEqual([
				orientation,
				'96 96 96',
				green,
				blue,
				white
			]);
		}
	});

	it('may be covered to its edges and many times over', async () => {
		const all = { x: 0, y: 0, w: 1, h: 1 };
		const edge = { x: 0.9, y: 0.9, w: 0.1, h: 0.1 };
		const made = await renderCovered(await photo(600, 400), [edge, ...Array.from({ length: 60 }, () => all)]);
		expect(await coloursAt(made, ...corners)).toEqual(Array.from({ length: 4 }, () => '96 96 96'));
	});

	it('is not made with a cover that hides nothing', async () => {
		const bytes = await photo(60, 40);
		for (const wrong of [{ w: 0 }, { x: Number.NaN }, { y: -0.1 }, { h: 2 }, { x: 1 }]) {
			await expect(renderCovered(bytes, [{ ...cover, ...wrong }])).rejects.toThrow(RangeError);
		}
	});
});
