import { groundOf, type Ground, type MapDatum } from './datum.ts';

/** A map of somebody else's beneath our data, as configured (src/server/settings.ts) and sent to pages. */
export interface OutsideBase {
	/** raster: pictures by {z}/{x}/{y}; style: a MapLibre style whose layers go beneath ours. */
	kind: 'raster' | 'style';
	/** Address patterns of pictures, the ground first and names on it after; or the one address of a style. */
	addresses: string[];
	datum: MapDatum;
	/** Whose map it is. */
	source: string;
	/** 审图号: the approval number a map shown to the public carries. */
	approval: string;
	maxZoom: number;
}

/** The base a page was sent: null when it is our own tiles. Pages get it as `basemap`, from the root layout. */
export function baseOf(data: { basemap?: OutsideBase | null }): OutsideBase | null {
	return data.basemap ?? null;
}

export function groundUnder(base: OutsideBase | null): Ground {
	return groundOf(base?.datum ?? 'wgs84');
}
