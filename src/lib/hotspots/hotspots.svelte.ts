import { heatMap, hexagonMap } from './hotspots.ts';
import type { ReportPoints } from './points.ts';

/** waiting: nobody has looked yet; failed: asked and not answered, and nothing older to show. */
export type HotspotState = 'waiting' | 'loading' | 'ready' | 'failed';

/** A screen that shows hotspots for weeks asks this often, and only when something was reported meanwhile. */
const readAgainEvery = 30_000;

/** Hotspots for a screen: read when first looked at, kept for as long as they are current. */
export class Hotspots {
	readonly #load: () => Promise<ReportPoints>;
	#points = $state.raw<ReportPoints | null>(null);
	#state = $state<HotspotState>('waiting');
	#readAt = -Infinity;
	/** Position of the log that `#points` was read at. */
	#readFor = -1;

	readonly heat = $derived.by(() => this.#points && heatMap(this.#points));
	readonly hexagons = $derived.by(() => this.#points && hexagonMap(this.#points));

	constructor(load: () => Promise<ReportPoints>) {
		this.#load = load;
	}

	get state(): HotspotState {
		return this.#state;
	}

	get points(): ReportPoints | null {
		return this.#points;
	}

	/** Reads when there is nothing yet, or when the log has moved on and the last reading is half a minute old. */
	async look(position: number): Promise<void> {
		const isOld = position !== this.#readFor && performance.now() - this.#readAt >= readAgainEvery;
		if (this.#state === 'loading' || (this.#points && !isOld)) return;
		if (!this.#points && this.#state === 'failed' && performance.now() - this.#readAt < 5_000) return;
		this.#state = 'loading';
		this.#readAt = performance.now();
		try {
			this.#points = await this.#load();
			this.#readFor = position;
			this.#state = 'ready';
		} catch {
			// What was read before still stands; without it the screen says so, and the next look asks again.
			this.#state = this.#points ? 'ready' : 'failed';
		}
	}
}
