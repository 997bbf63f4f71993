// Files waiting to be looked at and imported. They lie in the data directory until they are imported, given up, or a day
// old; each belongs to the administrator who brought it.
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportFile, ImportKind } from '#lib/city/import/importer.ts';
import { getSettings } from '#server/settings.ts';

export interface Upload {
	token: string;
	owner: string;
	kind: ImportKind;
	/** The file's name, for people. */
	name: string;
	/** What the form said about the file, by field. */
	options: Record<string, string>;
	/** Bytes to come; what lies here may still be less. */
	size: number;
}

/** The largest file the pages take; the command line takes larger ones. */
export const mostBytes = 256 * 1024 * 1024;
const keptForMs = 24 * 60 * 60_000;
const tokenShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function folder(): string {
	return join(getSettings().dataDir, 'uploads');
}
const bytesOf = (token: string) => join(folder(), `${token}.part`);
const aboutOf = (token: string) => join(folder(), `${token}.json`);

/** Announces a file; its bytes follow by `addPart`. */
export async function openUpload(about: Omit<Upload, 'token'>): Promise<Upload> {
	await mkdir(folder(), { recursive: true, mode: 0o700 });
	await sweep();
	const upload = { ...about, name: about.name.slice(-120), token: randomUUID() };
	await writeFile(bytesOf(upload.token), '', { mode: 0o600 });
	await writeFile(aboutOf(upload.token), JSON.stringify(upload), { mode: 0o600 });
	return upload;
}

/** Parts of one file are added one after the other, however they arrive. */
const adding = new Map<string, Promise<unknown>>();

/** Adds bytes at `offset`; a part that is here already is not added twice. Answers how many bytes are here now. */
export async function addPart(upload: Upload, offset: number, bytes: Uint8Array): Promise<number> {
	const before = adding.get(upload.token) ?? Promise.resolve();
	const mine = before.catch(() => {}).then(() => append(upload, offset, bytes));
	adding.set(upload.token, mine);
	try {
		return await mine;
	} finally {
		if (adding.get(upload.token) === mine) adding.delete(upload.token);
	}
}

async function append(upload: Upload, offset: number, bytes: Uint8Array): Promise<number> {
	const { size: here } = await stat(bytesOf(upload.token));
	if (offset < here) return here;
	if (offset > here || here + bytes.length > Math.min(upload.size, mostBytes)) return here;
	await appendFile(bytesOf(upload.token), bytes);
	return here + bytes.length;
}

/** The upload of that token, if it is this person's; null otherwise. */
export async function findUpload(token: string, owner: string): Promise<Upload | null> {
	if (!tokenShape.test(token)) return null;
	try {
		const upload = JSON.parse(await readFile(aboutOf(token), 'utf8')) as Upload;
		return upload.owner === owner ? upload : null;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
}

/** Other words about the same file: a mapping corrected, another datum. */
export async function retell(upload: Upload, options: Record<string, string>): Promise<Upload> {
	const told = { ...upload, options: { ...upload.options, ...options } };
	await writeFile(aboutOf(upload.token), JSON.stringify(told), { mode: 0o600 });
	return told;
}

export async function isWhole(upload: Upload): Promise<boolean> {
	return (await stat(bytesOf(upload.token))).size === upload.size;
}

export async function readUpload(upload: Upload): Promise<ImportFile> {
	return { name: upload.name, bytes: await readFile(bytesOf(upload.token)) };
}

export async function dropUpload(token: string): Promise<void> {
	await Promise.all([rm(bytesOf(token), { force: true }), rm(aboutOf(token), { force: true })]);
}

/** Removes files nobody came back for. Called when one arrives, and by the hour while the server runs. */
export async function sweep(): Promise<void> {
	const names = await readdir(folder()).catch(() => [] as string[]);
	for (const name of names) {
		const path = join(folder(), name);
		const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
		if (Date.now() - mtimeMs > keptForMs) await rm(path, { force: true });
	}
}
