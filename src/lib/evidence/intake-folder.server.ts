import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiProblem } from '#lib/database/problem.ts';
import { HEAD_BYTES, MAX_PHOTO_BYTES, photoType, type PhotoType } from './photo.ts';

export interface StagedPhoto {
	sha256: string;
	byteSize: number;
	type: PhotoType;
	path: string;
}

/**
 * A folder of photos by content: `arriving/` holds what is still being written and means nothing after a crash,
 * `kept/` what was acknowledged and is on the disk (file and directory synced) until the storage has it.
 */
export class IntakeFolder {
	readonly #arriving: string;
	readonly #kept: string;

	constructor(root: string) {
		this.#arriving = join(root, 'arriving');
		this.#kept = join(root, 'kept');
	}

	/** Empties `arriving/` and names the photos a former process acknowledged and did not get to store. */
	async open(): Promise<string[]> {
		await rm(this.#arriving, { recursive: true, force: true });
		await mkdir(this.#arriving, { recursive: true, mode: 0o700 });
		await mkdir(this.#kept, { recursive: true, mode: 0o700 });
		return (await readdir(this.#kept)).filter((name) => /^[0-9a-f]{64}$/.test(name));
	}

	pathOf(sha256: string): string {
		return join(this.#kept, sha256);
	}

	/**
	 * Writes a photo as it arrives and keeps it when it is whole: at most 20 MB, of a kind we take, and (when the sender
	 * said so) with this SHA-256. Whatever is wrong, nothing stays behind.
	 */
	async keep(chunks: AsyncIterable<Uint8Array>, expected: string | null): Promise<StagedPhoto> {
		const draft = join(this.#arriving, randomUUID());
		const file = await open(draft, 'wx', 0o600);
		try {
			const { sha256, byteSize, type } = await write(file, chunks);
			if (expected !== null && sha256 !== expected) throw new ApiProblem(422, 'hash_mismatch');
			await file.sync();
			await file.close();
			const path = this.pathOf(sha256);
			await rename(draft, path);
			await syncFolder(this.#kept);
			return { sha256, byteSize, type, path };
		} catch (error) {
			await file.close().catch(() => {});
			await rm(draft, { force: true });
			throw error;
		}
	}

	async has(sha256: string): Promise<boolean> {
		return stat(this.pathOf(sha256)).then(
			() => true,
			() => false
		);
	}

	async forget(sha256: string): Promise<void> {
		await rm(this.pathOf(sha256), { force: true });
	}
}

async function write(file: FileHandle, chunks: AsyncIterable<Uint8Array>) {
	const hash = createHash('sha256');
	let head = Buffer.alloc(0);
	let type: PhotoType | null = null;
	let byteSize = 0;
	for await (const chunk of chunks) {
		byteSize += chunk.byteLength;
		if (byteSize > MAX_PHOTO_BYTES) throw new ApiProblem(413, 'too_large', { limit: MAX_PHOTO_BYTES });
		// The first bytes say what it is: a video of a gigabyte is refused after its first packet.
		if (head.length < HEAD_BYTES) {
			head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
			type = photoType(head);
			if (head.length === HEAD_BYTES && !type) throw new ApiProblem(415, 'not_a_photo');
		}
		hash.update(chunk);
		await file.write(chunk);
	}
	if (byteSize === 0) throw new ApiProblem(422, 'empty_photo');
	if (!type) throw new ApiProblem(415, 'not_a_photo');
	return { sha256: hash.digest('hex'), byteSize, type };
}

/** A renamed file is only sure to be found after a power cut when its directory is on the disk too. */
async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}
