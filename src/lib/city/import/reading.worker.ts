import { parentPort } from 'node:worker_threads';
import { readers, type Reader } from './readers.ts';
import type { Draft } from './importer.ts';
import { readBounds, type ReadAnswer, type ReadRequest } from './reading.ts';
import { RefusedFile } from './refused-file.ts';

parentPort?.once('message', async ({ kind, file, options, known }: ReadRequest) => {
	parentPort?.postMessage(await answer());

	async function answer(): Promise<ReadAnswer> {
		try {
			const load = readers[kind];
			if (!load) return { fault: 'nothing reads this kind' };
			const read = (await load()) as Reader<Draft, unknown>;
			return { draft: await read(file, options, known) };
		} catch (error) {
			if (error instanceof RefusedFile) return { refused: error.findings };
			// Out of memory in a buffer rather than in the heap: the file's doing, not a fault of the program.
			if (
				error instanceof RangeError &&
				/alloc|Invalid (string|array|typed array) length/i.test(error.message)
			) {
				return {
					refused: [
						{
							domain: 'city',
							code: 'file_needs_too_much_memory',
							level: 'refused',
							count: 1,
							detail: { megabytes: readBounds.memoryMb },
							examples: []
						}
					]
				};
			}
			return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
		}
	}
});
