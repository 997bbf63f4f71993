import type { AreaImport, AreaKind } from '#lib/city/import/shapes.ts';
import type { Draft } from '#lib/city/import/importer.ts';
import type { Datum } from '#lib/city/datum.ts';

/** How a file of areas is to be read. What is left null is proposed from a look at the file. */
export interface AreaOptions {
	/** Null: the rows' own property `kind` says, as it does in our export. */
	kind?: AreaKind | null;
	/** Properties that hold the name, the responsible unit, the English name, the key. Unit '': there is none. */
	name?: string | null;
	unit?: string | null;
	nameEn?: string | null;
	key?: string | null;
	/** Null: the file's own word for it, or WGS-84 where nothing speaks against that. */
	datum?: Datum | null;
	/** Areas of these kinds that the file does not name stay. */
	partial?: boolean;
}

/** Which property was read as what; null: none. `fields` are all the file has, for a form that offers others. */
export interface AreaProperties {
	kind: string | null;
	name: string | null;
	unit: string | null;
	nameEn: string | null;
	key: string | null;
	fields: string[];
}

export interface AreaDraft extends Draft {
	kind: 'areas';
	areas: AreaImport[];
	properties: AreaProperties;
	/** What the positions were read as. */
	datum: Datum;
	complete: boolean;
}

/** A row as it stands in the file: nothing about it is trusted yet. */
export interface RawArea {
	/** From 1, in file order. */
	row: number;
	id: string | null;
	properties: Record<string, unknown>;
	geometry: { type: string; coordinates: unknown } | null;
}

/** What either format gives. */
export interface RawAreas {
	format: 'geojson' | 'shapefile';
	rows: RawArea[];
	/** What the file itself says its positions are in; null when it does not. */
	declared: Datum | null;
}

/** Trimmed text of a property; numbers count as text, anything else and the empty string as nothing. */
export function asText(value: unknown): string | null {
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	if (typeof value !== 'string') return null;
	const text = value.trim();
	return text === '' ? null : text;
}
