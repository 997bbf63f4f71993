import { solve, type Challenge, type SolveOptions } from './proof-of-work.ts';
import type { WorkerAnswer } from './proof-of-work.worker.ts';

/**
 * Does the work of a page in a worker, so that typing and scrolling stay smooth; on the page's own thread, in slices,
 * where no worker starts. Not for the service worker, which has none: `solve` there.
 */
export async function solveAside(challenge: Challenge, options: SolveOptions = {}): Promise<string> {
	const worker = startWorker();
	if (!worker) return solve(challenge, options);
	try {
		return await solveIn(worker, challenge, options);
	} catch (error) {
		options.signal?.throwIfAborted();
		if (!(error instanceof NoWorker)) throw error;
		return await solve(challenge, options);
	} finally {
		worker.terminate();
	}
}

class NoWorker extends Error {}

function startWorker(): Worker | null {
	if (typeof Worker === 'undefined') return null;
	try {
		return new Worker(new URL('./proof-of-work.worker.ts', import.meta.url), { type: 'module' });
	} catch {
		return null;
	}
}

function solveIn(
	worker: Worker,
	challenge: Challenge,
	{ signal, onProgress }: SolveOptions
): Promise<string> {
	return new Promise((resolve, reject) => {
		const abort = () => reject(signal!.reason as Error);
		if (signal?.aborted) return abort();
		signal?.addEventListener('abort', abort, { once: true });
		// Its file could not be loaded, which offline can be: an old page after an upgrade.
		worker.onerror = () => reject(new NoWorker());
		worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
			if ('share' in data) return onProgress?.(data.share);
			signal?.removeEventListener('abort', abort);
			if ('proof' in data) resolve(data.proof);
			else reject(new Error(data.failed));
		};
		worker.postMessage(challenge);
	});
}
