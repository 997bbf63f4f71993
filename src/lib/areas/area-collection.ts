import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import type { AreaKind } from '#lib/city/import/shapes.ts';

export interface WrittenArea {
	key: string;
	kind: AreaKind;
	name: string;
	name_en: string | null;
	unit: string | null;
	unit_en?: string | null;
	geometry: Polygon | MultiPolygon;
}

/** Areas as a GeoJSON file: what is written here is read back without a change. */
export function areaCollection(areas: readonly WrittenArea[]): FeatureCollection & { datum: 'wgs84' } {
	return {
		type: 'FeatureCollection',
		// Said aloud, for a reader that would otherwise have to ask: https://www.rfc-editor.org/rfc/rfc7946#section-6.1
		datum: 'wgs84',
		features: areas.map(({ key, kind, name, name_en, unit, unit_en = null, geometry }) => ({
			type: 'Feature',
			properties: { key, kind, name, name_en, unit, unit_en },
			// One part needs no list of parts.
			geometry:
				geometry.type === 'MultiPolygon' && geometry.coordinates.length === 1
					? { type: 'Polygon', coordinates: geometry.coordinates[0]! }
					: geometry
		}))
	};
}
