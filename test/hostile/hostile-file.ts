import type { ImportFile, ImportKind } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';

/** A file that nobody should have to import. */
export interface HostileFile {
	name: string;
	kind: ImportKind;
	/** Large ones are made when their turn comes. */
	file: ImportFile | (() => ImportFile);
	options?: unknown;
	/** What the city already holds; nothing unless told. */
	known?: Known;
	/** `refused`: not one row would be written. `explained`: the rest is good, and what is not has its sentence. */
	expect: 'refused' | 'explained';
	/** A finding that has to be among those given, without its domain. */
	says?: string;
}
