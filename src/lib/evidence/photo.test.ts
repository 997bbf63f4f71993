import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photoType } from './photo.ts';

const pixel = sharp({ create: { width: 2, height: 2, channels: 3, background: '#808080' } });
const box = (brand: string) => Buffer.from(`\0\0\0\u0018ftyp${brand}\0\0\0\0mif1heic`, 'latin1');

describe('what a photo is', () => {
	it.each([
		['jpeg', 'image/jpeg'],
		['png', 'image/png'],
		['webp', 'image/webp']
	] as const)('is told by its first bytes: %s', async (format, type) => {
		expect(photoType(await pixel.clone().toFormat(format).toBuffer())).toBe(type);
	});

	it.each([
		['heic', 'image/heic'],
		['hevc', 'image/heic'],
		['mif1', 'image/heif'],
		['avif', null],
		['isom', null],
		['qt  ', null]
	])('tells HEIF pictures from films: %s', (brand, type) => {
		expect(photoType(box(brand))).toBe(type);
	});

	it.each([
		['nothing', ''],
		['a page', '<!doctype html><script>'],
		['a drawing that can hold scripts', '<svg xmlns="http://www.w3.org/2000/svg">'],
		['an animation', 'GIF89a'],
		['a document', '%PDF-1.7'],
		['half a head', '\u0089PNG'],
		['sound in the same wrapper', 'RIFF\0\0\0\0WAVE']
	])('is not %s', (_, text) => {
		expect(photoType(Buffer.from(text, 'latin1'))).toBeNull();
	});
});
