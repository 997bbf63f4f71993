import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseManifest, type Manifest } from './manifest.ts';

/** Pinned by what was tried with it; a later one most likely works as well. */
export const RUNTIME = 'onnxruntime-web@1.30';
const LARGEST_MANIFEST = 64 * 1024;
const LARGEST_MODEL = 600 * 1024 * 1024;

/** What a city put into its folder, ready to be loaded. */
export interface DetectorFolder {
	manifest: Manifest;
	/** Absolute paths. */
	model: string;
	runtime: string;
}

/** Looks through the folder without running anything of it; says what is missing or wrong. */
export function readFolder(folder: string, root: string): { found: DetectorFolder } | { problems: string[] } {
	const path = join(folder, 'detector.json');
	if (!existsSync(path)) return { problems: [`There is no detector.json in ${folder}.`] };
	if (statSync(path).size > LARGEST_MANIFEST) return { problems: [`${path} is larger than 64 KB.`] };
	const parsed = parseManifest(readFileSync(path, 'utf8'));
	if ('problems' in parsed) return parsed;
	const { manifest } = parsed;
	const problems: string[] = [];
	const model = join(folder, manifest.file);
	const file = statSync(model, { throwIfNoEntry: false });
	if (!file?.isFile()) problems.push(`detector.json names ${manifest.file}, which is not in ${folder}.`);
	else if (file.size > LARGEST_MODEL) problems.push(`${manifest.file} is larger than 600 MB.`);
	const runtime = findRuntime(folder, root);
	if (!runtime) {
		problems.push(
			`The runtime for the model is not installed. In ${folder}, run: npm install --ignore-scripts ${RUNTIME}`
		);
	}
	return runtime && problems.length === 0 ? { found: { manifest, model, runtime } } : { problems };
}

/** onnxruntime-web is large and few cities need it, so it comes with the model: from its folder, else from ours. */
function findRuntime(...places: string[]): string | null {
	for (const place of places) {
		try {
			return createRequire(join(place, 'package.json')).resolve('onnxruntime-web');
		} catch {
			// Not there; perhaps in the next place.
		}
	}
	return null;
}
