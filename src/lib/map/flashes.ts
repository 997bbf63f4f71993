// New reports on the map: rings that widen and fade, drawn by deck.gl on a canvas of their own, so that a pulse costs
// one small canvas and not a new picture of the whole city.
import { ScatterplotLayer } from '@deck.gl/layers';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import type { Map as MapLibreMap } from 'maplibre-gl';

/** Where something has just happened; `since` by performance.now(). */
export interface Flash {
	id: number;
	lng: number;
	lat: number;
	since: number;
}

const lasts = 8_000;
const beat = 1_600;
/** Milliseconds between pictures: enough for a pulse to look smooth. */
const leastBetween = 33;
/** A machine without a graphics card needs long for one: then it gets this many times as long for everything else. */
const slow = 40;
const restFor = 4;
const cyan = [63, 216, 255] as const;

export class FlashLayer {
	readonly #overlay = new MapLibreOverlay({ interleaved: false, layers: [] });
	readonly #isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
	#flashes: readonly Flash[] = [];
	#drawnAt = 0;
	#cost = 0;
	#request = 0;

	constructor(map: MapLibreMap) {
		map.addControl(this.#overlay);
	}

	show(flashes: readonly Flash[]): void {
		this.#flashes = flashes;
		this.#drawnAt = 0;
		if (this.#request === 0) this.#request = requestAnimationFrame(this.#draw);
	}

	remove(map: MapLibreMap): void {
		cancelAnimationFrame(this.#request);
		this.#flashes = [];
		map.removeControl(this.#overlay);
	}

	#draw = (now: number): void => {
		this.#request = 0;
		const since = now - this.#drawnAt;
		if (this.#cost === 0) this.#cost = since;
		const pause = this.#cost < slow ? leastBetween : Math.min(1000, this.#cost * restFor);
		if (since >= pause) {
			this.#drawnAt = now;
			// Known when the browser comes back for the next picture.
			this.#cost = 0;
			this.#overlay.setProps({ layers: this.#layers(now) });
		}
		// A wall may stand for hours without a report: then nothing is drawn at all.
		if (this.#flashes.length > 0 && !this.#isStill) this.#request = requestAnimationFrame(this.#draw);
	};

	#layers(now: number) {
		const common = {
			data: this.#flashes as Flash[],
			getPosition: ({ lng, lat }: Flash): [number, number] => [lng, lat],
			radiusUnits: 'pixels' as const,
			lineWidthUnits: 'pixels' as const,
			parameters: { depthCompare: 'always' as const },
			updateTriggers: { getRadius: now, getLineColor: now, getFillColor: now }
		};
		const remaining = ({ since }: Flash) => Math.max(0, 1 - (now - since) / lasts);
		const widening = ({ since }: Flash) => (this.#isStill ? 0.4 : ((now - since) % beat) / beat);
		return [
			new ScatterplotLayer<Flash>({
				...common,
				id: 'flash-rings',
				filled: false,
				stroked: true,
				getLineWidth: 2.5,
				getRadius: (flash) => 8 + 34 * widening(flash),
				getLineColor: (flash) => [...cyan, 255 * (1 - widening(flash)) * (0.25 + 0.75 * remaining(flash))]
			}),
			new ScatterplotLayer<Flash>({
				...common,
				id: 'flash-cores',
				filled: true,
				stroked: true,
				getLineWidth: 2,
				getRadius: 5,
				getLineColor: [255, 255, 255, 230],
				getFillColor: (flash) => [...cyan, 120 + 135 * remaining(flash)]
			})
		];
	}
}
