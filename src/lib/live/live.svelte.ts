import type { Connection } from './connection.ts';
import { retryDelay } from './connection.ts';
import type { Frame, ViewerClass } from './frame.ts';
import type { LiveMessage, ResetReason } from './message.ts';
import { begin, receive, resume, silent, type Apply, type Feed, type Positioned } from './reconcile.ts';
import { shareConnection } from './sharing.ts';

/** live: shows what the database holds; stale: may be behind, catching up; offline: no contact. */
export type LiveState = 'live' | 'stale' | 'offline';

export interface LiveOptions<S extends Positioned, F extends Frame> {
	class: ViewerClass;
	/** What the page was rendered with. */
	snapshot: S;
	/** Reads the snapshot again. */
	load: () => Promise<S>;
	/** A frame's news put into what is shown; must not change its argument. */
	apply: Apply<S, F>;
	/** Each frame that was applied, once: for what passes by (a flash on the map). */
	onFrame?: (frame: F) => void;
}

/** A beat comes every 15 s, so this long without a word means that one is missing. */
const staleAfter = 20_000;
const silentAfter = 40_000;
/** Milliseconds over which the screens of a city spread their reading after such a reset. */
const spreads: Partial<Record<ResetReason, number>> = { day: 3000, imported: 500 };

/**
 * A live view of a snapshot. Rendered on the server like any value; `connect()` in the browser (from an effect)
 * keeps it current and returns the way to stop.
 */
export class LiveFeed<S extends Positioned, F extends Frame> {
	readonly #options: LiveOptions<S, F>;
	#feed: Feed<S, F>;
	#shown = $state.raw() as S;
	#state = $state<LiveState>('stale');
	#ageSeconds = $state(0);
	#connection: Connection | null = null;
	#isOpen = false;
	/** When what is shown was last known to be what the database holds. */
	#currentAt = Date.now();
	#heardAt = Date.now();
	#isLoading = false;
	#failedLoads = 0;
	#loadTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(options: LiveOptions<S, F>) {
		this.#options = options;
		this.#feed = begin(options.snapshot);
		this.#shown = options.snapshot;
	}

	get shown(): S {
		return this.#shown;
	}

	get state(): LiveState {
		return this.#state;
	}

	/** Seconds since what is shown was last known to be current. */
	get ageSeconds(): number {
		return this.#ageSeconds;
	}

	connect(): () => void {
		this.#heardAt = Date.now();
		this.#connection = shareConnection<F>(this.#options.class, {
			where: () => ({ epoch: this.#feed.shown.epoch, position: this.#feed.shown.position }),
			hear: (message) => this.#hear(message),
			connected: (isOpen) => {
				this.#isOpen = isOpen;
				this.#judge();
			}
		});
		const timer = setInterval(() => this.#everySecond(), 1000);
		return () => {
			clearInterval(timer);
			clearTimeout(this.#loadTimer);
			this.#connection?.close();
			this.#connection = null;
		};
	}

	/** Takes a snapshot the page has read for another reason (its own navigation, a form's answer). */
	adopt(snapshot: S): void {
		const { epoch, position } = this.#feed.shown;
		if (snapshot.epoch === epoch && snapshot.position < position) return;
		this.#take(resume(this.#feed, snapshot, this.#apply));
		this.#judge();
	}

	#apply: Apply<S, F> = (shown, frame) => {
		this.#options.onFrame?.(frame);
		return this.#options.apply(shown, frame);
	};

	#hear(message: LiveMessage<F>): void {
		this.#heardAt = Date.now();
		this.#isOpen = true;
		this.#take(receive(this.#feed, message, this.#apply));
		// Every screen in the city hears of a new day or an import at once; they need not all ask in the same instant.
		const spread = message.kind === 'reset' ? (spreads[message.reason] ?? 0) : 0;
		if (this.#feed.need) this.#loadIn(Math.random() * spread);
		this.#judge();
	}

	#take(feed: Feed<S, F>): void {
		this.#feed = feed;
		if (feed.shown !== this.#shown) this.#shown = feed.shown;
	}

	#loadIn(delay: number): void {
		if (this.#isLoading || !this.#connection) return;
		this.#isLoading = true;
		this.#loadTimer = setTimeout(() => void this.#load(), delay);
	}

	async #load(): Promise<void> {
		try {
			const snapshot = await this.#options.load();
			this.#take(resume(this.#feed, snapshot, this.#apply));
			this.#failedLoads = 0;
			this.#currentAt = Date.now();
		} catch {
			// Shown as age on the screen; asked again below for as long as it takes.
			this.#failedLoads += 1;
		}
		this.#isLoading = false;
		this.#judge();
		if (this.#feed.need) this.#loadIn(retryDelay(this.#failedLoads));
	}

	#everySecond(): void {
		if (Date.now() - this.#heardAt > silentAfter) {
			this.#heardAt = Date.now();
			this.#isOpen = false;
			this.#take(silent(this.#feed));
			this.#connection?.renew();
			this.#loadIn(0);
		}
		this.#judge();
	}

	#judge(): void {
		const silence = Date.now() - this.#heardAt;
		const isCurrent = this.#isOpen && this.#feed.need === null && silence < staleAfter;
		if (isCurrent) this.#currentAt = this.#heardAt;
		if (isCurrent) this.#state = 'live';
		else if (!navigator.onLine || (!this.#isOpen && Date.now() - this.#currentAt > staleAfter))
			this.#state = 'offline';
		else this.#state = 'stale';
		this.#ageSeconds = isCurrent ? 0 : Math.round((Date.now() - this.#currentAt) / 1000);
	}
}
