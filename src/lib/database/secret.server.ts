import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataDir } from './data-dir.ts';

const LEAST_BYTES = 32;

/**
 * The installation's secret: KERBSIDE_SECRET when it is set, else the one in the data directory, made at the first start.
 * Losing it loses every query code, PIN and session, so it is on the disk before it is used.
 */
export async function readSecret(dataDir: string, given = process.env.KERBSIDE_SECRET): Promise<Buffer> {
	return (await findSecret(dataDir, given)) ?? makeSecret(dataDir);
}

/** The same without making one: null where there is none yet. */
export async function findSecret(
	dataDir: string,
	given = process.env.KERBSIDE_SECRET
): Promise<Buffer | null> {
	if (given !== undefined && given !== '') {
		const secret = Buffer.from(given, 'utf8');
		if (secret.length < LEAST_BYTES) {
			throw new Error(`KERBSIDE_SECRET has ${secret.length} bytes; it needs at least ${LEAST_BYTES}.`);
		}
		return secret;
	}
	const path = pathIn(dataDir);
	const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
	return kept === null ? null : secretIn(kept, path);
}

async function makeSecret(dataDir: string): Promise<Buffer> {
	const path = pathIn(dataDir);
	await makeDataDir(dataDir);
	const secret = randomBytes(LEAST_BYTES);
	const beside = `${path}.new`;
	await rm(beside, { force: true });
	const file = await open(beside, 'wx', 0o600);
	await file.writeFile(`${JSON.stringify({ secret: secret.toString('base64') })}\n`);
	await file.sync();
	await file.close();
	await rename(beside, path);
	return secret;
}

function pathIn(dataDir: string): string {
	return join(dataDir, 'secrets.json');
}

function secretIn(text: string, path: string): Buffer {
	let secret: unknown;
	try {
		secret = (JSON.parse(text) as { secret?: unknown }).secret;
	} catch {
		secret = null;
	}
	const bytes = Buffer.from(typeof secret === 'string' ? secret : '', 'base64');
	if (bytes.length < LEAST_BYTES) {
		// A new secret would silently invalidate every code and PIN handed out.
		throw new Error(`${path} holds no usable secret. Restore it from a backup.`);
	}
	return bytes;
}
