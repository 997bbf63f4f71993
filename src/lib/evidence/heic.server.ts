import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { heifSize } from './heif.ts';

/** sharp cannot read a phone's HEIC (its HEVC is not free): this makes a JPEG of it, upright, within `ms` or not at all. */
export async function heicToJpeg(bytes: Buffer, maxPixels: number, ms: number): Promise<Buffer> {
	const size = heifSize(bytes);
	if (!size || size.width * size.height > maxPixels) throw new Error('HEIF of unbearable or unknown size');
	// Read from the source tree, because a bundle holds no separate worker files.
	const root = process.env.KERBSIDE_ROOT ?? process.cwd();
	const worker = new Worker(pathToFileURL(join(root, 'src/lib/evidence/heic.worker.ts')), {
		resourceLimits: { maxOldGenerationSizeMb: 512 }
	});
	let timer: ReturnType<typeof setTimeout> | undefined;
	try {
		return await new Promise<Buffer>((resolve, reject) => {
			timer = setTimeout(() => reject(new Error(`HEIF not decoded within ${ms} ms`)), ms);
			worker.once('message', (jpeg: Uint8Array) => resolve(Buffer.from(jpeg)));
			worker.once('error', reject);
			worker.once('exit', () => reject(new Error('HEIF decoder ended early')));
			worker.postMessage(bytes);
		});
	} finally {
		clearTimeout(timer);
		await worker.terminate();
	}
}
