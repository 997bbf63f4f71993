// The facts live in a thread of their own: a pass over millions of rows never holds up a page.
import '#server/keep-wasm-code.ts';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FactHostEnded, type FactHost, type FactOrder, type FactReply, type Told } from './fact-message.ts';

interface Waiting {
	settle: PromiseWithResolvers<{ answer: unknown; tookMs: number }>;
	watchdog: NodeJS.Timeout;
}

/** One thread from its start to its end. Whoever wants facts again begins another one. */
export class FactThread implements FactHost {
	readonly #worker: Worker;
	readonly #waiting = new Map<number, Waiting>();
	readonly #limitMs: number;
	#lastId = 0;
	#ended: FactHostEnded | null = null;

	/** @param limitMs how long one order may wait and take before the thread is taken for stuck and ended */
	constructor(limitMs = 60_000) {
		this.#limitMs = limitMs;
		// Read from the source tree, because a bundle holds no separate worker files.
		const root = process.env.KERBSIDE_ROOT ?? process.cwd();
		this.#worker = new Worker(pathToFileURL(join(root, 'src/lib/closure/facts/facts.worker.ts')), {
			env: {},
			name: 'facts'
		});
		this.#worker.unref();
		this.#worker.on('message', (reply: FactReply) => this.#settle(reply));
		this.#worker.on('error', (error) => this.#end(error.message));
		this.#worker.on('exit', (code) => this.#end(`exit ${code}`));
	}

	get isAlive(): boolean {
		return this.#ended === null;
	}

	/** @throws FactHostEnded when the thread is gone, and Error with the question's own fault */
	tell(order: Told): Promise<{ answer: unknown; tookMs: number }> {
		if (this.#ended) return Promise.reject(this.#ended);
		const id = ++this.#lastId;
		const settle = Promise.withResolvers<{ answer: unknown; tookMs: number }>();
		const watchdog = setTimeout(() => {
			this.#end(`nothing in ${this.#limitMs} ms`);
			void this.#worker.terminate();
		}, this.#limitMs);
		this.#waiting.set(id, { settle, watchdog });
		// A process with nothing else to do waits for an answer, and for nothing more.
		this.#worker.ref();
		this.#worker.postMessage({ ...order, id } as FactOrder);
		return settle.promise;
	}

	async close(): Promise<void> {
		this.#end('closed');
		await this.#worker.terminate();
	}

	#settle(reply: FactReply): void {
		const waiting = this.#waiting.get(reply.id);
		if (!waiting) return;
		this.#waiting.delete(reply.id);
		if (this.#waiting.size === 0) this.#worker.unref();
		clearTimeout(waiting.watchdog);
		if ('fault' in reply) waiting.settle.reject(new Error(reply.fault));
		else waiting.settle.resolve({ answer: reply.answer, tookMs: reply.tookMs });
	}

	#end(why: string): void {
		this.#ended ??= new FactHostEnded(why);
		for (const { settle, watchdog } of this.#waiting.values()) {
			clearTimeout(watchdog);
			settle.reject(this.#ended);
		}
		this.#waiting.clear();
	}
}
