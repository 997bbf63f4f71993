// The runtime that a city installs beside its model: fetched once per version into the machine's temporary folder, by the
// lock file beside this one, because at 140 MB it is no dependency of the project.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const recipe = join(import.meta.dirname, 'onnx-runtime');

/**
 * A folder whose node_modules has the runtime; null, said aloud, when it cannot be fetched. In continuous integration
 * that is an error instead: what needs it must not be skipped there.
 */
export async function onnxRuntime(): Promise<string | null> {
	const { dependencies } = JSON.parse(await readFile(join(recipe, 'package.json'), 'utf8'));
	const folder = join(tmpdir(), `kerbside-onnxruntime-${dependencies['onnxruntime-web']}`);
	if (existsSync(join(folder, 'node_modules/onnxruntime-web/package.json'))) return folder;
	const making = await mkdtemp(`${folder}-`);
	try {
		await cp(recipe, making, { recursive: true });
		await promisify(execFile)(
			'npm',
			['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
			{
				cwd: making,
				timeout: 120_000
			}
		);
		// Whole or not at all, also when two tests fetch it at once.
		await rename(making, folder).catch(() => {});
		return folder;
	} catch (error) {
		if (process.env.CI) throw error;
		console.warn(
			`SKIPPED: a model of the city's own (its runtime could not be fetched: ${String(error).slice(0, 200)}).`
		);
		return null;
	} finally {
		await rm(making, { recursive: true, force: true });
	}
}
