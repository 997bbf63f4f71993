import type { Feature, FeatureCollection, Geometry } from 'geojson';
import type { Position } from '#lib/city/datum.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import type { AreaImport } from '#lib/city/import/shapes.ts';
import type { JudgedLie, NamedPatch } from './judge-lie.ts';

/** A row's ground as drawn in the file, in WGS-84, and what is wrong with it. */
export interface Drawn {
	name: string | null;
	row: number;
	parts: Position[][][];
	isFaulty: boolean;
	fault: string | null;
	/** Where the fault can be pointed at. */
	spot: Position | null;
}

const mostFeatures = 4000;
const mostCorners = 200_000;

/**
 * A picture of the file: what is wrong first, so that it is never what is cut. Properties: role `area`, `invalid`
 * (outlines, and a point where the fault lies), `overlap` or `gap`; name; square_metres or fault where they apply.
 */
export function previewOf(
	drawn: readonly Drawn[],
	lie: JudgedLie,
	areas: readonly AreaImport[],
	findings: Findings
): FeatureCollection {
	const features: Feature[] = [];
	let corners = 0;
	let cut = 0;
	const add = (geometry: Geometry, count: number, properties: Record<string, unknown>) => {
		if (features.length >= mostFeatures || corners + count > mostCorners) {
			cut += 1;
			return;
		}
		corners += count;
		features.push({ type: 'Feature', properties, geometry });
	};
	for (const { name, row, parts, isFaulty, fault, spot } of drawn) {
		if (!isFaulty) continue;
		const rings = parts.flat();
		const properties = { role: 'invalid', name: name ?? `#${row}`, fault };
		const count = rings.reduce((sum, ring) => sum + ring.length, 0);
		add({ type: 'MultiLineString', coordinates: rings.filter((ring) => ring.length > 1) }, count, properties);
		if (spot) add({ type: 'Point', coordinates: spot }, 1, properties);
	}
	const addPatches = (role: string, patches: readonly NamedPatch[]) => {
		for (const { name, squareMetres, geometry } of patches) {
			const count = geometry.coordinates.reduce((sum, ring) => sum + ring.length, 0);
			add(geometry, count, { role, name, square_metres: Math.round(squareMetres) });
		}
	};
	addPatches('overlap', lie.overlaps);
	addPatches('gap', lie.gaps);
	for (const { name, kind, unit, geometry } of areas) {
		const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
		const count = rings.reduce((sum, ring) => sum + ring.length, 0);
		add(geometry, count, { role: 'area', name, kind, unit });
	}
	findings.say('preview_cut', 'note', cut);
	return { type: 'FeatureCollection', features };
}
