import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readClaims } from './claims.server.ts';
import { makeDerivative } from './derivative.server.ts';
import { IntakeFolder } from './intake-folder.server.ts';
import { lanes } from './lanes.ts';
import { MAX_PHOTO_BYTES, photoType, type PhotoType } from './photo.ts';
import { senderOf, UnnamedPhotos } from './unnamed-photos.ts';

const ORIGINALS = 'originals';
const DERIVATIVES = 'derivatives';
/** Connections that may be sending a photo at once; phones with a bad signal hold theirs for minutes. */
const UPLOADS_AT_ONCE = 192;
const ROOM = { photos: 50_000, bytes: 4 * 1024 ** 3, photosEach: 500, forgetAfter: 6 * 3_600_000 };

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
	readonly #store: ReturnType<typeof lanes>;
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
		const from = senderOf(address);
		return this.#upload(async () => {
			await this.#ready;
			if (announced > MAX_PHOTO_BYTES) throw new ApiProblem(413, 'too_large', { limit: MAX_PHOTO_BYTES });
			if (!this.#unnamed.hasRoom(expected, announced, from, Date.now())) {
				throw new ApiProblem(429, 'photo_room_full', { retry_after: 120 });
			}
			const wasHere = expected !== null && (await this.isHere(expected));
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
		});
	}

	/** Whether a photo arrived here lately: then a report that names it needs nothing more. */
	async isHere(sha256: string): Promise<boolean> {
		return this.#stored.has(sha256) || this.#storing.has(sha256) || (await this.#folder.has(sha256));
	}

	/** A report that was accepted names these photos. */
	named(sha256s: string[]): void {
		for (const sha256 of sha256s) this.#unnamed.named(sha256);
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
		await keepOriginal(client, sha256, bytes, type);
		const claims = await readClaims(bytes, type, this.#timeZone);
		await call(client, 'record_photo', { sha256, byte_size: bytes.length, media_type: type, claims });
		this.#stored.add(sha256);
		if (this.#stored.size > 20_000) this.#stored.delete(this.#stored.values().next().value as string);
		await this.#folder.forget(sha256);
	}
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

const originalPath = (sha256: string) => `${sha256.slice(0, 2)}/${sha256}`;
const derivativePath = (sha256: string) => `${sha256.slice(0, 2)}/${sha256}.webp`;

/** Seals an original in the storage. Bytes that are there already are no error. */
export function keepOriginal(client: Client, sha256: string, bytes: Buffer, type: PhotoType): Promise<void> {
	return keepObject(client, ORIGINALS, originalPath(sha256), bytes, type);
}

/** Writes an object that never changes: that it is there already is as good as having written it. */
async function keepObject(client: Client, bucket: string, path: string, bytes: Buffer, contentType: string) {
	const upload = () => client.storage.from(bucket).upload(path, bytes, { contentType, upsert: false });
	let { error } = await upload();
	if (error && statusOf(error) === 404) {
		// The first photo of an installation finds no bucket yet. Two that come at once both make it; one is told it exists.
		await client.storage.createBucket(bucket, { public: false });
		({ error } = await upload());
	}
	if (!error || statusOf(error) === 409) return;
	throw new ApiProblem(503, 'unreachable', { retry_after: 2 }, { cause: error });
}

async function readObject(client: Client, bucket: string, path: string): Promise<Buffer | null> {
	const { data, error } = await client.storage.from(bucket).download(path);
	if (data) return Buffer.from(await data.arrayBuffer());
	if ([400, 404].includes(statusOf(error))) return null;
	throw new ApiProblem(503, 'unreachable', { retry_after: 2 }, { cause: error });
}

/** Storage tells a conflict or an absence in `statusCode`, whatever the HTTP status is. */
function statusOf(error: unknown): number {
	const { status, statusCode } = (error ?? {}) as { status?: number; statusCode?: string };
	return Number(statusCode ?? status ?? 0);
}

const making = new Map<string, Promise<Buffer>>();

/**
 * A photo for a member of staff. The database decides under the caller's own identity whether they may see it and
 * writes down who opened an original and what for; only then are the sealed bytes read.
 */
export async function photoForStaff(
	caller: Client,
	sha256: string,
	purpose: string,
	home: Home = getHome()
): Promise<{ bytes: Buffer; type: string }> {
	const access = (await call(caller, 'photo_access', { sha256, purpose })) as { media_type?: string };
	const service = serviceClient(home);
	if (purpose !== 'derivative') {
		const bytes = await readObject(service, ORIGINALS, originalPath(sha256));
		if (!bytes) throw new ApiProblem(404, 'not_found');
		return { bytes, type: access.media_type ?? 'application/octet-stream' };
	}
	const kept = await readObject(service, DERIVATIVES, derivativePath(sha256));
	return { bytes: kept ?? (await makeOnce(service, sha256)), type: 'image/webp' };
}

/** Two people looking at one new photo make its derivative once. */
function makeOnce(service: Client, sha256: string): Promise<Buffer> {
	const running = making.get(sha256);
	if (running) return running;
	const work = (async () => {
		const original = await readObject(service, ORIGINALS, originalPath(sha256));
		if (!original) throw new ApiProblem(404, 'not_found');
		const derivative = await makeDerivative(original);
		await keepObject(service, DERIVATIVES, derivativePath(sha256), derivative, 'image/webp');
		return derivative;
	})().finally(() => making.delete(sha256));
	making.set(sha256, work);
	return work;
}
