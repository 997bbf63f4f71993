import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { uuidv7 } from 'uuidv7';
import type { Photo } from './phone.ts';

/** Where the face and the plate of a drawn photo are: fractions of the picture. */
export const face = { x: 0.7, y: 0.3, w: 0.1, h: 0.14 };
export const plate = { x: 0.25, y: 0.55, w: 0.12, h: 0.06 };

/**
 * A drawn street with a face and a plate, of a colour of its own, with what a phone writes beside it: place, time and
 * device. No two are alike.
 */
export async function takeStreetPhoto(seed: number, [width, height] = [1600, 1200]): Promise<Photo> {
	const hue = (seed * 67) % 360;
	const at = ({ x, y, w, h }: typeof face) =>
		`x="${x * width}" y="${y * height}" width="${w * width}" height="${h * height}"`;
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
		<rect width="100%" height="100%" fill="hsl(${hue} 55% 72%)"/>
		<rect y="${height * 0.62}" width="100%" height="${height * 0.4}" fill="hsl(${hue} 12% 40%)"/>
		<rect x="${width * 0.15}" y="${height * 0.42}" width="${width * 0.34}" height="${height * 0.22}" rx="40" fill="hsl(${hue + 140} 60% 42%)"/>
		<rect ${at(plate)} fill="#1746a2"/>
		${stripes(plate, '#ffffff', width, height)}
		<rect ${at(face)} rx="60" fill="#e6b893"/>
		${stripes(face, '#20150c', width, height)}
	</svg>`;
	// Grain, as every camera has it: flat colours are the same bytes in every picture.
	const grain = await sharp({
		create: {
			width: width / 4,
			height: height / 4,
			channels: 3,
			background: '#808080',
			noise: { type: 'gaussian', mean: 128, sigma: 24 }
		}
	})
		.resize(width, height)
		.png({ compressionLevel: 1 })
		.toBuffer();
	const bytes = await sharp(Buffer.from(drawing))
		.composite([{ input: grain, blend: 'soft-light' }])
		.jpeg({ quality: 85 })
		.withExif({
			IFD0: { Make: 'Kerb', Model: `No ${seed} ${uuidv7()}` },
			IFD3: {
				GPSLatitudeRef: 'N',
				GPSLatitude: '32/1 47/1 0/1',
				GPSLongitudeRef: 'E',
				GPSLongitude: '119/1 27/1 0/1'
			}
		})
		.toBuffer();
	return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Detail that a cover must take away. */
function stripes({ x, y, w, h }: typeof face, colour: string, width: number, height: number): string {
	return Array.from(
		{ length: 6 },
		(_, n) =>
			`<rect x="${(x + (w * (n + 0.25)) / 6) * width}" y="${(y + h * 0.2) * height}" width="${(w / 14) * width}" height="${h * 0.6 * height}" fill="${colour}"/>`
	).join('');
}
