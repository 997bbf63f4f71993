import { pictureOf } from './judges.ts';

/**
 * loading, ready; unreadable: the server cannot decode it and never will; absent: its bytes have not arrived; failed: try
 * again; signed_out.
 */
export type PictureState = 'loading' | 'ready' | 'unreadable' | 'absent' | 'failed' | 'signed_out';

export interface Picture {
	state: PictureState;
	src: string;
}

/**
 * The pictures around the one that is looked at. Photos are answered with no-store, so the next ones are fetched ahead
 * and kept in memory: going on then takes no time.
 */
export class PictureShelf {
	#pictures = $state.raw<Readonly<Record<string, Picture>>>({});
	#queue: string[] = [];
	#isFetching = false;

	of(sha256: string): Picture {
		return this.#pictures[sha256] ?? { state: 'loading', src: '' };
	}

	/** Fetches what is missing, in this order, and lets go of everything else. */
	keep(sha256s: readonly string[]): void {
		const entries = Object.entries(this.#pictures);
		for (const [sha256, { src }] of entries) {
			if (!sha256s.includes(sha256) && src.startsWith('blob:')) URL.revokeObjectURL(src);
		}
		this.#pictures = Object.fromEntries(entries.filter(([sha256]) => sha256s.includes(sha256)));
		this.#queue = sha256s.filter((sha256) => !(sha256 in this.#pictures));
		void this.#fetchAll();
	}

	again(sha256: string): void {
		const { [sha256]: _, ...rest } = this.#pictures;
		this.#pictures = rest;
		this.#queue = [sha256, ...this.#queue.filter((one) => one !== sha256)];
		void this.#fetchAll();
	}

	/** What arrived is no picture that this browser can show. */
	fail(sha256: string): void {
		this.#set(sha256, { state: 'failed', src: '' });
	}

	close(): void {
		this.keep([]);
	}

	async #fetchAll(): Promise<void> {
		if (this.#isFetching) return;
		this.#isFetching = true;
		// One after the other: the one that is needed first must not share its line.
		for (let sha256 = this.#queue.shift(); sha256; sha256 = this.#queue.shift()) {
			this.#set(sha256, { state: 'loading', src: '' });
			this.#set(sha256, await fetchPicture(sha256));
		}
		this.#isFetching = false;
	}

	#set(sha256: string, picture: Picture): void {
		this.#pictures = { ...this.#pictures, [sha256]: picture };
	}
}

async function fetchPicture(sha256: string): Promise<Picture> {
	try {
		const answer = await fetch(pictureOf(sha256));
		if (answer.ok) return { state: 'ready', src: URL.createObjectURL(await answer.blob()) };
		const { status } = answer;
		if (status === 422 || status === 413 || status === 415) return { state: 'unreadable', src: '' };
		if (status === 401 || status === 403) return { state: 'signed_out', src: '' };
		return { state: status === 404 ? 'absent' : 'failed', src: '' };
	} catch {
		return { state: 'failed', src: '' };
	}
}
