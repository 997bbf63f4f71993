import type { Metres } from '../plane.ts';

/** OpenStreetMap's words for roads, as far as the demo town has them. */
export type Highway =
	| 'trunk'
	| 'primary'
	| 'secondary'
	| 'tertiary'
	| 'unclassified'
	| 'residential'
	| 'living_street'
	| 'pedestrian';

/** A street as it is planned: its name, its rank, and the points its middle runs through. */
export interface PlannedStreet {
	name: string;
	nameEn: string;
	highway: Highway;
	/** In metres from the town's centre, in the direction of travel where it is one-way. */
	through: readonly Metres[];
	oneway: boolean;
	/** Metres between its two carriageways; 0: it has one. */
	dual: number;
	/** How far it strays to either side of the points given, in metres: old lanes more than new avenues. */
	stray: number;
}

interface Traits {
	oneway?: boolean;
	dual?: number;
	stray?: number;
}

export const street = (
	name: string,
	nameEn: string,
	highway: Highway,
	through: readonly Metres[],
	{ oneway = false, dual = 0, stray = usualStray[highway] }: Traits = {}
): PlannedStreet => ({ name, nameEn, highway, through, oneway, dual, stray });

const usualStray: Record<Highway, number> = {
	trunk: 0,
	primary: 0,
	secondary: 3,
	tertiary: 5,
	unclassified: 9,
	residential: 6,
	living_street: 5,
	pedestrian: 3
};
