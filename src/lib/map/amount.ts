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

/** A place marked flat on the ground: a ring, or the line of a street. */
export interface Mark {
	path: readonly LngLat[];
	isArea: boolean;
	colour: string;
	/** 0–1; of an area's inside. */
	opacity: number;
	/** Pixels: of a line, or of an area's edge; 0 for none. */
	width: number;
	/** An area's edge; its own colour when absent. */
	edge?: string;
}

/** What may lie over the ground. Null: nothing. */
export type Amounts =
	| { kind: 'heat'; heat: Heat }
	| { kind: 'prisms'; prisms: readonly Prism[] }
	| { kind: 'marks'; marks: readonly Mark[] }
	| null;

/** The same amounts where they show on a map: its ground may be drawn in another datum. */
export function onGround(amounts: Amounts, ground: Ground): Amounts {
	if (!amounts || ground.datum === 'wgs84') return amounts;
	if (amounts.kind === 'heat')
		return { kind: 'heat', heat: { ...amounts.heat, box: ground.boxToMap(amounts.heat.box) } };
	if (amounts.kind === 'marks')
		return {
			kind: 'marks',
			marks: amounts.marks.map((mark) => ({ ...mark, path: mark.path.map(ground.toMap) }))
		};
	return {
		kind: 'prisms',
		prisms: amounts.prisms.map((prism) => ({
			...prism,
			ring: prism.ring.map(ground.toMap),
			middle: ground.toMap(prism.middle)
		}))
	};
}
