import { isDatum, type Datum } from '#lib/city/datum.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import { asText, type RawArea, type RawAreas } from './area-draft.ts';
import { datumOfCrs } from './coordinate-system.ts';

/** Reads a FeatureCollection, a single Feature or a bare list of features. Throws `RefusedFile` when it is none of them. */
export function readGeoJson(bytes: Uint8Array, findings: Findings): RawAreas {
	const text = decode(bytes, findings);
	if (text.trim() === '') throw refuseFile('ground', 'file_empty');
	if (/^\s*</.test(text)) throw refuseFile('ground', 'not_json', { start: text.trim().slice(0, 40) });
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		if (/^\s*[{[]/.test(text)) throw refuseFile('ground', 'json_broken');
		throw refuseFile('ground', 'not_json', { start: text.trim().slice(0, 40) });
	}
	const list = listOf(body);
	if (!list) {
		const type = isRecord(body) && typeof body.type === 'string' ? body.type.slice(0, 40) : '?';
		throw refuseFile('ground', 'not_geojson', { type });
	}
	return { format: 'geojson', rows: list.map(rowOf), declared: isRecord(body) ? declaredBy(body) : null };
}

/** `datum` is our own word for it, in what we export; `crs` that of older GeoJSON. */
function declaredBy(body: Record<string, unknown>): Datum | null {
	return typeof body.datum === 'string' && isDatum(body.datum) ? body.datum : datumOfCrs(body.crs);
}

function rowOf(raw: unknown, i: number): RawArea {
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
}

/** UTF-8 as the format wants it; GBK and UTF-16 as some desktop programs write it, said aloud. */
function decode(bytes: Uint8Array, findings: Findings): string {
	const attempt = (encoding: string) => {
		try {
			return new TextDecoder(encoding, { fatal: true }).decode(bytes);
		} catch {
			return null;
		}
	};
	if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
		const text = attempt(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be');
		if (text !== null) return text;
	}
	const text = attempt('utf-8');
	if (text !== null) return text;
	const gbk = attempt('gb18030');
	if (gbk === null) throw refuseFile('ground', 'encoding_unknown');
	findings.say('read_as_gbk', 'note', 1);
	return gbk;
}

function listOf(body: unknown): unknown[] | null {
	if (Array.isArray(body)) return body;
	if (!isRecord(body)) return null;
	if (body.type === 'Feature') return [body];
	return body.type === 'FeatureCollection' && Array.isArray(body.features) ? body.features : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
