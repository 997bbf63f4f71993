import type { Draft } from './importer.ts';
import type { Box } from './extent.ts';
import type { Datum, Position } from './positions.ts';
import type { FeatureImport, SegmentImport } from './shapes.ts';

/** What reading a file of streets gave: rows for the database, in WGS-84, keys stable over newer extracts. */
export interface CityDraft extends Draft {
	kind: 'city';
	format: 'osm-xml' | 'osm-pbf' | 'geojson';
	segments: SegmentImport[];
	/** What the basemap draws beneath the streets, and the places search finds. Empty when the file has streets only. */
	features: FeatureImport[];
	bbox: Box;
	/** On a street, near the middle of all. */
	center: Position;
	/** Whose data it is, as far as the format says; null when it does not. */
	attribution: string | null;
	/** What the city could be called when nobody says: the file's name without its endings. */
	suggestedName: string;
}

export interface CityOptions {
	/** The datum of the file's positions; WGS-84 unless told. */
	datum?: Datum;
	/** Only the streets with their middle in this box, in WGS-84. */
	within?: Box;
}
