import { LiveFeed } from '#lib/live/live.svelte.ts';
import type { WallFrame } from '#lib/live/frame.ts';
import { applyFrame, streetRate, streetsWorthReading, type WallSnapshot } from './wall.ts';

/** A report that has just come in, as the map flashes it: where on the street, and since when (performance.now). */
export interface Flash {
	id: number;
	lng: number;
	lat: number;
	since: number;
}

export const flashLasts = 8_000;
const mostFlashes = 40;
/** Rates are read over a period that moves with the clock, and categories may be corrected: now and then all is read again. */
const readAgainEvery = 60_000;

/** What the wall shows, kept current. `connect` in the browser starts it and returns how to stop. */
export class WallState {
	readonly #feed: LiveFeed<WallSnapshot, WallFrame>;
	readonly #load: () => Promise<WallSnapshot>;
	/** How far the server's clock is ahead of ours: wall machines are set once and drift for years. */
	#ahead: number;
	flashes = $state.raw<readonly Flash[]>([]);

	readonly streets = $derived.by(() => {
		const { streets, city } = this.shown;
		return streets.map((street) => streetRate(street, city.minimum_sample));
	});
	readonly readable = $derived(streetsWorthReading(this.streets));
	readonly unreadable = $derived({
		small: this.streets.filter((street) => street.standing === 'small').length,
		none: this.streets.filter((street) => street.standing === 'none').length
	});

	constructor(snapshot: WallSnapshot, load: () => Promise<WallSnapshot>) {
		this.#ahead = Date.parse(snapshot.taken_at) - Date.now();
		this.#load = async () => {
			const read = await load();
			this.#ahead = Date.parse(read.taken_at) - Date.now();
			return read;
		};
		this.#feed = new LiveFeed({
			class: 'wall',
			snapshot,
			load: this.#load,
			apply: applyFrame,
			onFrame: (frame) => this.#flash(frame)
		});
	}

	/** Milliseconds since 1970 by the server's clock. */
	now(): number {
		return Date.now() + this.#ahead;
	}

	get shown(): WallSnapshot {
		return this.#feed.shown;
	}

	get state() {
		return this.#feed.state;
	}

	/** Seconds since the numbers were last known to be what the database holds. */
	get ageSeconds(): number {
		return this.#feed.ageSeconds;
	}

	connect(): () => void {
		const disconnect = this.#feed.connect();
		const reading = setInterval(() => void this.#readAgain(), readAgainEvery);
		const fading = setInterval(() => this.#fade(), 1_000);
		return () => {
			clearInterval(reading);
			clearInterval(fading);
			disconnect();
		};
	}

	async #readAgain(): Promise<void> {
		try {
			this.#feed.adopt(await this.#load());
		} catch {
			// The feed itself tells how old the numbers are; the next minute asks again.
		}
	}

	#flash(frame: WallFrame): void {
		const since = performance.now();
		const fresh = frame.events.flatMap(({ kind, position, point }) =>
			kind === 'report.received' && point ? [{ id: position, ...point, since }] : []
		);
		if (fresh.length > 0) this.flashes = [...this.flashes, ...fresh].slice(-mostFlashes);
	}

	#fade(): void {
		const oldest = performance.now() - flashLasts;
		if (this.flashes.some(({ since }) => since < oldest)) {
			this.flashes = this.flashes.filter(({ since }) => since >= oldest);
		}
	}
}
