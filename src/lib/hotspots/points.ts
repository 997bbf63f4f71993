/**
 * Where reports lie, as columns: entry i of every array is report i. Places are on the line of a street, never the raw
 * fix of whoever reported.
 */
export interface ReportPoints {
	/** Degrees, WGS-84. */
	lng: Float64Array;
	lat: Float64Array;
	/** Whole hours since the period began. */
	hour: Int32Array;
	/** Index into `categories`. */
	category: Uint16Array;
	/** 1 while the report's case is open. */
	open: Uint8Array;
	categories: readonly string[];
	/** Days the period covers, up to when it was read. */
	days: number;
	/** Reports in the period: more than there are points when only the newest travel. */
	total: number;
}

/** `api.wall_points(days)`: whole numbers, so that 50,000 places travel as plain JSON in little room. */
export interface PackedPoints {
	from: string;
	to: string;
	/** Length of every column. */
	n: number;
	/** Reports of the period, of which the newest `n` travelled. */
	total: number;
	days: number;
	/** Degrees; null in a city without streets. */
	origin: [lng: number | null, lat: number | null];
	categories: string[];
	/** Millionths of a degree from the origin. */
	lng: number[];
	lat: number[];
	hour: number[];
	category: number[];
	open: number[];
}

const micro = 1e-6;

/** Unpacks what travelled. Throws when the columns are not of one length: half a picture would look like a whole one. */
export function unpack(packed: PackedPoints): ReportPoints {
	const { n, origin } = packed;
	for (const name of ['lng', 'lat', 'hour', 'category', 'open'] as const) {
		if (packed[name].length !== n)
			throw new Error(`wall_points: ${name} has ${packed[name].length} values when expected ${n}.`);
	}
	const [originLng, originLat] = [origin[0] ?? 0, origin[1] ?? 0];
	return {
		lng: Float64Array.from(packed.lng, (step) => originLng + step * micro),
		lat: Float64Array.from(packed.lat, (step) => originLat + step * micro),
		hour: Int32Array.from(packed.hour),
		category: Uint16Array.from(packed.category),
		open: Uint8Array.from(packed.open),
		categories: packed.categories,
		days: packed.days,
		total: packed.total
	};
}
