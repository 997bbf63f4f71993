import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { invalidKey, noObject, tooLarge } from './storage-answers.ts';

const BUCKET = /^[a-z0-9][a-z0-9_-]{0,62}$/;
// The characters Supabase Storage takes, less those some file system refuses.
const SEGMENT = /^[\w!\-.'() &$@=;+,]{1,200}$/;
const MAX_KEY = 900;
const INCOMING = '.incoming'; // no bucket's name starts with a dot

/** Bytes that are safe on disk but belong to no object yet: `place` or `discard` them. */
export interface Incoming {
	file: string;
	size: number;
	etag: string;
}

export interface Files {
	receive(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Incoming>;
	place(incoming: Incoming, bucket: string, key: string): Promise<void>;
	discard(incoming: Incoming): Promise<void>;
	/** The bytes, opened when the first are asked for; a refusal when they are not there. */
	read(bucket: string, key: string): Promise<{ size: number; body: ReadableStream<Uint8Array> }>;
	remove(bucket: string, key: string): Promise<void>;
}

export function checkBucketName(name: unknown): string {
	if (typeof name !== 'string' || !BUCKET.test(name)) throw invalidKey(String(name));
	return name;
}

/** A key is a relative path of plain names: nothing in it can lead out of its bucket. */
export function checkKey(key: string): string {
	const segments = key.split('/');
	const isPlain = segments.every((segment) => SEGMENT.test(segment) && !segment.startsWith('.'));
	if (!isPlain || key.length > MAX_KEY) throw invalidKey(key);
	return key;
}

/** `directory` holds `<bucket>/<key>`; a file there is whole, because it is written elsewhere and renamed. */
export function openFiles(directory: string): Files {
	const incomingDirectory = join(directory, INCOMING);
	const pathOf = (bucket: string, key: string) =>
		join(directory, checkBucketName(bucket), ...checkKey(key).split('/'));
	// What an interrupted start left half-written belongs to nobody.
	const ready = rm(incomingDirectory, { recursive: true, force: true }).then(() =>
		mkdir(incomingDirectory, { recursive: true })
	);
	ready.catch(() => undefined); // each call below awaits it and reports the failure itself

	return {
		async receive(body, maxBytes) {
			await ready;
			const file = join(incomingDirectory, randomUUID());
			const handle = await open(file, 'wx', 0o600);
			const hash = createHash('md5'); // an ETag as S3 gives it, no proof of anything
			let size = 0;
			try {
				for await (const chunk of body ?? []) {
					size += chunk.byteLength;
					if (size > maxBytes) throw tooLarge();
					hash.update(chunk);
					await handle.writeFile(chunk);
				}
				await handle.sync();
			} catch (error) {
				await handle.close();
				await rm(file, { force: true });
				throw error;
			}
			await handle.close();
			return { file, size, etag: `"${hash.digest('hex')}"` };
		},

		async place(incoming, bucket, key) {
			const target = pathOf(bucket, key);
			const parent = dirname(target);
			try {
				const firstNew = await mkdir(parent, { recursive: true, mode: 0o700 });
				await rename(incoming.file, target);
				await syncDirectories(parent, firstNew ? dirname(firstNew) : parent);
			} catch (error) {
				const { code } = error as NodeJS.ErrnoException;
				// `a` and `a/b` cannot both be files.
				if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') throw invalidKey(key);
				throw error;
			}
		},

		async discard(incoming) {
			await rm(incoming.file, { force: true });
		},

		async read(bucket, key) {
			const path = pathOf(bucket, key);
			const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
				if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
				throw error;
			});
			if (!found?.isFile()) throw noObject();
			return { size: found.size, body: lazyStream(path) };
		},

		async remove(bucket, key) {
			const path = pathOf(bucket, key);
			await rm(path, { force: true });
			// Folders are not kept for their own sake; one that is not empty refuses to go.
			for (let parent = dirname(path); parent !== join(directory, bucket); parent = dirname(parent)) {
				if (
					(await readdir(parent).catch(() => ['?'])).length ||
					!(await rmdir(parent).then(
						() => true,
						() => false
					))
				)
					break;
			}
		}
	};
}

/** A new name survives a power cut once every directory that gained an entry is on disk. */
async function syncDirectories(from: string, to: string): Promise<void> {
	for (let directory = from; ; directory = dirname(directory)) {
		const handle = await open(directory, 'r');
		await handle.sync().finally(() => handle.close());
		if (directory === to) return;
	}
}

/** Opens the file at the first read, so that a response nobody consumes holds nothing open. */
function lazyStream(path: string): ReadableStream<Uint8Array> {
	let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				reader ??= (Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>).getReader();
				const { done, value } = await reader.read();
				if (done) controller.close();
				else controller.enqueue(value);
			},
			async cancel(reason) {
				await reader?.cancel(reason);
			}
		},
		{ highWaterMark: 0 }
	);
}
