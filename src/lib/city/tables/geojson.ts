import { TableProblem, type TableBounds } from './table.ts';
import type { RawRow } from './separated.ts';

/** GeoJSON is read whole, so it may be smaller than a table that comes row by row. */
const most = 200 * 1024 * 1024;

/**
 * The features of a GeoJSON collection as rows: their properties, and for points `lng` and `lat` unless properties have
 * these names. Row 0 is made of the names. `shapes` is what there is when there is no point.
 */
export async function readGeoJson(
	pieces: AsyncIterable<Uint8Array>,
	bounds: TableBounds
): Promise<{ rows: AsyncIterable<RawRow>; shapes: string | null }> {
	const features = featuresOf(await parse(pieces, Math.min(most, bounds.unpacked)));
	const names = new Set<string>();
	let hasPoints = false;
	let shapes: string | null = null;
	for (const { properties, geometry } of features) {
		for (const name of Object.keys(properties ?? {})) names.add(name);
		hasPoints ||= geometry?.type === 'Point';
		if (typeof geometry?.type === 'string') shapes ??= geometry.type.slice(0, 40);
		if (names.size > bounds.columns) {
			throw new TableProblem('too_many_columns', { columns: names.size, most: bounds.columns });
		}
	}
	if (hasPoints) names.add('lng').add('lat');
	const columns = [...names];
	const rows = (async function* () {
		yield { row: 0, cells: columns };
		for (const [i, { properties, geometry }] of features.entries()) {
			const [lng, lat] = geometry?.type === 'Point' ? (geometry.coordinates ?? []) : [];
			const record: Record<string, unknown> = { lng, lat, ...properties };
			yield { row: i + 1, cells: columns.map((name) => textOf(record[name])) };
		}
	})();
	return { rows, shapes: hasPoints ? null : shapes };
}

interface Feature {
	properties?: Record<string, unknown> | null;
	geometry?: { type?: string; coordinates?: unknown[] } | null;
}

async function parse(pieces: AsyncIterable<Uint8Array>, bound: number): Promise<unknown> {
	const kept: Uint8Array[] = [];
	let size = 0;
	for await (const piece of pieces) {
		kept.push(piece);
		size += piece.length;
		if (size > bound) throw new TableProblem('too_large', { megabytes: Math.round(bound / 1024 / 1024) });
	}
	let text = '';
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(kept));
		return JSON.parse(text);
	} catch {
		if (/^\s*[{[]/.test(text)) throw new TableProblem('json_broken');
		throw new TableProblem('not_a_table', { row: 1, said: 'JSON' });
	}
}

function featuresOf(body: unknown): Feature[] {
	const list = (body as { features?: unknown } | null)?.features;
	if (!Array.isArray(list)) throw new TableProblem('not_a_table', { row: 1, said: 'GeoJSON' });
	return list.map((feature) => (typeof feature === 'object' && feature !== null ? (feature as Feature) : {}));
}

function textOf(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'object') return JSON.stringify(value);
	return String(value as string | number | boolean);
}
