import { townAreas } from './areas.ts';
import { townPlan, type Ground } from './ground.ts';
import { townHouses } from './houses.ts';
import { quarters } from './plan/places.ts';
import { bend, offset, toLngLat, type LngLat, type Metres } from './plane.ts';
import { townName, townSegments } from './town.ts';
import { extentOf } from '../import/extent.ts';
import type { AreaImport, CityRecord, FeatureImport, SegmentImport } from '../import/shapes.ts';

export interface District {
	city: CityRecord;
	segments: readonly SegmentImport[];
	areas: readonly AreaImport[];
	features: readonly FeatureImport[];
}

export const townZone = 'Asia/Shanghai';

/** The demo town as rows, without a file in between: no real town, and the same one every time. */
export function demoDistrict(): District {
	const segments = townSegments();
	const { bbox, center } = extentOf(segments.map(({ line }) => line));
	return {
		city: { name: townName.name, name_en: townName.nameEn, center, bbox, time_zone: townZone, is_demo: true },
		segments,
		areas: townAreas(),
		features: features()
	};
}

function features(): FeatureImport[] {
	const plan = townPlan();
	const polygon =
		(kind: 'water' | 'green') =>
		({ key, name, nameEn, rings }: Ground): FeatureImport => ({
			key: `demo:${kind}:${key}`,
			kind,
			name,
			name_en: nameEn,
			geometry: { type: 'Polygon', coordinates: rings.map(closed) }
		});
	return [
		...plan.water.map(polygon('water')),
		...plan.greens.map(polygon('green')),
		...townHouses(plan).map(({ ring }, i): FeatureImport => ({
			key: `demo:building:${i + 1}`,
			kind: 'building',
			name: null,
			name_en: null,
			geometry: { type: 'Polygon', coordinates: [closed(ring)] }
		})),
		{
			key: 'demo:rail',
			kind: 'rail',
			name: null,
			name_en: null,
			geometry: { type: 'LineString', coordinates: offset(plan.railway, 2.5).map(toLngLat) }
		},
		...[...plan.parcels, ...quarters].map(({ name, nameEn, at }, i): FeatureImport => ({
			key: `demo:place:${i + 1}`,
			kind: 'place',
			name,
			name_en: nameEn,
			geometry: { type: 'Point', coordinates: toLngLat(bend(at)) }
		}))
	];
}

function closed(ring: readonly Metres[]): LngLat[] {
	const points = ring.map(toLngLat);
	return [...points, points[0]!];
}
