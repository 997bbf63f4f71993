import type { RowProblem } from './faults.ts';

/** A feature as it stands in the file: nothing about it is trusted yet. */
export interface RawFeature {
	row: number;
	id: string | null;
	properties: Record<string, unknown>;
	geometry: { type: string; coordinates: unknown } | null;
}

/** Reads a GeoJSON FeatureCollection, a single Feature or a bare list of them. Accepts a leading byte order mark, as some desktop tools write one. */
export function readFeatures(json: string): { features: RawFeature[]; problems: RowProblem[] } {
	let body: unknown;
	const text = json.replace(/^\uFEFF/, '');
	try {
		body = JSON.parse(text);
	} catch (error) {
		const fault = /^\s*[{[]/.test(text) ? 'json_broken' : 'not_geojson';
		return { features: [], problems: [wholeFile(fault, error instanceof Error ? error.message : '')] };
	}
	const list = listOf(body);
	if (!list) return { features: [], problems: [wholeFile('not_geojson', '')] };
	if (list.length === 0) return { features: [], problems: [wholeFile('no_rows', '')] };
	const features = list.map((raw: unknown, i): RawFeature => {
		const feature = isRecord(raw) ? raw : {};
		const geometry = isRecord(feature.geometry) ? feature.geometry : null;
		return {
			row: i + 1,
			id: asText(feature.id),
			properties: isRecord(feature.properties) ? feature.properties : {},
			geometry:
				geometry && typeof geometry.type === 'string'
					? { type: geometry.type, coordinates: geometry.coordinates }
					: null
		};
	});
	return { features, problems: [] };
}

function listOf(body: unknown): unknown[] | null {
	if (Array.isArray(body)) return body;
	if (!isRecord(body)) return null;
	if (body.type === 'Feature') return [body];
	return body.type === 'FeatureCollection' && Array.isArray(body.features) ? body.features : null;
}

/** Trimmed text of a property; numbers count as text, anything else and the empty string as nothing. */
export function asText(value: unknown): string | null {
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	if (typeof value !== 'string') return null;
	const text = value.trim();
	return text === '' ? null : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wholeFile(fault: RowProblem['fault'], detail: string): RowProblem {
	return { row: 0, name: null, fault, detail };
}
