import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { keepOriginal } from '#lib/evidence/photos.server.ts';

interface DemoPhoto {
	bytes: Buffer;
	sha256: string;
	/** The same at half its size, as a JPEG too. */
	small: Buffer;
}

let drawn: Promise<DemoPhoto[]> | undefined;

/**
 * The demo's few photos: pictures of a kerb that nobody could take for a real place or person. A car wash, taxis, a
 * stall, and last a kerb with nothing on it, which serves as the after-photo.
 */
export function drawDemoPhotos(): Promise<DemoPhoto[]> {
	return (drawn ??= Promise.all(
		scenes.map(async (scene) => {
			const picture = sharp(Buffer.from(drawing(scene)), { density: 96 });
			const bytes = await picture.jpeg({ quality: 82 }).toBuffer();
			const small = await sharp(bytes).resize(640).jpeg({ quality: 62 }).toBuffer();
			return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), small };
		})
	));
}

/** Seals them like any other photos. */
export async function seedDemoPhotos(home: Home): Promise<void> {
	const client = serviceClient(home);
	for (const { bytes, sha256 } of await drawDemoPhotos()) {
		await keepOriginal(client, sha256, bytes, 'image/jpeg');
		await call(client, 'record_photo', {
			sha256,
			byte_size: bytes.length,
			media_type: 'image/jpeg',
			claims: { width: 1280, height: 960 }
		});
	}
}

const car = (x: number, y: number, colour: string) => `
	<g transform="translate(${x} ${y})">
		<path d="M20 90 Q30 40 90 36 L210 36 Q270 40 300 88 L340 96 Q356 102 356 126 L356 148 L4 148 L4 118 Q4 96 20 90Z" fill="${colour}"/>
		<path d="M52 86 Q62 52 100 50 L140 50 L140 86Z M156 50 L206 50 Q246 54 268 86 L156 86Z" fill="#20303f"/>
		<circle cx="82" cy="150" r="34" fill="#1b1f24"/><circle cx="82" cy="150" r="15" fill="#98a2ab"/>
		<circle cx="282" cy="150" r="34" fill="#1b1f24"/><circle cx="282" cy="150" r="15" fill="#98a2ab"/>
	</g>`;

const drops = Array.from({ length: 46 }, (_, n) => {
	const x = 470 + ((n * 97) % 420);
	const y = 560 + ((n * 53) % 190);
	return `<circle cx="${x}" cy="${y}" r="${3 + (n % 5)}" fill="#dff1ff" opacity="0.85"/>`;
}).join('');

const crates = Array.from({ length: 9 }, (_, n) => {
	const x = 300 + (n % 5) * 130;
	const y = 640 + Math.floor(n / 5) * 70;
	return `<rect x="${x}" y="${y}" width="112" height="58" rx="6" fill="#b98a4d"/><g fill="${['#d9573f', '#e7a93b', '#7da453'][n % 3]}">
		${[18, 44, 70, 94].map((dx) => `<circle cx="${x + dx}" cy="${y + 10}" r="13"/>`).join('')}</g>`;
}).join('');

/** What stands on the pavement, in the order in which the photos are kept. */
const scenes = [
	// a car washed on the pavement
	`${car(420, 560, '#3a78b8')}<path d="M960 520 q-60 60 -170 90" stroke="#37566d" stroke-width="12" fill="none"/>${drops}
		<ellipse cx="620" cy="782" rx="330" ry="34" fill="#a9c7da" opacity="0.8"/><rect x="980" y="640" width="70" height="110" rx="10" fill="#5b6b7a"/>`,
	// taxis that wait where none may
	`${car(180, 700, '#4c5560')}${car(600, 640, '#8a3f36')}<g fill="#2c3540"><circle cx="560" cy="560" r="24"/><rect x="534" y="588" width="52" height="120" rx="22"/>
		<path d="M540 610 l-64 -26" stroke="#2c3540" stroke-width="18" stroke-linecap="round"/></g>`,
	// a stall before its shop
	`<path d="M270 520 L960 520 L1010 590 L220 590Z" fill="#c8553d"/><path d="M408 520 L378 590 M546 520 L536 590 M684 520 L694 590 M822 520 L852 590" stroke="#f3e3cf" stroke-width="40"/>
		<rect x="250" y="590" width="14" height="190" fill="#6b5b4a"/><rect x="966" y="590" width="14" height="190" fill="#6b5b4a"/>${crates}`,
	// the same kerb with nothing on it
	''
];

function drawing(onThePavement: string): string {
	const shops = ['#c9bfae', '#b7c0c4', '#cfc3b4', '#aebbb5']
		.map(
			(wall, n) => `<rect x="${n * 320}" y="120" width="320" height="430" fill="${wall}"/>
			<rect x="${n * 320}" y="300" width="320" height="56" fill="${['#46606b', '#7a5a46', '#3f5f52', '#6a4f5f'][n]}"/>
			<rect x="${n * 320 + 30}" y="380" width="180" height="170" fill="#5d7280"/><rect x="${n * 320 + 226}" y="380" width="66" height="170" fill="#4a4038"/>
			<rect x="${n * 320 + 40}" y="160" width="90" height="100" fill="#8fa3ad"/><rect x="${n * 320 + 180}" y="160" width="90" height="100" fill="#8fa3ad"/>`
		)
		.join('');
	return `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="960" viewBox="0 0 1280 960">
		<rect width="1280" height="960" fill="#c7d6de"/>${shops}
		<rect y="550" width="1280" height="210" fill="#b9b4a9"/>
		<path d="M0 760 H1280" stroke="#8d887d" stroke-width="16"/><rect y="768" width="1280" height="192" fill="#5a5d61"/>
		<path d="M60 880 H240 M400 880 H580 M740 880 H920 M1080 880 H1260" stroke="#e6e2d3" stroke-width="12"/>
		${[90, 1180].map((x) => `<rect x="${x}" y="430" width="22" height="250" fill="#6b4d34"/><circle cx="${x + 11}" cy="380" r="96" fill="#6f9a63"/>`).join('')}
		${onThePavement}</svg>`;
}
