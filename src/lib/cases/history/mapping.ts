// The mapping: a small JSON file that says which column is what and which of their words are which of ours. The import
// proposes it; a person corrects it in any editor. Column names are those of the header, full-width signs made narrow.
import * as v from 'valibot';
import { datums } from '#lib/city/datum.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import { historySources, historyStatuses } from './history.ts';
import { isTimeZone } from './time-zone.ts';

export const mappingFormat = 'kerbside-history/1';

/** Fields that one column each can fill. */
export const fieldNames = [
	'key',
	'lng',
	'lat',
	'point',
	'opened',
	'filed',
	'dispatched',
	'due',
	'handling',
	'handled',
	'closed',
	'status',
	'late',
	'category',
	'unit',
	'source',
	'accuracy',
	'returned',
	'disputed',
	'confirmed',
	'id',
	'merged_into'
] as const;
export type FieldName = (typeof fieldNames)[number];

const column = v.optional(v.nullable(v.string()), null);
const rows = v.optional(v.number(), 0);
const text = v.pipe(v.string(), v.maxLength(200));

const schema = v.object({
	format: v.literal(mappingFormat),
	/** For the person who reads it. */
	about: v.optional(v.array(v.string()), []),
	/** A name for where these rows come from, the same each time: with the key it tells which rows are already here. */
	source: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80)),
	table: v.optional(
		v.object({
			encoding: v.optional(v.nullable(v.string()), null),
			separator: v.optional(v.nullable(v.string()), null),
			sheet: v.optional(v.nullable(v.string()), null),
			header_row: v.optional(v.nullable(v.number()), null)
		}),
		{}
	),
	columns: v.object({
		...(Object.fromEntries(fieldNames.map((name) => [name, column])) as Record<FieldName, typeof column>),
		/** What is kept as text; phone numbers, identity numbers and plates in it are blotted out. */
		description: v.optional(v.array(v.string()), [])
	}),
	datum: v.picklist(datums),
	/** `point` holds latitude before longitude. */
	swapped: v.optional(v.boolean(), false),
	time_zone: v.pipe(v.string(), v.check(isTimeZone, 'is no time zone')),
	/** For dates such as 03/04/2026. */
	date_order: v.picklist(['mdy', 'dmy']),
	/** Closed before opened by up to so many minutes (the entry was typed in after the work): closed when it was opened. */
	closed_before_opened_minutes: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1440)), 60),
	/** Places that stand for “somewhere in the city”: rows there are imported as inexact to `accuracy_m`, or left out. */
	default_places: v.optional(
		v.array(v.object({ lng: v.number(), lat: v.number(), rows, keep: v.optional(v.boolean(), true) })),
		[]
	),
	statuses: v.optional(v.array(v.object({ value: text, rows, to: v.picklist(historyStatuses) })), []),
	categories: v.optional(
		v.array(
			v.object({
				value: text,
				rows,
				to: v.nullable(v.string()),
				name: v.optional(v.string()),
				because: v.optional(v.string())
			})
		),
		[]
	),
	/** For categories that are not listed; null: such rows are refused. */
	other_category: v.optional(v.nullable(v.string()), null),
	units: v.optional(
		v.array(v.object({ value: text, rows, to: v.nullable(text), is_new: v.optional(v.boolean()) })),
		[]
	),
	sources: v.optional(v.array(v.object({ value: text, rows, to: v.picklist(historySources) })), []),
	/** Words by which the source itself calls a row late. */
	late_values: v.optional(v.array(v.string()), []),
	/** Columns that are not read, and why. */
	left_out: v.optional(v.array(v.object({ column: v.string(), because: v.string() })), [])
});

export type HistoryMapping = v.InferOutput<typeof schema>;

/** A mapping from its JSON; throws `RefusedFile`, with the place and what is wrong there, when it is none. */
export function readMapping(json: string): HistoryMapping {
	let body: unknown;
	try {
		body = JSON.parse(json.replace(/^\uFEFF/, ''));
	} catch (error) {
		throw refuseFile('history', 'mapping_not_json', { said: error instanceof Error ? error.message : '' });
	}
	const result = v.safeParse(schema, body);
	if (result.success) return result.output;
	const [issue] = result.issues;
	throw refuseFile('history', 'mapping_wrong', { place: v.getDotPath(issue) ?? '', said: issue.message });
}

/** The mapping as a file to be read and edited. */
export function writeMapping(mapping: HistoryMapping): string {
	// One line for each value: a list of hundreds stays a list.
	const json = JSON.stringify(mapping, null, '\t');
	return `${json.replace(/\{\n\t{3}([^{}]*?)\n\t{2}\}/g, (_, inside: string) => `{ ${inside.replace(/\n\t{3}/g, ' ')} }`)}\n`;
}
