// Whether the server can be reached, as far as this browser knows: the system says when there is no network at all, and
// whoever asked in vain says so. One state per browser tab; nothing of it exists on the server.

const asksEvery = 5_000;

class Connection {
	#isOffline = $state(false);
	#isLost = $state(false);
	#timer: ReturnType<typeof setInterval> | undefined;

	/** Neither pages nor answers get through at present. */
	get isLost(): boolean {
		return this.#isOffline || this.#isLost;
	}

	/** A request found nobody there. Asks again by itself until somebody answers. */
	lost(): void {
		this.#isLost = true;
		this.#timer ??= setInterval(() => void this.ask(), asksEvery);
	}

	found(): void {
		this.#isLost = false;
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	async ask(): Promise<void> {
		try {
			await fetch('/livez', { cache: 'no-store' });
			this.found();
		} catch {
			this.lost();
		}
	}

	/** Follows what the system says; returns what ends it. */
	follow(): () => void {
		const change = () => {
			this.#isOffline = !navigator.onLine;
			if (navigator.onLine) void this.ask();
		};
		this.#isOffline = !navigator.onLine;
		addEventListener('online', change);
		addEventListener('offline', change);
		return () => {
			removeEventListener('online', change);
			removeEventListener('offline', change);
			clearInterval(this.#timer);
			this.#timer = undefined;
		};
	}
}

export const connection = new Connection();
