import gcoord from 'gcoord';
import type { FeatureCollection, Geometry, Position } from 'geojson';
import type { Box, LngLat } from './view.ts';

/** What the tiles beneath us are drawn in. Everything stored and sent is WGS-84, which CGCS2000 equals for a map. */
export type MapDatum = 'wgs84' | 'gcj02';

/**
 * The ground a map is drawn on. Data are shifted onto it as they are drawn and back as a person points at it; what is
 * kept and sent stays WGS-84. Nothing given is changed: every answer is a copy, or the same thing when nothing moves.
 */
export interface Ground {
	datum: MapDatum;
	/** From WGS-84 to where it shows on this map. */
	toMap(place: LngLat): LngLat;
	/** From where a person pointed to WGS-84; within a centimetre of what `toMap` would take there. */
	fromMap(place: LngLat): LngLat;
	boxToMap(box: Box): Box;
	shapeToMap<Shape extends Geometry>(shape: Shape): Shape;
	featuresToMap<Shape extends Geometry>(features: FeatureCollection<Shape>): FeatureCollection<Shape>;
}

const same: Ground = {
	datum: 'wgs84',
	toMap: (place) => place,
	fromMap: (place) => place,
	boxToMap: (box) => box,
	shapeToMap: (shape) => shape,
	featuresToMap: (features) => features
};

const gcj02: Ground = {
	datum: 'gcj02',
	toMap: shift,
	fromMap: shiftBack,
	boxToMap: ([west, south, east, north]) => [...shift([west, south]), ...shift([east, north])],
	shapeToMap: (shape) => moveShape(shape, shift),
	featuresToMap: (all) => ({
		...all,
		features: all.features.map((feature) => ({ ...feature, geometry: moveShape(feature.geometry, shift) }))
	})
};

export function groundOf(datum: MapDatum): Ground {
	return datum === 'gcj02' ? gcj02 : same;
}

function shift([lng, lat]: LngLat): LngLat {
	return gcoord.transform([lng, lat], gcoord.WGS84, gcoord.GCJ02) as LngLat;
}

/** The shift has no inverse in closed form: the guess is mended by what it misses, three digits a round. */
function shiftBack([lng, lat]: LngLat): LngLat {
	let [backLng, backLat] = [lng, lat];
	for (let round = 0; round < 5; round++) {
		const [toLng, toLat] = shift([backLng, backLat]);
		backLng += lng - toLng;
		backLat += lat - toLat;
	}
	return [backLng, backLat];
}

function moveShape<Shape extends Geometry>(shape: Shape, by: (place: LngLat) => LngLat): Shape {
	if (shape.type === 'GeometryCollection')
		return { ...shape, geometries: shape.geometries.map((part) => moveShape(part, by)) };
	return { ...shape, coordinates: moveAll(shape.coordinates, by) } as Shape;
}

type Nested = Position | readonly Nested[];

function moveAll(coordinates: Nested, by: (place: LngLat) => LngLat): Nested {
	return typeof coordinates[0] === 'number'
		? by(coordinates as LngLat)
		: (coordinates as readonly Nested[]).map((part) => moveAll(part, by));
}
