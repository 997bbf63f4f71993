import { placesIn, type Neighbours } from '../significance/neighbours.ts';

/**
 * Every place with the rings around it: zone (i, r) is all places at most r steps from place i. Ring r of place i alone is
 * `list[start[i · (rings + 1) + r]] … list[start[i · (rings + 1) + r + 1] − 1]`; ring 0 is the place itself.
 */
export interface Zones {
	/** Greatest number of steps. */
	rings: number;
	/** n · (rings + 1) + 1 entries. */
	start: Int32Array;
	list: Int32Array;
}

/** The zones of a lattice or a network; weights do not matter, neighbours are mutual. Throws a RangeError for rings that are not a whole number ≥ 0. */
export function zonesOf(neighbours: Neighbours, rings: number): Zones {
	if (!(Number.isInteger(rings) && rings >= 0)) throw new RangeError(`rings ${rings} must be a whole number`);
	const n = placesIn(neighbours);
	const start = new Int32Array(n * (rings + 1) + 1);
	const list: number[] = [];
	const seen = new Int32Array(n).fill(-1);
	for (let i = 0; i < n; i++) {
		seen[i] = i;
		let from = list.length;
		list.push(i);
		start[i * (rings + 1) + 1] = list.length;
		for (let ring = 1; ring <= rings; ring++) {
			const end = list.length;
			for (; from < end; from++) {
				const place = list[from]!;
				for (let at = neighbours.start[place]!; at < neighbours.start[place + 1]!; at++) {
					const j = neighbours.list[at]!;
					if (seen[j] === i) continue;
					seen[j] = i;
					list.push(j);
				}
			}
			start[i * (rings + 1) + ring + 1] = list.length;
		}
	}
	return { rings, start, list: Int32Array.from(list) };
}

/** The places of zone (i, r), the middle first. */
export function placesOf({ rings, start, list }: Zones, i: number, r: number): Int32Array {
	return list.slice(start[i * (rings + 1)]!, start[i * (rings + 1) + r + 1]!);
}
