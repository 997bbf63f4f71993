import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Log } from '../log.ts';

/** An entry of the journal: something put in, or a note that it is dealt with. */
export type Entry<Body> = { seq: number; put: Body } | { seq: number; done: true };

const FRAME_HEADER = 8; // length, then CRC-32 of the payload
const MAX_PAYLOAD = 4 * 1024 * 1024;
const SEGMENT_SIZE = 8 * 1024 * 1024;

interface Segment {
	number: number;
	path: string;
	size: number;
	/** What was put into this segment and is not yet done. */
	open: Set<number>;
}

interface Waiting {
	frame: Buffer;
	entry: Entry<unknown>;
	settle: { resolve(): void; reject(error: Error): void };
}

/**
 * An append-only file of checksummed frames. `append` resolves when the frame is on the disk; all who wait meanwhile
 * share the next sync. Segments whose entries are all done are deleted, oldest first, since a later one may hold the
 * notes that an earlier one's entries are done.
 */
export class Journal<Body> {
	readonly #directory: string;
	readonly #log: Log;
	#segments: Segment[] = [];
	#file: FileHandle | null = null;
	#waiting: Waiting[] = [];
	#writing: Promise<void> | null = null;
	#lastSeq = 0;

	private constructor(directory: string, log: Log) {
		this.#directory = directory;
		this.#log = log;
	}

	/** Opens the directory and says what was put there and never noted as done, in the order it came. */
	static async open<Body>(directory: string, log: Log) {
		const journal = new Journal<Body>(directory, log);
		return { journal, unfinished: await journal.#recover() };
	}

	async put(body: Body): Promise<number> {
		const seq = ++this.#lastSeq;
		await this.#append({ seq, put: body });
		return seq;
	}

	/** Not waited for by anyone who must answer quickly: a lost note only means that the entry is offered again. */
	async done(seq: number): Promise<void> {
		await this.#append({ seq, done: true });
	}

	async close(): Promise<void> {
		await this.#writing;
		await this.#file?.close();
		this.#file = null;
		if (this.#segments.every(({ open }) => open.size === 0)) {
			for (const { path } of this.#segments) await rm(path, { force: true });
		}
	}

	#append(entry: Entry<Body>): Promise<void> {
		const payload = Buffer.from(JSON.stringify(entry));
		if (payload.length > MAX_PAYLOAD)
			return Promise.reject(new Error(`An entry exceeds ${MAX_PAYLOAD} bytes.`));
		const frame = Buffer.allocUnsafe(FRAME_HEADER + payload.length);
		frame.writeUInt32BE(payload.length, 0);
		frame.writeUInt32BE(crc32(payload), 4);
		payload.copy(frame, FRAME_HEADER);
		return new Promise((resolve, reject) => {
			this.#waiting.push({ frame, entry, settle: { resolve, reject } });
			this.#writing ??= this.#writeAll().finally(() => (this.#writing = null));
		});
	}

	async #writeAll(): Promise<void> {
		// One turn of the event loop: requests that arrived together share the sync.
		await new Promise((done) => setImmediate(done));
		while (this.#waiting.length > 0) {
			const batch = this.#waiting.splice(0, 1024);
			try {
				const segment = await this.#current();
				const bytes = Buffer.concat(batch.map(({ frame }) => frame));
				await this.#file!.write(bytes, 0, bytes.length, segment.size);
				// A note alone needs no sync of its own.
				if (batch.some(({ entry }) => 'put' in entry)) await this.#file!.datasync();
				segment.size += bytes.length;
				for (const { entry } of batch) this.#note(segment, entry);
				for (const { settle } of batch) settle.resolve();
				await this.#dropFinished();
			} catch (error) {
				// After a failed sync the kernel may believe the pages are clean: never write to this file again.
				await this.#file?.close().catch(() => undefined);
				this.#file = null;
				for (const { settle } of batch) settle.reject(error as Error);
			}
		}
	}

	#note(segment: Segment, entry: Entry<unknown>): void {
		if ('put' in entry) segment.open.add(entry.seq);
		else for (const { open } of this.#segments) open.delete(entry.seq);
	}

	async #current(): Promise<Segment> {
		const last = this.#segments.at(-1);
		if (this.#file && last && last.size < SEGMENT_SIZE) return last;
		await this.#file?.close();
		const number = (last?.number ?? 0) + 1;
		const path = join(this.#directory, `${String(number).padStart(8, '0')}.log`);
		this.#file = await open(path, 'wx', 0o600);
		await syncDirectory(this.#directory);
		const segment: Segment = { number, path, size: 0, open: new Set() };
		this.#segments.push(segment);
		return segment;
	}

	async #dropFinished(): Promise<void> {
		while (this.#segments.length > 1 && this.#segments[0]!.open.size === 0) {
			await rm(this.#segments.shift()!.path, { force: true });
		}
	}

	async #recover(): Promise<{ seq: number; body: Body }[]> {
		await mkdir(this.#directory, { recursive: true, mode: 0o700 });
		const names = (await readdir(this.#directory)).filter((name) => /^\d{8}\.log$/.test(name)).sort();
		const unfinished = new Map<number, Body>();
		for (const name of names) {
			const path = join(this.#directory, name);
			const bytes = await readFile(path);
			const segment: Segment = { number: Number(name.slice(0, 8)), path, size: 0, open: new Set() };
			this.#segments.push(segment);
			segment.size = readFrames<Body>(bytes, (entry) => {
				this.#lastSeq = Math.max(this.#lastSeq, entry.seq);
				this.#note(segment, entry);
				if ('put' in entry) unfinished.set(entry.seq, entry.put);
				else unfinished.delete(entry.seq);
			});
			if (segment.size < bytes.length) await this.#cutTail(segment, bytes);
		}
		await this.#dropFinished();
		return [...unfinished].map(([seq, body]) => ({ seq, body }));
	}

	/** What was being written when the power went was acknowledged to nobody; its bytes are kept for a person to see. */
	async #cutTail(segment: Segment, bytes: Buffer): Promise<void> {
		const tail = bytes.subarray(segment.size);
		this.#log.warn('spool_tail_cut', { segment: segment.number, kept: segment.size, cut: tail.length });
		await writeFile(`${segment.path}.tail-${segment.size}`, tail, { mode: 0o600 });
		const file = await open(segment.path, 'r+');
		await file.truncate(segment.size);
		await file.sync();
		await file.close();
	}
}

/** Reads frames until one is not whole; returns where that is. */
function readFrames<Body>(bytes: Buffer, each: (entry: Entry<Body>) => void): number {
	let at = 0;
	while (at + FRAME_HEADER <= bytes.length) {
		const length = bytes.readUInt32BE(at);
		const end = at + FRAME_HEADER + length;
		if (length === 0 || length > MAX_PAYLOAD || end > bytes.length) break;
		const payload = bytes.subarray(at + FRAME_HEADER, end);
		if (crc32(payload) !== bytes.readUInt32BE(at + 4)) break;
		each(JSON.parse(payload.toString('utf8')) as Entry<Body>);
		at = end;
	}
	return at;
}

async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, 'r');
	await directory.sync().catch(() => undefined); // not every file system can
	await directory.close();
}
