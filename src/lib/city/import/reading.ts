// Files are read in a thread of their own, with an end to its memory and its time: whatever someone uploads, pages go
// on answering.
import '#server/keep-wasm-code.ts';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Draft, Finding, ImportFile, ImportKind } from './importer.ts';
import type { Known } from './known.ts';
import { RefusedFile, refuseFile } from './refused-file.ts';

export interface ReadBounds {
	/** JavaScript heap of the reading thread, in MB. */
	memoryMb: number;
	seconds: number;
}

export const readBounds: ReadBounds = { memoryMb: 1024, seconds: 120 };

export interface ReadRequest {
	kind: ImportKind;
	file: ImportFile;
	options: unknown;
	known: Known;
}
export type ReadAnswer = { draft: Draft } | { refused: Finding[] } | { fault: string };

/**
 * Reads a file and says everything about it; nothing is written. Throws `RefusedFile` when the file cannot be read at
 * all, or not within the bounds.
 */
export async function readInWorker<D extends Draft>(
	kind: ImportKind,
	file: ImportFile,
	options: unknown,
	known: Known,
	bounds: ReadBounds = readBounds
): Promise<D> {
	// Read from the source tree, because a bundle holds no separate worker files.
	const root = process.env.KERBSIDE_ROOT ?? process.cwd();
	const worker = new Worker(pathToFileURL(join(root, 'src/lib/city/import/reading.worker.ts')), {
		resourceLimits: { maxOldGenerationSizeMb: bounds.memoryMb, maxYoungGenerationSizeMb: 64 },
		// What a library prints about a strange file is no log of ours.
		stdout: true,
		stderr: true
	});
	let timer: ReturnType<typeof setTimeout> | undefined;
	try {
		const answer = await new Promise<ReadAnswer>((resolve, reject) => {
			timer = setTimeout(
				() => reject(refuseFile('city', 'file_takes_too_long', { seconds: bounds.seconds })),
				bounds.seconds * 1000
			);
			worker.once('message', resolve);
			worker.once('error', (error: NodeJS.ErrnoException) =>
				reject(
					error.code === 'ERR_WORKER_OUT_OF_MEMORY'
						? refuseFile('city', 'file_needs_too_much_memory', { megabytes: bounds.memoryMb })
						: error
				)
			);
			worker.once('exit', () => reject(new Error('The reading thread ended early.')));
			worker.postMessage({ kind, file, options, known } satisfies ReadRequest);
		});
		if ('refused' in answer) throw new RefusedFile(answer.refused);
		if ('fault' in answer) throw new Error(`Reading a file of kind ${kind} failed: ${answer.fault}`);
		return answer.draft as D;
	} finally {
		clearTimeout(timer);
		await worker.terminate();
	}
}
