import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { keepOriginal } from '#lib/evidence/photos.server.ts';

/** A part of the upright picture, as fractions of its sides. */
interface Cover {
	x: number;
	y: number;
	w: number;
	h: number;
}

export interface DemoPhoto {
	bytes: Buffer;
	sha256: string;
	/** The same at half its size, as a JPEG too. */
	small: Buffer;
	/** Where its plate and its face are: what a person would cover. */
	covers: Cover[];
}

/** By what they show. The last `waiting` of each kind are those that nobody has looked at yet. */
export interface DemoPhotos {
	carwash: DemoPhoto[];
	taxi: DemoPhoto[];
	stall: DemoPhoto[];
	/** A kerb with nothing on it. */
	after: DemoPhoto[];
}

/** Of each kind so many are still to be covered, so that the desk of a new demo has something to do. */
export const waiting = 2;
const variants = 5;
const [width, height] = [1280, 960];

let drawn: Promise<DemoPhotos> | undefined;

/** The demo's photos: drawings of a kerb that nobody could take for a real place or person, yet with a plate and a face to cover. */
export function drawDemoPhotos(): Promise<DemoPhotos> {
	return (drawn ??= drawAll());
}

async function drawAll(): Promise<DemoPhotos> {
	const all = (scene: (variant: number) => Scene, count = variants) =>
		Promise.all(Array.from({ length: count }, (_, variant) => draw(scene(variant), variant)));
	// One kind after the other: together they would hold all of the machine's decoding threads.
	return {
		carwash: await all(carwash),
		taxi: await all(taxi),
		stall: await all(stall),
		after: await all(() => ({ picture: '', covers: [] }), 1)
	};
}

async function draw({ picture, covers }: Scene, variant: number): Promise<DemoPhoto> {
	const bytes = await sharp(Buffer.from(drawing(picture, variant)), { density: 96 })
		.jpeg({ quality: 78 })
		.toBuffer();
	const small = await sharp(bytes).resize(640).jpeg({ quality: 62 }).toBuffer();
	return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), small, covers };
}

/** Seals them like any other photos. */
export async function seedDemoPhotos(home: Home): Promise<void> {
	const client = serviceClient(home);
	for (const { bytes, sha256 } of Object.values(await drawDemoPhotos()).flat()) {
		await keepOriginal(client, sha256, bytes, 'image/jpeg');
		await call(client, 'record_photo', {
			sha256,
			byte_size: bytes.length,
			media_type: 'image/jpeg',
			claims: { width, height }
		});
	}
}

/** The demo's registrar covers what the history shows, but for the newest. Doing it twice changes nothing. */
export async function judgeDemoPhotos(registrar: Client): Promise<void> {
	const { after, ...kinds } = await drawDemoPhotos();
	const seen = Object.values(kinds).flatMap((photos) => photos.slice(0, -waiting));
	for (const photo of [...seen, ...after]) await judgeDemoPhoto(registrar, photo.sha256, photo.covers);
}

/** Covers or clears one photo that nobody has judged; one that is no case's evidence, or judged meanwhile, stays as it is. */
export async function judgeDemoPhoto(
	registrar: Client,
	sha256: string,
	covers: readonly Cover[]
): Promise<void> {
	const verdict = covers.length > 0 ? 'covered' : 'cleared';
	await call(registrar, 'judge_photo', { sha256, verdict, covers, revision: 0 }).catch((problem: unknown) => {
		if (!(problem instanceof ApiProblem) || (problem.status !== 404 && problem.status !== 409)) throw problem;
	});
}

interface Scene {
	picture: string;
	covers: Cover[];
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;
const box = (x: number, y: number, w: number, h: number): Cover => ({
	x: Math.round((x / width) * 1e4) / 1e4,
	y: Math.round((y / height) * 1e4) / 1e4,
	w: Math.round((w / width) * 1e4) / 1e4,
	h: Math.round((h / height) * 1e4) / 1e4
});
const plateBox = (x: number, y: number) => box(x + 300, y + 116, 66, 30);
const faceBox = (x: number, y: number) => box(x - 32, y - 36, 64, 70);

/** A drawn plate with letters that no country gives out. */
const plate = (x: number, y: number, n: number) =>
	`<g transform="translate(${x + 304} ${y + 120})"><rect width="58" height="22" rx="3" fill="#2456a6"/><path d="M7 6 v10 M13 6 h7 v10 h-7Z M26 6 l4 10 l4 -10 M40 6 h9 M40 11 h7 M40 16 h9" stroke="#fff" stroke-width="2.4" fill="none"/><circle cx="54" cy="${6 + (n % 5) * 2}" r="1.6" fill="#fff"/></g>`;
const person = (x: number, y: number, coat: string) =>
	`<rect x="${x - 28}" y="${y + 30}" width="56" height="128" rx="22" fill="${coat}"/><circle cx="${x}" cy="${y}" r="27" fill="#e3b892"/><path d="M${x - 27} ${y - 4} a27 27 0 0 1 54 0 q-27 -14 -54 0Z" fill="#3a2d25"/><circle cx="${x - 9}" cy="${y + 2}" r="3" fill="#2a211b"/><circle cx="${x + 9}" cy="${y + 2}" r="3" fill="#2a211b"/>`;

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

const paints = ['#3a78b8', '#8a3f36', '#4c5560', '#2f6b52', '#b08a2e'];

/** A car washed on the pavement. */
function carwash(n: number): Scene {
	const x = 380 + n * 45;
	const who = { x: 1010 - n * 20, y: 570 };
	return {
		picture: `${car(x, 560, pick(paints, n))}${plate(x, 560, n)}<path d="M${who.x} 640 q-60 30 -170 40" stroke="#37566d" stroke-width="12" fill="none"/>${drops}
			<ellipse cx="${x + 200}" cy="782" rx="330" ry="34" fill="#a9c7da" opacity="0.8"/>${person(who.x, who.y, pick(['#37566d', '#7a4b3a', '#55603c'], n))}`,
		covers: [plateBox(x, 560), faceBox(who.x, who.y)]
	};
}

/** Taxis that wait where none may. */
function taxi(n: number): Scene {
	const [x, y] = [170 + n * 30, 690];
	const who = { x: 560 + n * 24, y: 540 };
	return {
		picture: `${car(600 + n * 30, 620, pick(paints, n + 1))}${plate(600 + n * 30, 620, n)}${car(x, y, pick(paints, n + 2))}${plate(x, y, n + 1)}${person(who.x, who.y, '#2c3540')}`,
		covers: [plateBox(600 + n * 30, 620), plateBox(x, y), faceBox(who.x, who.y)]
	};
}

/** A stall before its shop. */
function stall(n: number): Scene {
	const who = { x: 330 + n * 130, y: 560 };
	return {
		picture: `<path d="M270 470 L960 470 L1010 520 L220 520Z" fill="${pick(['#c8553d', '#3f7a6b', '#a86c2c', '#5b5f97', '#7d4a6d'], n)}"/><path d="M408 470 L378 520 M546 470 L536 520 M684 470 L694 520 M822 470 L852 520" stroke="#f3e3cf" stroke-width="40"/>
			<rect x="250" y="520" width="14" height="260" fill="#6b5b4a"/><rect x="966" y="520" width="14" height="260" fill="#6b5b4a"/>${person(who.x, who.y, '#6b3f3f')}${crates}`,
		covers: [faceBox(who.x, who.y)]
	};
}

function drawing(onThePavement: string, variant: number): string {
	const walls = ['#c9bfae', '#b7c0c4', '#cfc3b4', '#aebbb5'];
	const shops = walls
		.map((_, n) => pick(walls, n + variant))
		.map(
			(wall, n) => `<rect x="${n * 320}" y="120" width="320" height="430" fill="${wall}"/>
			<rect x="${n * 320}" y="300" width="320" height="56" fill="${['#46606b', '#7a5a46', '#3f5f52', '#6a4f5f'][n]}"/>
			<rect x="${n * 320 + 30}" y="380" width="180" height="170" fill="#5d7280"/><rect x="${n * 320 + 226}" y="380" width="66" height="170" fill="#4a4038"/>
			<rect x="${n * 320 + 40}" y="160" width="90" height="100" fill="#8fa3ad"/><rect x="${n * 320 + 180}" y="160" width="90" height="100" fill="#8fa3ad"/>`
		)
		.join('');
	return `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="960" viewBox="0 0 1280 960">
		<rect width="1280" height="960" fill="${pick(['#c7d6de', '#d8d3c4', '#b9c8d6', '#d9dde0'], variant)}"/>${shops}
		<rect y="550" width="1280" height="210" fill="#b9b4a9"/>
		<path d="M0 760 H1280" stroke="#8d887d" stroke-width="16"/><rect y="768" width="1280" height="192" fill="#5a5d61"/>
		<path d="M60 880 H240 M400 880 H580 M740 880 H920 M1080 880 H1260" stroke="#e6e2d3" stroke-width="12"/>
		${[90, 1180].map((x) => `<rect x="${x}" y="430" width="22" height="250" fill="#6b4d34"/><circle cx="${x + 11}" cy="380" r="96" fill="#6f9a63"/>`).join('')}
		${onThePavement}</svg>`;
}
