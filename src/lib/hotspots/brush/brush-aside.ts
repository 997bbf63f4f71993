import type { Answer, Deed, Deeds, Reading, Relabelled, Said, Testing, Wish } from './desk.ts';
import type { BrushSession, Opened, Shuffled } from './session.ts';

/** The page's side of the brush: everything is computed in a worker, so that the hand never waits for a number. */
export class BrushAside {
	readonly #worker: Worker;
	readonly #waiting = new Map<
		number,
		{ done: (answer: unknown) => void; fail: (error: Error) => void; tell?: (told: unknown) => void }
	>();
	#last = 0;

	constructor() {
		this.#worker = new Worker(new URL('./brush.worker.ts', import.meta.url), { type: 'module' });
		this.#worker.onerror = () => this.#failAll(new Error('The worker of this page could not be started.'));
		this.#worker.onmessage = ({ data }: MessageEvent<Said>) => {
			const waiting = this.#waiting.get(data.id);
			if (!waiting) return;
			if ('told' in data) return waiting.tell?.(data.told);
			this.#waiting.delete(data.id);
			if ('answer' in data) waiting.done(data.answer);
			else waiting.fail(new Error(data.failed));
		};
	}

	open(tell: (reading: Reading) => void): Promise<Opened> {
		return this.#send({ deed: 'open' }, tell as (told: unknown) => void) as Promise<Opened>;
	}

	ask<D extends Deed>(deed: D, ...args: Deeds[D]): Promise<Answer<D>> {
		return this.#send({ deed, args } as Omit<Wish, 'id'>) as Promise<Answer<D>>;
	}

	shuffle(
		...args: [Extract<Wish, { deed: 'shuffle' }>['args'][0], number, (told: Relabelled) => void]
	): Promise<Shuffled> {
		const [step, times, tell] = args;
		return this.#send(
			{ deed: 'shuffle', args: [step, times] } as Omit<Wish, 'id'>,
			tell as (told: unknown) => void
		) as Promise<Shuffled>;
	}

	test(tell: (testing: Testing) => void): Promise<ReturnType<BrushSession['test']>> {
		return this.#send({ deed: 'test' }, tell as (told: unknown) => void) as Promise<
			ReturnType<BrushSession['test']>
		>;
	}

	close(): void {
		this.#worker.terminate();
		this.#waiting.clear();
	}

	#send(wish: Omit<Wish, 'id'>, tell?: (told: unknown) => void): Promise<unknown> {
		const id = ++this.#last;
		return new Promise((done, fail) => {
			this.#waiting.set(id, { done, fail, ...(tell && { tell }) });
			this.#worker.postMessage({ ...wish, id });
		});
	}

	#failAll(error: Error): void {
		for (const { fail } of this.#waiting.values()) fail(error);
		this.#waiting.clear();
	}
}
