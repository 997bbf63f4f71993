import type { Feature, FeatureCollection, Geometry, LineString, MultiLineString, Polygon } from 'geojson';

/** One segment as `api.basemap` gives it. */
export interface BasemapSegment {
	id: number;
	street_id: number | null;
	name: string | null;
	name_en: string | null;
	class: string;
	oneway: number;
	line: [number, number][];
}

/** One feature as `api.base_features` gives it. */
export interface BaseFeature {
	id: number;
	kind: 'water' | 'green' | 'building' | 'place' | 'rail';
	name: string | null;
	name_en: string | null;
	geometry: Geometry;
	/** Of a place: what it is ('station', 'market', 'bridge', …). */
	place_kind?: string | null;
	/** Of a place: 1 is named first. */
	rank?: number | null;
}

/** The layers of a tile. Names ride on lines of their own, so that a name may run on across junctions. */
export const layerNames = [
	'water',
	'waterway',
	'green',
	'building',
	'rail',
	'streets',
	'street_names',
	'water_names',
	'places'
] as const;
export type LayerName = (typeof layerNames)[number];

export function layersOf(
	segments: readonly BasemapSegment[],
	features: readonly BaseFeature[]
): Record<LayerName, FeatureCollection> {
	const ofKind = (kind: BaseFeature['kind']) => features.filter((feature) => feature.kind === kind);
	// A canal may come as its ribbon of water or only as its line.
	const waters = ofKind('water');
	return {
		water: collect(waters.filter((feature) => !isLine(feature)).map(plainFeature)),
		waterway: collect(waters.filter(isLine).map(plainFeature)),
		green: collect(ofKind('green').map(plainFeature)),
		building: collect(
			ofKind('building').map(({ id, geometry }) => ({ type: 'Feature', id, properties: {}, geometry }))
		),
		rail: collect(ofKind('rail').map(plainFeature)),
		streets: collect(
			segments.map((segment) => ({
				type: 'Feature',
				id: segment.id,
				properties: {
					id: segment.id,
					...(segment.street_id === null ? {} : { street_id: segment.street_id }),
					...named(segment),
					class: segment.class
				},
				geometry: { type: 'LineString', coordinates: segment.line }
			}))
		),
		street_names: collect(streetNames(segments)),
		water_names: collect(waterNames(waters)),
		places: collect(ofKind('place').map(placeFeature))
	};
}

function isLine({ geometry }: BaseFeature): boolean {
	return geometry.type === 'LineString' || geometry.type === 'MultiLineString';
}

function placeFeature(place: BaseFeature): Feature {
	const { place_kind: kind, rank } = place;
	const properties = { ...named(place), ...(kind ? { kind } : {}), ...(rank ? { rank } : {}) };
	return { type: 'Feature', id: place.id, properties, geometry: place.geometry };
}

function plainFeature(feature: BaseFeature): Feature {
	return { type: 'Feature', id: feature.id, properties: named(feature), geometry: feature.geometry };
}

function named({ name, name_en }: { name: string | null; name_en: string | null }): Record<string, string> {
	return { ...(name === null ? {} : { name }), ...(name_en === null ? {} : { name_en }) };
}

function collect(features: Feature[]): FeatureCollection {
	return { type: 'FeatureCollection', features };
}

/** Each named street as the fewest lines its segments join up to, end to end. */
function streetNames(segments: readonly BasemapSegment[]): Feature<MultiLineString>[] {
	const streets = new Map<string, BasemapSegment[]>();
	for (const segment of segments) {
		if (!segment.name) continue;
		const key = `${segment.street_id} ${segment.name}`;
		const known = streets.get(key);
		if (known) known.push(segment);
		else streets.set(key, [segment]);
	}
	return [...streets.values()].map((parts) => ({
		type: 'Feature',
		properties: { ...named(parts[0]!), class: widest(parts) },
		geometry: { type: 'MultiLineString', coordinates: joined(parts.map(({ line }) => line)) }
	}));
}

const fromWidest = ['primary', 'secondary', 'tertiary', 'residential', 'lane', 'service', 'path'];

function widest(parts: readonly BasemapSegment[]): string {
	return fromWidest.find((word) => parts.some((part) => part.class === word)) ?? parts[0]!.class;
}

/** Joins lines that share an end, whichever way they were drawn. A line is used once. */
export function joined(lines: readonly [number, number][][]): [number, number][][] {
	const left = new Set(lines);
	const ending = new Map<string, [number, number][][]>();
	for (const line of lines) {
		for (const end of [line[0]!, line.at(-1)!]) {
			const key = end.join();
			const known = ending.get(key);
			if (known) known.push(line);
			else ending.set(key, [line]);
		}
	}
	const grow = (chain: [number, number][]) => {
		for (;;) {
			const tail = chain.at(-1)!;
			const next = (ending.get(tail.join()) ?? []).find((line) => left.has(line));
			if (!next) return chain;
			left.delete(next);
			const forward = next[0]!.join() === tail.join() ? next : [...next].reverse();
			chain.push(...forward.slice(1));
		}
	};
	const chains: [number, number][][] = [];
	for (const line of lines) {
		if (!left.delete(line)) continue;
		const there = grow([...line]);
		chains.push(grow(there.reverse()));
	}
	return chains;
}

/**
 * A river's name runs along its water: along its line, or halfway between its two banks, found by pairing the points of
 * a ribbon-shaped ring. A round body of water has no such line and is named at its middle by its polygon.
 */
function waterNames(waters: readonly BaseFeature[]): Feature<LineString | MultiLineString>[] {
	return waters.flatMap((water): Feature<LineString | MultiLineString>[] => {
		if (water.name && isLine(water)) {
			const geometry = water.geometry as LineString | MultiLineString;
			return [{ type: 'Feature', properties: named(water), geometry }];
		}
		if (!water.name || water.geometry.type !== 'Polygon') return [];
		const line = middleLine((water.geometry as Polygon).coordinates[0] as [number, number][]);
		return line.length < 2
			? []
			: [{ type: 'Feature', properties: named(water), geometry: { type: 'LineString', coordinates: line } }];
	});
}

function middleLine(ring: readonly [number, number][]): [number, number][] {
	const points = ring.slice(0, -1);
	const half = Math.floor(points.length / 2);
	const middle = points.slice(0, half).map(([lng, lat], i): [number, number] => {
		const [otherLng, otherLat] = points[points.length - 1 - i]!;
		return [(lng + otherLng) / 2, (lat + otherLat) / 2];
	});
	const width = Math.hypot(points[0]![0] - points.at(-1)![0], points[0]![1] - points.at(-1)![1]);
	const length = middle
		.slice(1)
		.reduce((sum, [lng, lat], i) => sum + Math.hypot(lng - middle[i]![0], lat - middle[i]![1]), 0);
	return length > 4 * width ? middle : [];
}
