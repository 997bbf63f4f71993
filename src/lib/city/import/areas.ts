import type { Fault, RowProblem } from './faults.ts';
import { asText, type RawFeature } from './features.ts';
import { positionFault, strays, toWgs84, type Datum, type Position } from './positions.ts';
import { ringFault } from './rings.ts';
import type { AreaImport, AreaKind } from './shapes.ts';

export interface AreaPlan {
	kind: AreaKind;
	/** Which properties of the file hold the area's name and its unit. */
	nameProperty: string;
	unitProperty: string | null;
	datum: Datum;
	/** West, south, east, north of the city's streets; areas that miss it are refused. Null: not known yet. */
	city: readonly [number, number, number, number] | null;
}

/** Areas of a polygon file. The key is the kind and the source's own id, failing that the name. */
export function areasFrom(
	features: readonly RawFeature[],
	plan: AreaPlan
): { areas: AreaImport[]; problems: RowProblem[] } {
	const areas: AreaImport[] = [];
	const problems: RowProblem[] = [];
	const corners: { row: number; name: string | null; at: Position }[] = [];
	const keys = new Map<string, number>();
	for (const { row, id, properties, geometry } of features) {
		const name = asText(properties[plan.nameProperty]);
		const problem = (fault: Fault, detail = '') => problems.push({ row, name, fault, detail });
		if (!name) problem('name_missing', plan.nameProperty);
		else if (name.length > 120) problem('name_too_long', String(name.length));
		const unit = plan.unitProperty === null ? null : asText(properties[plan.unitProperty]);
		if (unit && unit.length > 120) problem('unit_too_long', String(unit.length));
		const polygons = readPolygons(geometry, problem);
		if (!name || !polygons) continue;
		corners.push({ row, name, at: polygons[0]![0]![0]! });

		const key = `${plan.kind}:${asText(properties.key) ?? asText(properties.id) ?? id ?? name}`;
		const other = keys.get(key);
		if (other !== undefined) problem('duplicate_key', `${key}, #${other}`);
		keys.set(key, row);
		const placed = polygons.map((rings) => rings.map((ring) => ring.map((at) => toWgs84(at, plan.datum))));
		if (plan.city && !touches(placed.flat(2), plan.city))
			problem('outside_city', placed[0]![0]![0]!.join(', '));
		areas.push({
			key,
			kind: plan.kind,
			name,
			name_en: asText(properties.name_en) ?? asText(properties['name:en']),
			unit,
			geometry:
				placed.length === 1
					? { type: 'Polygon', coordinates: placed[0]! }
					: { type: 'MultiPolygon', coordinates: placed }
		});
	}
	const faulty = new Set(problems.map(({ row }) => row));
	problems.push(...strays(corners).filter(({ row }) => !faulty.has(row)));
	return { areas, problems: problems.sort((a, b) => a.row - b.row) };
}

/** Polygons as rings of raw positions, checked; null (with the fault told) when one is not as it should be. */
function readPolygons(
	geometry: RawFeature['geometry'],
	problem: (fault: Fault, detail?: string) => void
): Position[][][] | null {
	const isOne = geometry?.type === 'Polygon';
	if ((!isOne && geometry?.type !== 'MultiPolygon') || !Array.isArray(geometry.coordinates)) {
		problem('not_a_polygon', geometry?.type ?? '');
		return null;
	}
	const raw: unknown[] = isOne ? [geometry.coordinates] : geometry.coordinates;
	if (raw.length === 0) {
		problem('too_few_points', '0');
		return null;
	}
	for (const rings of raw) {
		if (!Array.isArray(rings) || rings.length === 0) {
			problem('too_few_points', '0');
			return null;
		}
		for (const ring of rings) {
			if (!Array.isArray(ring)) {
				problem('not_numbers');
				return null;
			}
			for (const position of ring) {
				const fault = positionFault(position);
				if (!fault) continue;
				problem(fault, JSON.stringify(position));
				return null;
			}
			const fault = ringFault(ring as Position[]);
			if (fault) {
				problem(fault, String(ring.length));
				return null;
			}
		}
	}
	// Heights and measures, where a file has them, are not ours to keep.
	return (raw as Position[][][]).map((rings) =>
		rings.map((ring) => ring.map(([lng, lat]): Position => [lng, lat]))
	);
}

function touches(
	positions: readonly Position[],
	[west, south, east, north]: readonly [number, number, number, number]
): boolean {
	const lngs = positions.map(([lng]) => lng);
	const lats = positions.map(([, lat]) => lat);
	// A loop instead of Math.min(...lngs): large polygons have more corners than a call has arguments.
	const least = (numbers: number[]) => numbers.reduce((a, b) => Math.min(a, b));
	const most = (numbers: number[]) => numbers.reduce((a, b) => Math.max(a, b));
	return least(lngs) <= east && most(lngs) >= west && least(lats) <= north && most(lats) >= south;
}
