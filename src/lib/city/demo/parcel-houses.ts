import type { Parcel } from './plan/places.ts';
import type { Metres } from './plane.ts';

/** A house by its plan, and OpenStreetMap's word for it. */
export interface House {
	building: string;
	levels: number;
	ring: Metres[];
}

/** Houses of a place, by shares of its parcel. */
export function onParcel(parcel: Parcel & { ring: Metres[] }): House[] {
	const [sw, se, ne, nw] = parcel.ring as [Metres, Metres, Metres, Metres];
	const at = (u: number, v: number): Metres => [
		sw[0] * (1 - u) * (1 - v) + se[0] * u * (1 - v) + ne[0] * u * v + nw[0] * (1 - u) * v,
		sw[1] * (1 - u) * (1 - v) + se[1] * u * (1 - v) + ne[1] * u * v + nw[1] * (1 - u) * v
	];
	const box = (west: number, south: number, east: number, north: number): Metres[] => [
		at(west, south),
		at(east, south),
		at(east, north),
		at(west, north)
	];
	const house = (levels: number, ...rings: Metres[][]): House[] =>
		rings.map((ring) => ({ building: buildingOf(parcel), levels, ring }));
	const east = parcel.pitch ? 0.56 : 0.92;
	switch (parcel.building) {
		case 'none':
			return [];
		case 'block':
			return house(4, [at(0.08, 0.1), at(0.92, 0.1), at(0.92, 0.6), at(0.74, 0.9), at(0.08, 0.9)]);
		case 'hall':
			return house(2, box(0.08, 0.62, 0.92, 0.92), box(0.08, 0.1, 0.26, 0.3));
		case 'pair':
			return house(2, box(0.08, 0.12, 0.92, 0.42), box(0.08, 0.58, 0.92, 0.88));
		case 'pagoda':
			return house(
				7,
				Array.from({ length: 8 }, (_, i) =>
					at(0.5 + 0.28 * Math.cos((i * Math.PI) / 4), 0.5 + 0.28 * Math.sin((i * Math.PI) / 4))
				)
			);
		case 'court':
			return house(
				5,
				[
					at(0.08, 0.1),
					at(0.2, 0.1),
					at(0.2, 0.72),
					at(east - 0.12, 0.72),
					at(east - 0.12, 0.1),
					at(east, 0.1),
					at(east, 0.9),
					at(0.08, 0.9)
				],
				box(0.28, 0.3, east - 0.2, 0.46)
			);
	}
}

function buildingOf({ tags }: Parcel): string {
	return tags.amenity === 'school'
		? 'school'
		: tags.amenity === 'hospital'
			? 'hospital'
			: tags.shop
				? 'retail'
				: 'public';
}
