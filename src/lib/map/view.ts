export type LngLat = [lng: number, lat: number];
export type Box = [west: number, south: number, east: number, north: number];

/** Pixels kept free at the edges of a map, for what lies over it. */
export interface Inset {
	top: number;
	right: number;
	bottom: number;
	left: number;
}

const metresPerDegree = 111_320;

/** A point moved by metres to the east and north. */
export function moved([lng, lat]: LngLat, east: number, north: number): LngLat {
	return [lng + east / (metresPerDegree * Math.cos((lat * Math.PI) / 180)), lat + north / metresPerDegree];
}

/** A ring of points at a distance in metres: the circle a fix may lie in. */
export function circleAround(centre: LngLat, radius: number, corners = 64): LngLat[] {
	return Array.from({ length: corners + 1 }, (_, i) => {
		const angle = (i / corners) * 2 * Math.PI;
		return moved(centre, radius * Math.cos(angle), radius * Math.sin(angle));
	});
}
