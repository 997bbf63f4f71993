import fc from 'fast-check';
import sharp, { type Exif } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readClaims } from './claims.server.ts';

const ZONE = 'Asia/Shanghai';

async function photoWith(exif: Exif, format: 'jpeg' | 'webp' | 'png' = 'jpeg'): Promise<Buffer> {
	const plain = sharp({ create: { width: 40, height: 30, channels: 3, background: '#567' } });
	return plain.withExif(exif).toFormat(format).toBuffer();
}

const place = {
	GPSLatitudeRef: 'N',
	GPSLatitude: '32/1 46/1 4800/100',
	GPSLongitudeRef: 'E',
	GPSLongitude: '119/1 27/1 3600/100'
};

describe("a photo's claims", () => {
	it.each(['jpeg', 'webp', 'png'] as const)('are its place, time and size, read from %s', async (format) => {
		const exif = {
			IFD2: { DateTimeOriginal: '2026:03:15 08:30:00', OffsetTimeOriginal: '+08:00' },
			IFD3: place
		};
		const type = `image/${format}` as const;
		const claims = await readClaims(await photoWith(exif, format), type, ZONE);
		expect(claims).toMatchObject({ width: 40, height: 30, taken_at: '2026-03-15T00:30:00.000Z' });
		expect(claims.lng).toBeCloseTo(119.46, 5);
		expect(claims.lat).toBeCloseTo(32.78, 5);
	});

	it('take a time without offset as the city shows it', async () => {
		const bytes = await photoWith({ IFD2: { DateTimeOriginal: '2026:03:15 08:30:00' } });
		expect((await readClaims(bytes, 'image/jpeg', ZONE)).taken_at).toBe('2026-03-15T00:30:00.000Z');
		expect((await readClaims(bytes, 'image/jpeg', 'Europe/Berlin')).taken_at).toBe(
			'2026-03-15T07:30:00.000Z'
		);
	});

	it('prefer the satellites to a guess about the zone', async () => {
		const exif = {
			IFD2: { DateTimeOriginal: '2026:03:15 09:30:00' },
			IFD3: { ...place, GPSDateStamp: '2026:03:15', GPSTimeStamp: '0/1 30/1 5/1' }
		};
		const claims = await readClaims(await photoWith(exif), 'image/jpeg', ZONE);
		expect(claims.taken_at).toBe('2026-03-15T00:30:05.000Z');
	});

	it('leave out a place that is none', async () => {
		const nowhere = { ...place, GPSLatitude: '0/1 0/1 0/1', GPSLongitude: '0/1 0/1 0/1' };
		const beyond = { ...place, GPSLatitude: '132/1 0/1 0/1' };
		const divided = { ...place, GPSLatitude: '1/0 1/0 1/0' };
		for (const gps of [nowhere, beyond, divided]) {
			const claims = await readClaims(await photoWith({ IFD3: gps }), 'image/jpeg', ZONE);
			expect(claims.lat).toBeUndefined();
		}
	});

	it('leave out a time that is none', async () => {
		for (const time of ['2026:13:45 08:30:00', '0000:00:00 00:00:00', 'yesterday', '2026:02:30 08:00:00']) {
			const claims = await readClaims(
				await photoWith({ IFD2: { DateTimeOriginal: time } }),
				'image/jpeg',
				ZONE
			);
			expect(claims.taken_at).toBeUndefined();
		}
	});

	it('of hostile bytes are fewer, and no error', async () => {
		const whole = await photoWith({ IFD2: { DateTimeOriginal: '2026:03:15 08:30:00' }, IFD3: place });
		const wounds = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 40 });
		const hurt = fc.tuple(wounds, fc.nat(whole.length)).map(([hits, end]) => {
			const bytes = Buffer.from(whole.subarray(0, Math.max(3, end)));
			for (const [at, value] of hits) if (at < bytes.length) bytes[at] = value;
			return bytes;
		});
		await fc.assert(
			fc.asyncProperty(
				hurt,
				fc.constantFrom('image/jpeg', 'image/heic', 'image/webp', 'image/png'),
				async (bytes, type) => {
					const { taken_at, lng, lat } = await readClaims(bytes, type as 'image/jpeg', ZONE);
					expect(taken_at === undefined || !Number.isNaN(Date.parse(taken_at))).toBe(true);
					expect((lng === undefined) === (lat === undefined)).toBe(true);
				}
			),
			{ numRuns: 300, seed: 3 }
		);
	});
});
