import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { networkOf } from '#server/address.ts';
import { readClaims } from './claims.server.ts';
import { makeBoth } from './derivative.server.ts';
import { IntakeFolder } from './intake-folder.server.ts';
import { lanes, shares } from './lanes.ts';
import { MAX_PHOTO_BYTES, photoType, type PhotoType } from './photo.ts';
import type { Urgency } from './studio/studio.server.ts';
import { UnnamedPhotos } from './unnamed-photos.ts';

/** The buckets: private ones, which only the web server reads. */
export const ORIGINALS = 'originals';
export const DERIVATIVES = 'derivatives';
/** Connections that may be sending a photo at once; phones with a bad signal hold theirs for minutes. */
const UPLOADS_AT_ONCE = 192;
/** Of these for one network, so that nobody holds them all by sending slowly. */
const UPLOADS_EACH = 16;
/** Photos that wait to be looked at before anybody asks; beyond it they are looked at when somebody does. */
const MOST_CHECKS = 200;
const ROOM = {
	photos: 50_000,
	bytes: 4 * 1024 ** 3,
	photosEach: 500,
	bytesEach: 300 * 1024 ** 2,
	forgetAfter: 6 * 3_600_000
};

/** What strangers may send; told by whoever knows of senders and shares. */
export interface PhotoLimits {
	areOn(): boolean;
	/** Takes one photo from the share of an address, or throws when it is used up. */
	take(address: string): Promise<void>;
}

export interface ReceivedPhoto {
	sha256: string;
	isNew: boolean;
}

/** Takes photos in, durably, and sees to it that each ends up in the sealed storage and in the database's record. */
export class PhotoIntake {
	readonly #home: Home;
	readonly #folder: IntakeFolder;
	readonly #ready: Promise<void>;
	readonly #unnamed = new UnnamedPhotos(ROOM);
	readonly #stored = new Set<string>(); // lately stored: a repeated send is answered without storing again
	readonly #storing = new Map<string, Promise<void>>();
	readonly #upload = lanes(UPLOADS_AT_ONCE, 0, 3);
	readonly #inShare = shares(UPLOADS_EACH, () => new ApiProblem(429, 'too_busy', { retry_after: 3 }));
	readonly #store: ReturnType<typeof lanes>;
	readonly #wanted = new Set<string>(); // named by a report before they came
	readonly #checking = new Map<string, Promise<void>>();
	#limits: PhotoLimits = { areOn: () => true, take: async () => {} };
	#timeZone = 'Asia/Shanghai';
	#isClosed = false;

	constructor(home: Home, folder: IntakeFolder) {
		this.#home = home;
		this.#folder = folder;
		// The embedded database takes one call at a time; a project answers many, each after a flight of its own.
		this.#store = lanes(home.kind === 'embedded' ? 3 : 12, Number.POSITIVE_INFINITY);
		this.#ready = this.#open();
		this.#ready.catch(() => {});
	}

	async #open(): Promise<void> {
		const left = await this.#folder.open();
		for (const sha256 of left) void this.#storeSoon(sha256);
	}

	/**
	 * Reads one photo from `chunks` and answers once it cannot be lost any more: synced to the intake folder in the
	 * embedded home, stored and recorded in Supabase.
	 */
	receive(
		chunks: AsyncIterable<Uint8Array>,
		expected: string | null,
		announced = 0,
		address = ''
	): Promise<ReceivedPhoto> {
		const from = this.#limits.areOn() ? networkOf(address) : '';
		const take = async () => {
			await this.#ready;
			if (announced > MAX_PHOTO_BYTES) throw new ApiProblem(413, 'too_large', { limit: MAX_PHOTO_BYTES });
			if (!this.#unnamed.hasRoom(expected, announced, from, Date.now())) {
				throw new ApiProblem(429, 'photo_room_full', { retry_after: 120 });
			}
			const wasHere = expected !== null && (await this.isHere(expected));
			const isAskedFor = expected !== null && this.isNamed(expected);
			if (from !== '' && !wasHere && !isAskedFor) await this.#limits.take(address);
			const { sha256, byteSize } = await this.#folder.keep(chunks, expected);
			const isNew = !wasHere && !this.#stored.has(sha256) && !this.#storing.has(sha256);
			if (!this.#unnamed.hasRoom(sha256, byteSize, from, Date.now())) {
				await this.#folder.forget(sha256);
				throw new ApiProblem(429, 'photo_room_full', { retry_after: 120 });
			}
			this.#unnamed.arrived(sha256, byteSize, from, Date.now());
			if (this.#home.kind === 'embedded') void this.#storeSoon(sha256);
			else await this.#storeOnce(sha256);
			return { sha256, isNew };
		};
		return this.#inShare(from, () => this.#upload(take));
	}

	/** Whether a photo arrived here lately: then a report that names it needs nothing more. */
	async isHere(sha256: string): Promise<boolean> {
		return this.#stored.has(sha256) || this.#storing.has(sha256) || (await this.#folder.has(sha256));
	}

	/** Whether a photo is on its way into the storage: the database will know it in a moment, if it does not yet. */
	async isArriving(sha256: string): Promise<boolean> {
		return this.#storing.has(sha256) || (await this.#folder.has(sha256));
	}

	/** Whether a report accepted here names it, which the database may not have read yet. */
	isNamed(sha256: string): boolean {
		return this.#unnamed.isNamed(sha256);
	}

	/** A photo was cleared away as nobody's: a report that names it later asks for it again. */
	forgotten(sha256: string): void {
		this.#stored.delete(sha256);
	}

	/** A report that was accepted names these photos: somebody will look at them. */
	named(sha256s: string[]): void {
		for (const sha256 of sha256s) {
			this.#unnamed.named(sha256);
			if (this.#stored.has(sha256)) this.#checkSoon(sha256);
			else addBounded(this.#wanted, sha256, 20_000);
		}
	}

	useLimits(limits: PhotoLimits): void {
		this.#limits = limits;
	}

	useTimeZone(timeZone: string): void {
		this.#timeZone = timeZone;
	}

	/** Waits until nothing is being stored: for tests and for closing. */
	async settled(): Promise<void> {
		await this.#ready;
		while (this.#storing.size) await Promise.allSettled([...this.#storing.values()]);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await this.settled();
		await Promise.all(this.#checking.values());
	}

	/** Stores in the background and tries again until it succeeds: the database may be busy, or gone for a while. */
	#storeSoon(sha256: string): Promise<void> {
		const running = this.#storing.get(sha256);
		if (running) return running;
		const work = (async () => {
			for (let pause = 500; !this.#isClosed; pause = Math.min(pause * 2, 30_000)) {
				try {
					return await this.#store(() => this.#storeNow(sha256));
				} catch (error) {
					// Gone from the folder: whoever sent it again was refused and told to come back with it.
					if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
					// A refusal of the photo itself does not change by repeating; the file stays for a person to look at.
					if (
						error instanceof ApiProblem &&
						error.status >= 400 &&
						error.status < 500 &&
						error.status !== 429
					)
						return;
					await new Promise((resolve) => setTimeout(resolve, pause).unref());
				}
			}
		})().finally(() => this.#storing.delete(sha256));
		this.#storing.set(sha256, work);
		return work;
	}

	async #storeOnce(sha256: string): Promise<void> {
		const work = this.#store(() => this.#storeNow(sha256));
		this.#storing.set(sha256, work);
		try {
			await work;
		} catch (error) {
			await this.#folder.forget(sha256);
			throw error;
		} finally {
			this.#storing.delete(sha256);
		}
	}

	async #storeNow(sha256: string): Promise<void> {
		const bytes = await readFile(this.#folder.pathOf(sha256)).catch((error: NodeJS.ErrnoException) => {
			// Sent twice at once: the other one has stored it and tidied up.
			if (error.code === 'ENOENT' && this.#stored.has(sha256)) return null;
			throw error;
		});
		if (!bytes) return;
		const type = photoType(bytes.subarray(0, 32)) as PhotoType;
		const client = serviceClient(this.#home);
		const isNew = await keepOriginal(client, sha256, bytes, type);
		const claims = await readClaims(bytes, type, this.#timeZone);
		await call(client, 'record_photo', { sha256, byte_size: bytes.length, media_type: type, claims });
		// An original that was there before us may just have been cleared away as nobody's; from here on it has an owner.
		if (!isNew) await keepOriginal(client, sha256, bytes, type);
		addBounded(this.#stored, sha256, 20_000);
		await this.#folder.forget(sha256);
		if (this.#wanted.delete(sha256)) this.#checkSoon(sha256);
	}

	/**
	 * Makes the pictures of a photo that a report names before anybody asks, when there is nothing better to do: the desk
	 * need not wait, and a photo that cannot be opened is marked so. What strangers send beside reports is not decoded.
	 */
	#checkSoon(sha256: string): void {
		if (this.#isClosed || this.#checking.has(sha256) || this.#checking.size >= MOST_CHECKS) return;
		const work = (async () => {
			// Taking in comes first: decoding and storing pictures would slow it down.
			while (this.#storing.size > 0 && !this.#isClosed) {
				await new Promise((resolve) => setTimeout(resolve, 250).unref());
			}
			// A refusal is marked; whatever else goes wrong is met again by whoever looks at the photo.
			if (!this.#isClosed) await picturesOf(serviceClient(this.#home), sha256, 'ahead').catch(() => {});
		})().finally(() => this.#checking.delete(sha256));
		this.#checking.set(sha256, work);
	}
}

/** Forgets the oldest of more than `most`. */
function addBounded(set: Set<string>, value: string, most: number): void {
	set.add(value);
	if (set.size > most) set.delete(set.values().next().value as string);
}

// One per home and process, although the entry point and the bundled pages each have their own copy of this module.
const key = Symbol.for('kerbside.photo-intake');
const shared = globalThis as { [key]?: WeakMap<Home, PhotoIntake> };

export function photoIntake(home: Home = getHome()): PhotoIntake {
	const intakes = (shared[key] ??= new WeakMap());
	let intake = intakes.get(home);
	if (!intake) {
		intake = new PhotoIntake(
			home,
			new IntakeFolder(join(process.env.DATA_DIR ?? '.data', 'intake', 'photos'))
		);
		intakes.set(home, intake);
	}
	return intake;
}

const pathOf = (sha256: string) => `${sha256.slice(0, 2)}/${sha256}`;
const picturePath = (sha256: string, size: PictureSize) =>
	`${pathOf(sha256)}${size === 'small' ? '.small' : ''}.webp`;
const markPath = (sha256: string) => `${pathOf(sha256)}.refused.json`;

export type PictureSize = 'large' | 'small';

/** Seals an original in the storage. Bytes that are there already are no error; answers whether they were not. */
export function keepOriginal(
	client: Client,
	sha256: string,
	bytes: Buffer,
	type: PhotoType
): Promise<boolean> {
	return keepObject(client, ORIGINALS, pathOf(sha256), bytes, type);
}

/** The sealed bytes, for whoever has asked the database first; null when they are not there (yet). */
export function readOriginal(service: Client, sha256: string): Promise<Buffer | null> {
	return readObject(service, ORIGINALS, pathOf(sha256));
}

/** Writes an object that never changes: that it is there already is as good as having written it. */
export async function keepObject(
	client: Client,
	bucket: string,
	path: string,
	bytes: Buffer,
	contentType: string
): Promise<boolean> {
	const upload = () => client.storage.from(bucket).upload(path, bytes, { contentType, upsert: false });
	let { error } = await upload();
	if (error && statusOf(error) === 404) {
		// The first photo of an installation finds no bucket yet. Two that come at once both make it; one is told it exists.
		await client.storage.createBucket(bucket, { public: false });
		({ error } = await upload());
	}
	if (!error) return true;
	if (statusOf(error) === 409) return false;
	throw new ApiProblem(503, 'unreachable', { retry_after: 2 }, { cause: error });
}

export async function readObject(client: Client, bucket: string, path: string): Promise<Buffer | null> {
	const { data, error } = await client.storage.from(bucket).download(path);
	if (data) return Buffer.from(await data.arrayBuffer());
	if ([400, 404].includes(statusOf(error))) return null;
	throw new ApiProblem(503, 'unreachable', { retry_after: 2 }, { cause: error });
}

/** Removes objects for good. Those that are not there are no error. */
export async function removeObject(client: Client, bucket: string, ...paths: string[]): Promise<void> {
	const { error } = await client.storage.from(bucket).remove(paths);
	if (!error || [400, 404].includes(statusOf(error))) return;
	throw new ApiProblem(503, 'unreachable', { retry_after: 2 }, { cause: error });
}

/** Removes a photo that nothing names any more: the sealed original and every picture made of it. */
export async function removePhoto(service: Client, sha256: string): Promise<void> {
	const pictures = [picturePath(sha256, 'large'), picturePath(sha256, 'small'), markPath(sha256)];
	await removeObject(service, DERIVATIVES, ...pictures);
	await removeObject(service, ORIGINALS, pathOf(sha256));
}

/** Storage tells a conflict or an absence in `statusCode`, whatever the HTTP status is. */
function statusOf(error: unknown): number {
	const { status, statusCode } = (error ?? {}) as { status?: number; statusCode?: string };
	return Number(statusCode ?? status ?? 0);
}

/**
 * A photo for a member of staff. The database decides under the caller's own identity whether they may see it and
 * writes down who opened an original and what for; only then are the sealed bytes read.
 */
export async function photoForStaff(
	caller: Client,
	sha256: string,
	purpose: string,
	size: PictureSize = 'large',
	home: Home = getHome()
): Promise<{ bytes: Buffer; type: string }> {
	const access = (await call(caller, 'photo_access', { sha256, purpose })) as { media_type?: string };
	const service = serviceClient(home);
	if (purpose !== 'derivative') {
		const bytes = await readOriginal(service, sha256);
		if (!bytes) throw new ApiProblem(404, 'not_found');
		return { bytes, type: access.media_type ?? 'application/octet-stream' };
	}
	const kept = await readObject(service, DERIVATIVES, picturePath(sha256, size));
	return { bytes: kept ?? (await picturesOf(service, sha256))[size], type: 'image/webp' };
}

type Pictures = Record<PictureSize, Buffer>;
const making = new Map<string, { work: Promise<Pictures>; urgency: Urgency }>();

/** Two people looking at one new photo make its pictures once. Somebody who looks does not wait behind work done ahead. */
function picturesOf(service: Client, sha256: string, urgency: Urgency = 'looking'): Promise<Pictures> {
	const running = making.get(sha256);
	if (running && (urgency === 'ahead' || running.urgency === 'looking')) return running.work;
	const entry = { work: makePictures(service, sha256, urgency), urgency };
	making.set(sha256, entry);
	const done = () => {
		if (making.get(sha256) === entry) making.delete(sha256);
	};
	entry.work.then(done, done);
	return entry.work;
}

async function makePictures(service: Client, sha256: string, urgency: Urgency): Promise<Pictures> {
	await throwMark(service, sha256);
	const original = await readOriginal(service, sha256);
	if (!original) throw new ApiProblem(404, 'not_found');
	try {
		const pictures = await makeBoth(original, urgency);
		await keepObject(service, DERIVATIVES, picturePath(sha256, 'small'), pictures.small, 'image/webp');
		await keepObject(service, DERIVATIVES, picturePath(sha256, 'large'), pictures.large, 'image/webp');
		return pictures;
	} catch (error) {
		if (error instanceof ApiProblem && error.status === 422) {
			// Lists say it in words; the mark saves the next reader the decoding.
			await call(service, 'note_unreadable', { sha256, code: error.code });
			await keepMark(service, sha256, error.code);
		}
		throw error;
	}
}

/** Changes when the decoders do: photos that an older version refused are tried again. */
const DECODERS = 1;

/** A photo that was refused once is not decoded again and again: hostile ones cost seconds each time. */
async function throwMark(service: Client, sha256: string): Promise<void> {
	const bytes = await readObject(service, DERIVATIVES, markPath(sha256));
	if (!bytes) return;
	const { code, decoders } = JSON.parse(bytes.toString('utf8')) as { code: string; decoders: number };
	if (decoders >= DECODERS) throw new ApiProblem(422, code);
	await removeObject(service, DERIVATIVES, markPath(sha256));
}

async function keepMark(service: Client, sha256: string, code: string): Promise<void> {
	const mark = Buffer.from(JSON.stringify({ code, decoders: DECODERS }));
	await keepObject(service, DERIVATIVES, markPath(sha256), mark, 'application/json');
}
