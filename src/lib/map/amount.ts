import type { Ground } from './datum.ts';
import type { Density } from './density-picture.ts';
import type { Box, LngLat } from './view.ts';

/** A density on a grid, and the outer edges of the grid. */
export interface Heat {
	grid: Density;
	box: Box;
}

/** A shape on the ground that rises by `height` metres. */
export interface Prism {
	ring: readonly LngLat[];
	height: number;
	colour: string;
	/** 0–1. */
	opacity: number;
	/** Where the label stands, on top; no label when it is empty. */
	middle: LngLat;
	label: string;
}

/** What may lie over the ground. Null: nothing. */
export type Amounts = { kind: 'heat'; heat: Heat } | { kind: 'prisms'; prisms: readonly Prism[] } | null;

/** The same amounts where they show on a map: its ground may be drawn in another datum. */
export function onGround(amounts: Amounts, ground: Ground): Amounts {
	if (!amounts || ground.datum === 'wgs84') return amounts;
	if (amounts.kind === 'heat')
		return { kind: 'heat', heat: { ...amounts.heat, box: ground.boxToMap(amounts.heat.box) } };
	return {
		kind: 'prisms',
		prisms: amounts.prisms.map((prism) => ({
			...prism,
			ring: prism.ring.map(ground.toMap),
			middle: ground.toMap(prism.middle)
		}))
	};
}
