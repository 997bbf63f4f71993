import { median, type Position } from './positions.ts';

export type Box = [west: number, south: number, east: number, north: number];

/** The box around all lines, and a centre that lies on a street: the vertex nearest to the median of all vertices. */
export function extentOf(lines: readonly (readonly Position[])[]): { bbox: Box; center: Position } {
	const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
	const lngs: number[] = [];
	const lats: number[] = [];
	for (const line of lines) {
		for (const [lng, lat] of line) {
			box[0] = Math.min(box[0], lng);
			box[1] = Math.min(box[1], lat);
			box[2] = Math.max(box[2], lng);
			box[3] = Math.max(box[3], lat);
			lngs.push(lng);
			lats.push(lat);
		}
	}
	const middle: Position = [median(lngs), median(lats)];
	let nearest = 0;
	let least = Infinity;
	for (let i = 0; i < lngs.length; i++) {
		const away = Math.abs(lngs[i]! - middle[0]) + Math.abs(lats[i]! - middle[1]);
		if (away < least) [nearest, least] = [i, away];
	}
	return { bbox: box, center: [lngs[nearest]!, lats[nearest]!] };
}

export function around(a: Box, b: Box): Box {
	return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}
