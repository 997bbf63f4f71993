import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import type { Log } from '#lib/database/log.ts';
import { anchorKey, readAnchors, sealOf, type Anchor, type AnchorFile } from './anchors.ts';

interface Marks {
	epoch: string;
	from: number | null;
	to: number | null;
	hash: string | null;
	marks: string | null;
	head: number;
}

const fileName = 'anchors.jsonl';

/** All anchors in a folder, each seal checked; none when there is no file yet. */
export async function anchorsOf(folder: string, key: Buffer): Promise<AnchorFile> {
	const text = await readFile(join(folder, fileName), 'utf8').catch((problem: NodeJS.ErrnoException) => {
		if (problem.code === 'ENOENT') return '';
		throw problem;
	});
	return readAnchors(text, key);
}

/** The end of an anchor file: what a new line is written after, whatever the file's length. */
export interface AnchorEnd {
	last: Anchor | null;
	/** The last line is not as it was written. */
	isBroken: boolean;
	/** Bytes of whole lines; beyond them lies at most what a crash left of one. */
	bytes: number;
}

const pieceBytes = 512 * 1024;

/** Reads from the end as far back as the last two whole lines need: a seal is over the line before. O(1) in the file's length. */
export async function anchorEnd(folder: string, key: Buffer): Promise<AnchorEnd> {
	const file = await open(join(folder, fileName), 'r').catch((problem: NodeJS.ErrnoException) => {
		if (problem.code === 'ENOENT') return null;
		throw problem;
	});
	if (!file) return { last: null, isBroken: false, bytes: 0 };
	try {
		const { size } = await file.stat();
		let tail = Buffer.alloc(0);
		let lines: string[] = [];
		for (let start = size; ;) {
			const piece = Buffer.alloc(Math.min(pieceBytes, start));
			start -= piece.length;
			await file.read(piece, 0, piece.length, start);
			tail = Buffer.concat([piece, tail]);
			const whole = tail.lastIndexOf('\n') + 1;
			lines = tail.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
			// The first of them may have begun before the piece.
			if (start > 0 && lines.length < 3) continue;
			const [before, last] = [lines.at(-2), lines.at(-1)];
			const bytes = start + whole;
			if (last === undefined) return { last: null, isBroken: false, bytes };
			const read = readAnchors(`${last}\n`, key, before === undefined ? '' : sealIn(before));
			return { last: read.anchors[0] ?? null, isBroken: read.fault !== null, bytes };
		}
	} finally {
		await file.close();
	}
}

function sealIn(line: string): string {
	try {
		return String((JSON.parse(line) as { seal?: unknown }).seal);
	} catch {
		return '';
	}
}

export type Anchored =
	| { kind: 'written'; to: number; hash: string }
	| { kind: 'nothing_new' }
	/** The log or the file is not what it was: nothing is written over the traces. */
	| { kind: 'refused'; why: 'file_broken' | 'log_differs' | 'another_log' };

export interface AnchorOptions {
	now?: () => Date;
	/** A person has said that another log stands here now (a new database): it is witnessed from its beginning. */
	isNewLog?: boolean;
}

/**
 * Writes down what the log has become since the last line: appended and synced, never rewritten. Each line is sealed over the
 * one before. A log that no longer agrees with its last line is not anchored any further.
 */
export async function anchorLog(
	home: Home,
	folder: string,
	{ now = () => new Date(), isNewLog = false }: AnchorOptions = {}
): Promise<Anchored> {
	const client = serviceClient(home);
	const key = anchorKey(home.secret);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const end = await anchorEnd(folder, key);
	if (end.isBroken) return { kind: 'refused', why: 'file_broken' };
	let { last, bytes } = end;
	const there = last ? await endOf(client, last) : null;
	const isAnother = last !== null && there?.epoch !== last.epoch;
	if (isAnother && !isNewLog) return { kind: 'refused', why: 'another_log' };
	if (last && !isAnother && (there?.to !== last.to || there.hash !== last.hash))
		return { kind: 'refused', why: 'log_differs' };
	let from = isAnother ? 0 : (last?.to ?? 0);
	let written: Anchored = { kind: 'nothing_new' };
	for (;;) {
		const marks = await call<Marks>(client, 'log_marks', { after: from }, { isRead: true });
		if (marks.from === null || marks.to === null || !marks.hash || !marks.marks) return written;
		const line = {
			at: now().toISOString(),
			epoch: marks.epoch,
			from: marks.from,
			to: marks.to,
			hash: marks.hash,
			marks: marks.marks
		};
		const anchor: Anchor = { ...line, seal: sealOf(key, last?.seal ?? '', line) };
		bytes = await append(join(folder, fileName), bytes, `${JSON.stringify(anchor)}\n`);
		last = anchor;
		from = anchor.to;
		written = { kind: 'written', to: anchor.to, hash: anchor.hash };
		if (anchor.to >= marks.head) return written;
	}
}

/** The log's link at an anchor's end, as it is now. */
function endOf(client: ReturnType<typeof serviceClient>, { to }: Anchor): Promise<Marks> {
	return call<Marks>(client, 'log_marks', { after: to - 1, max_rows: 1 }, { isRead: true });
}

/** Adds a line after so many bytes of whole lines and syncs it: what a crash left of another is cut off first. Answers the bytes there are now. */
async function append(path: string, bytes: number, line: string): Promise<number> {
	const file = await open(path, 'a', 0o600);
	try {
		await file.truncate(bytes);
		await file.appendFile(line);
		await file.sync();
		return bytes + Buffer.byteLength(line);
	} finally {
		await file.close();
	}
}

const everyMs = 10 * 60_000;

/** Anchors now and every ten minutes; a refusal is logged loudly each time. Returns how to stop. */
export function keepAnchoring(home: Home, folder: string, log: Log, every = everyMs): () => void {
	let isBusy = false;
	const turn = async () => {
		if (isBusy) return;
		isBusy = true;
		try {
			const anchored = await anchorLog(home, folder);
			if (anchored.kind === 'refused') log.error('log_not_anchored', { why: anchored.why });
			// Whoever keeps the server's own log elsewhere has a second witness.
			else if (anchored.kind === 'written')
				log.info('log_anchored', { position: anchored.to, hash: anchored.hash });
		} catch (problem) {
			log.warn('log_not_anchored', { why: (problem as Error).message });
		} finally {
			isBusy = false;
		}
	};
	const timer = setInterval(() => void turn(), every);
	timer.unref();
	void turn();
	return () => clearInterval(timer);
}
