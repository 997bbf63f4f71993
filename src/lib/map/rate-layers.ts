import type { Map as MapLibreMap } from 'maplibre-gl';
import { rateColour } from './palette.ts';
import { beneathNames, streetWidth } from './style.ts';

/** A share of null, or one that may not be read, leaves the street dashed and dim. */
export interface StreetShare {
	id: number;
	share: number | null;
	isReadable: boolean;
}

const unrated = '#000000';
const layerIds = ['rate-unknown', 'rate-halo', 'rate-glow', 'rate-core'] as const;

/** Streets that glow by closure rate. Each carries its rate as feature state: a change colours one street and loads nothing. */
export class RateLayers {
	readonly #map: MapLibreMap;
	/** What each street was last painted: a frame repaints only the streets whose step changed. */
	readonly #painted = new Map<number, string>();
	#isShown = true;

	constructor(map: MapLibreMap) {
		this.#map = map;
		const colour = ['coalesce', ['feature-state', 'colour'], unrated] as never;
		const isRated = ['boolean', ['feature-state', 'isRated'], false];
		const whenRated = (opacity: number) => ['case', isRated, opacity, 0] as never;
		const rounded = { 'line-cap': 'round', 'line-join': 'round' } as const;
		const common = { type: 'line', source: 'base', 'source-layer': 'streets' } as const;
		map.addLayer(
			{
				...common,
				id: 'rate-unknown',
				paint: {
					'line-color': '#48607a',
					'line-width': streetWidth(0.35, 0.6),
					'line-dasharray': [2, 2.4],
					'line-opacity': [
						'case',
						['all', ['boolean', ['feature-state', 'isKnown'], false], ['!', isRated]] as never,
						0.8,
						0
					]
				}
			},
			beneathNames
		);
		map.addLayer(
			{
				...common,
				id: 'rate-halo',
				layout: rounded,
				paint: {
					'line-color': colour,
					'line-width': streetWidth(2.2, 12),
					'line-blur': streetWidth(1, 9),
					'line-opacity': whenRated(0.3)
				}
			},
			beneathNames
		);
		map.addLayer(
			{
				...common,
				id: 'rate-glow',
				layout: rounded,
				paint: {
					'line-color': colour,
					'line-width': streetWidth(1, 4),
					'line-blur': 3,
					'line-opacity': whenRated(0.55)
				}
			},
			beneathNames
		);
		map.addLayer(
			{
				...common,
				id: 'rate-core',
				layout: rounded,
				paint: { 'line-color': colour, 'line-width': streetWidth(0.55, 1.1), 'line-opacity': whenRated(1) }
			},
			beneathNames
		);
	}

	paint(streets: readonly StreetShare[]): void {
		for (const { id, share, isReadable } of streets) {
			const isRated = isReadable && share !== null;
			const colour = isRated ? rateColour(share) : unrated;
			if (this.#painted.get(id) === colour) continue;
			this.#painted.set(id, colour);
			this.#map.setFeatureState(
				{ source: 'base', sourceLayer: 'streets', id },
				{ isKnown: true, isRated, colour }
			);
		}
	}

	/** Rates and hotspots are never seen together: their colours mean different things. */
	show(isShown: boolean): void {
		if (isShown === this.#isShown) return;
		this.#isShown = isShown;
		for (const id of layerIds) this.#map.setLayoutProperty(id, 'visibility', isShown ? 'visible' : 'none');
	}
}
