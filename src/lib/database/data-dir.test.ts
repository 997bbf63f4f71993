import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDataDir } from './data-dir.ts';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'kerbside-data-dir-'))));
afterEach(() => rm(root, { recursive: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

it('is made for its owner alone', async () => {
	const path = join(root, 'a', 'b');
	await makeDataDir(path);
	expect(await modeOf(path)).toBe(0o700);
});

it('is closed when it stands there empty', async () => {
	const path = join(root, 'empty');
	await mkdir(path);
	await chmod(path, 0o755);
	await makeDataDir(path);
	expect(await modeOf(path)).toBe(0o700);
});

it('keeps the mode its owner gave it when something is in it', async () => {
	const path = join(root, 'used');
	await mkdir(path);
	await writeFile(join(path, 'kept'), '');
	await chmod(path, 0o750);
	await makeDataDir(path);
	expect(await modeOf(path)).toBe(0o750);
});
