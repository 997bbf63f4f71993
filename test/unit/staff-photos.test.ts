import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceClient, type Client } from '#lib/database/client.server.ts';
import {
	DERIVATIVES,
	photoForStaff,
	photoIntake,
	readObject,
	readOriginal
} from '#lib/evidence/photos.server.ts';
import { photoStudio } from '#lib/evidence/studio/studio.server.ts';
import { hire, openWorld, type World } from '#test/fuzz/world.ts';

let world: World;
let service: Client;
let desk: Client;
let inspector: Client;

beforeAll(async () => {
	world = await openWorld();
	service = serviceClient(world.home);
	desk = await hire(world.home, 'desk', ['registrar']);
	inspector = await hire(world.home, 'inspector', ['inspector']);
}, 180_000);

afterAll(async () => {
	await world?.close();
	photoStudio().close();
});

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const photo = (background: string) =>
	sharp({ create: { width: 900, height: 600, channels: 3, background } })
		.jpeg()
		.toBuffer();
/** Begins as a photo does, and is none. */
const junk = (words: string) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(words)]);

async function arrive(bytes: Buffer): Promise<string> {
	async function* chunks() {
		yield bytes;
	}
	const { sha256 } = await photoIntake(world.home).receive(chunks(), sha(bytes));
	await photoIntake(world.home).settled();
	return sha256;
}

/** A report of an inspector that names the photo. */
async function report(sha256: string): Promise<void> {
	const { uuidv7 } = await import('uuidv7');
	const { error } = await inspector.rpc('submit_staff_report', {
		report: {
			...{ id: uuidv7(), category: '0551', lng: 119.455, lat: 32.7801, accuracy_m: 9, description: '' },
			...{ location_source: 'device', observed_at: new Date().toISOString() },
			photos: [{ sha256, role: 'near' }]
		},
		code_hash: sha(Buffer.from(`code ${sha256}`)),
		pin_hash: sha(Buffer.from(`pin ${sha256}`)),
		body_hash: sha(Buffer.from(`body ${sha256}`))
	} as never);
	if (error) throw new Error(error.message);
	photoIntake(world.home).named([sha256]);
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => 'done',
		(error: { status?: number; code?: string }) => `${error.status} ${error.code}`
	);
}

async function untilThere(path: string): Promise<Buffer> {
	for (const end = Date.now() + 15_000; Date.now() < end;) {
		const bytes = await readObject(service, DERIVATIVES, path);
		if (bytes) return bytes;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`${path}: not within 15 s.`);
}

describe('a photo for staff', () => {
	it('comes large and small, each made once', async () => {
		const sha256 = await arrive(await photo('#357'));
		await report(sha256);
		const large = await photoForStaff(desk, sha256, 'derivative', 'large', world.home);
		const small = await photoForStaff(desk, sha256, 'derivative', 'small', world.home);
		const sizes = await Promise.all(
			[large, small].map(async ({ bytes }) => (await sharp(bytes).metadata()).width)
		);
		expect([large.type, small.type, ...sizes]).toEqual(['image/webp', 'image/webp', 900, 480]);
		expect((await photoForStaff(desk, sha256, 'derivative', 'large', world.home)).bytes).toEqual(large.bytes);
	});

	it('is ready before anybody asks, once a report names it', async () => {
		const sha256 = await arrive(await photo('#753'));
		const path = `${sha256.slice(0, 2)}/${sha256}`;
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(await readObject(service, DERIVATIVES, `${path}.webp`)).toBeNull();
		await report(sha256);
		expect((await untilThere(`${path}.webp`)).length).toBeGreaterThan(100);
		expect((await untilThere(`${path}.small.webp`)).length).toBeGreaterThan(100);
	});

	it('that cannot be opened is kept sealed, refused in words, and not tried again', async () => {
		const bytes = junk('no picture at all');
		const sha256 = await arrive(bytes);
		await report(sha256);
		await untilThere(`${sha256.slice(0, 2)}/${sha256}.refused.json`);
		photoStudio().close();
		for (const size of ['large', 'small'] as const) {
			expect(await refusalOf(photoForStaff(desk, sha256, 'derivative', size, world.home))).toBe(
				'422 photo_unreadable'
			);
		}
		// No decoder was started for that.
		expect(photoStudio().pids).toEqual([]);
		expect(await readOriginal(service, sha256)).toEqual(bytes);
	});

	it('that nobody reported is nobody’s to see', async () => {
		const sha256 = await arrive(await photo('#537'));
		for (const size of ['large', 'small'] as const) {
			expect(await refusalOf(photoForStaff(desk, sha256, 'derivative', size, world.home))).toBe(
				'404 not_found'
			);
		}
	});
});
