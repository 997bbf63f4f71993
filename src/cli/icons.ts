// Draws the application's icons for phones from static/favicon.svg: `node src/cli/icons.ts`. The files are in the tree; run
// it again when the favicon changes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const folder = join(import.meta.dirname, '../../static');
const drawing = await readFile(join(folder, 'favicon.svg'), 'utf8');
const ground = /<rect[^>]*fill="(#[0-9a-f]{6})"/i.exec(drawing)?.[1];
if (!ground) throw new Error('favicon.svg has no ground to continue to the edges.');

/** A phone cuts a maskable icon to its own shape: the ground reaches the edges, the drawing stays in the inner four fifths. */
const wholeGround = drawing.replace(/ rx="[^"]*"/, '');
const inset = (share: number) => {
	const room = (32 * (1 - share)) / 2;
	const inside = wholeGround.replace(/^<svg[^>]*>|<rect[^>]*\/>|<\/svg>\s*$/g, '');
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="${ground}"/><g transform="translate(${room} ${room}) scale(${share})">${inside}</g></svg>`;
};

const icons: [name: string, size: number, svg: string][] = [
	['icon-192', 192, drawing],
	['icon-512', 512, drawing],
	['icon-maskable-192', 192, inset(0.72)],
	['icon-maskable-512', 512, inset(0.72)],
	// iOS rounds the corners itself and shows black where nothing is drawn.
	['apple-touch-icon', 180, inset(0.86)]
];
for (const [name, size, svg] of icons) {
	const png = await sharp(Buffer.from(svg), { density: (72 * size) / 32 })
		.resize(size, size)
		.png({ palette: true, compressionLevel: 9, effort: 10 })
		.toBuffer();
	await writeFile(join(folder, `${name}.png`), png);
	console.log(`${name}.png ${size} × ${size}, ${png.length} bytes`);
}
