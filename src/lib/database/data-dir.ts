import { chmod, mkdir, readdir, stat } from 'node:fs/promises';

/**
 * Makes the data directory, for its owner alone: database files and journals in it are as readable as it lets them be.
 * An empty one that is ours is closed too; one with something in it keeps the mode its owner gave it.
 */
export async function makeDataDir(dataDir: string): Promise<void> {
	await mkdir(dataDir, { recursive: true, mode: 0o700 });
	const { uid, mode } = await stat(dataDir);
	if ((mode & 0o077) === 0 || uid !== process.getuid?.()) return;
	if ((await readdir(dataDir)).length === 0) await chmod(dataDir, 0o700);
}
