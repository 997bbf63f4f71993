// First starts of tests: an empty city and the demo town are each brought in once for a whole run, and every test file, proof and
// benchmark that needs one begins with a copy.
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPages } from './build-pages.ts';
import { putMigrated } from './migrated.ts';

const variable = 'KERBSIDE_PREPARED';

let own: string | undefined;

/**
 * Vitest calls these around all files of the project; its workers inherit the environment. A whole run has made the folder already.
 * The pages are built before two files want them at once.
 */
export async function setup(): Promise<void> {
	await buildPages(console.log);
	if (!process.env[variable])
		process.env[variable] = own = await mkdtemp(join(tmpdir(), 'kerbside-prepared-'));
}

export async function teardown(): Promise<void> {
	if (own) await rm(own, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * A data directory of its own, as a first start leaves it; empty where nothing is prepared (a proof by itself), and bare for a native home.
 * `first` makes the first start of the run in the directory it is given; who comes meanwhile waits for it.
 */
export async function freshDataDir(
	kind: 'demo' | 'empty' | 'bare',
	first: (dataDir: string) => Promise<void>
): Promise<string> {
	const fresh = await mkdtemp(join(tmpdir(), 'kerbside-app-'));
	if (kind === 'bare') return fresh;
	if (process.env[variable])
		await putPrepared(kind, fresh, async (master) => {
			await putMigrated(master);
			await first(master);
		});
	else await putMigrated(fresh);
	return fresh;
}

/**
 * Fills a folder that is there and empty with what `make` puts into one: once in a whole run, and copied from then on. A proof or a
 * benchmark by itself makes its own.
 */
export async function putPrepared(
	name: string,
	to: string,
	make: (directory: string) => Promise<void>
): Promise<void> {
	const folder = process.env[variable];
	if (!folder) return make(to);
	const master = join(folder, name);
	const isReady = join(folder, `${name}.ready`);
	const isTaken = join(folder, `${name}.taken`);
	while (!existsSync(isReady)) {
		if (!(await isFirst(isTaken))) {
			await new Promise((resolve) => setTimeout(resolve, 250));
			continue;
		}
		try {
			await rm(master, { recursive: true, force: true });
			await mkdir(master, { mode: 0o700 });
			await make(master);
			await writeFile(isReady, '');
		} finally {
			// Should it have failed, the next one tries.
			await rm(isTaken, { recursive: true, force: true });
		}
	}
	await cp(master, to, { recursive: true, preserveTimestamps: true });
}

/** Making a folder succeeds for one alone. */
const isFirst = (path: string): Promise<boolean> =>
	mkdir(path).then(
		() => true,
		(error: NodeJS.ErrnoException) => {
			if (error.code === 'EEXIST') return false;
			throw error;
		}
	);
