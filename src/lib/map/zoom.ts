import type { MapDatum } from './datum.ts';

/** Tiles exist to this zoom; nearer views enlarge them. At zoom 16 a tile's unit is about 12 cm, finer than the data. */
export const maxTileZoom = 16;

/** Tile coordinates from their parts of an address, or null when they are not a tile that can exist. */
export function readTileAddress(z: string, x: string, y: string): [z: number, x: number, y: number] | null {
	const read = (part: string) => (/^(0|[1-9]\d{0,7})$/.test(part) ? Number(part) : NaN);
	const [zoom, column, row] = [read(z), read(x), read(y)];
	const isTile = zoom <= maxTileZoom && column < 2 ** zoom && row < 2 ** zoom;
	return isTile ? [zoom, column, row] : null;
}

/** Below this a building is a pixel or two, and tiles do without them. */
export const firstBuildingZoom = 13;

const shiftedMark = '.gcj02';

/** The version in the address of tiles whose data are shifted onto a ground of that datum. */
export function tileVersion(version: string, datum: MapDatum = 'wgs84'): string {
	return datum === 'gcj02' ? version + shiftedMark : version;
}

/** What `tileVersion` put together. */
export function readTileVersion(text: string): { version: string; datum: MapDatum } {
	return text.endsWith(shiftedMark)
		? { version: text.slice(0, -shiftedMark.length), datum: 'gcj02' }
		: { version: text, datum: 'wgs84' };
}
