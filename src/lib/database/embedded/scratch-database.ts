// For tests: a database of its own in a folder that goes away again. Opening an empty one takes seconds, so the first test
// on a machine keeps a bootstrapped copy that the others start from.

import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Log } from '../log.ts';
import type { Identity } from './executor.ts';
import { DatabaseThread } from './thread.ts';
import type { ThreadOptions } from './thread.ts';

export const ROOT = resolve(import.meta.dirname, '../../../..');
export const OWNER: Identity = { role: 'postgres', claims: {} };

/** Keeps what was logged, for a test to look at. */
export function memoryLog(): Log & { lines: { event: string; facts?: Record<string, unknown> }[] } {
	const lines: { event: string; facts?: Record<string, unknown> }[] = [];
	const write = (event: string, facts?: Record<string, unknown>) => void lines.push({ event, facts });
	return { lines, info: write, warn: write, error: write };
}

export interface Scratch {
	directory: string;
	thread: DatabaseThread;
	close(): Promise<void>;
}

/** A bootstrapped database on which `sql` was run. */
export async function openScratch(sql: string, options: Partial<ThreadOptions> = {}): Promise<Scratch> {
	const directory = await mkdtemp(join(tmpdir(), 'kerbside-scratch-'));
	const databaseDir = join(directory, 'database');
	await cp(await template(), databaseDir, { recursive: true });
	const log = options.log ?? memoryLog();
	const thread = await DatabaseThread.open({ databaseDir, root: ROOT, log, maintainAfterMs: 0, ...options });
	await thread.run(OWNER, [{ sql }], 'bulk');
	return {
		directory,
		thread,
		async close() {
			await thread.close();
			await rm(directory, { recursive: true, force: true });
		}
	};
}

async function template(): Promise<string> {
	const bootstrap = await readFile(join(import.meta.dirname, 'bootstrap.sql'), 'utf8');
	const engine = await readFile(join(ROOT, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
	const version = createHash('sha256').update(bootstrap).update(engine).digest('hex').slice(0, 16);
	const path = join(tmpdir(), `kerbside-database-${version}`);
	if (await stat(path).catch(() => null)) return path;
	const making = await mkdtemp(join(tmpdir(), 'kerbside-making-'));
	const thread = await DatabaseThread.open({
		databaseDir: join(making, 'database'),
		root: ROOT,
		log: memoryLog(),
		maintainAfterMs: 0
	});
	await thread.run(OWNER, [{ sql: bootstrap }], 'bulk');
	await thread.close();
	// Whoever is second finds the first one's; both are the same.
	await rename(join(making, 'database'), path).catch(() => undefined);
	await rm(making, { recursive: true, force: true });
	return path;
}
