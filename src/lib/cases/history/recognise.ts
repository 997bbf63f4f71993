// Which column is which, judged by its name and by what stands in it: neither alone is believed.
import { findDateOrder, readCivilTime, type DateOrder } from './civil-time.ts';
import type { ColumnLook, Look } from './look.ts';
import { fieldNames, type FieldName } from './mapping.ts';
import { personalByContent, personalByName } from './personal.ts';
import { readNumber, readPair } from './places.ts';
import { bare, columnNames } from './words.ts';

export interface Recognised {
	columns: Record<FieldName, string | null> & { description: string[] };
	/** Columns that are not read, and why: what kind of personal matter, or that nothing is known about them. */
	leftOut: { column: string; because: string }[];
	dates: { order: DateOrder; isCertain: boolean; mdy: number; dmy: number };
}

const times: ReadonlySet<string> = new Set([
	'opened',
	'filed',
	'dispatched',
	'due',
	'handling',
	'handled',
	'closed'
]);
const numbers: ReadonlySet<string> = new Set(['accuracy', 'returned', 'disputed']);
const words: ReadonlySet<string> = new Set(['status', 'late', 'category', 'unit', 'source']);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The surest first, so that a column of two meanings goes where it is needed most. */
const order: FieldName[] = [
	'id',
	'key',
	'merged_into',
	'lng',
	'lat',
	'point',
	'closed',
	'due',
	'dispatched',
	'handling',
	'handled',
	'opened',
	'filed',
	'late',
	'status',
	'category',
	'source',
	'unit',
	'accuracy',
	'returned',
	'disputed',
	'confirmed'
];

export function recognise(look: Look): Recognised {
	const dates = orderOfDates(look);
	const columns = {
		...(Object.fromEntries(fieldNames.map((name) => [name, null])) as unknown as Record<
			FieldName,
			string | null
		>),
		description: [] as string[]
	};
	const taken = new Map<string, FieldName>();
	for (const field of order) {
		const best = bestFor(field, look, taken, dates.order);
		if (!best) continue;
		columns[field] = best.name;
		taken.set(best.name, field);
	}
	if (!columns.key) {
		const column = look.columns.find(
			({ name, isUnique, sample }) =>
				isUnique && !taken.has(name) && !isMostly(sample, isTime(dates.order)) && !personal({ name, sample })
		);
		if (column) taken.set((columns.key = column.name), 'key');
	}
	// Half a place is none.
	if (!columns.lng || !columns.lat)
		for (const half of [columns.lng, columns.lat]) if (half) taken.delete(half);
	if (!columns.lng || !columns.lat) columns.lng = columns.lat = null;
	if (!columns.point && !columns.lng) {
		const column = look.columns.find(
			({ name, sample }) => !taken.has(name) && isMostly(sample, (text) => readPair(text) !== null)
		);
		if (column) taken.set((columns.point = column.name), 'point');
	}
	if (columns.lng && columns.point) {
		taken.delete(columns.point);
		columns.point = null;
	}
	return { columns, leftOut: describeRest(look, columns, taken), dates };
}

function describeRest(
	look: Look,
	columns: Recognised['columns'],
	taken: ReadonlyMap<string, FieldName>
): Recognised['leftOut'] {
	const leftOut: Recognised['leftOut'] = [];
	for (const column of look.columns) {
		if (taken.has(column.name)) continue;
		const kind = personal(column);
		const name = bare(column.name);
		const text = columnNames.description.some((pattern) => pattern.test(name));
		if (kind) leftOut.push({ column: column.name, because: kind });
		else if (column.filled === 0) leftOut.push({ column: column.name, because: 'blank' });
		else if (text) columns.description.push(column.name);
		else
			leftOut.push({
				column: column.name,
				because: columnNames.address.some((pattern) => pattern.test(name)) ? 'address' : 'unknown'
			});
	}
	return leftOut;
}

function bestFor(
	field: FieldName,
	look: Look,
	taken: ReadonlyMap<string, FieldName>,
	dateOrder: DateOrder
): ColumnLook | null {
	for (const pattern of columnNames[field]) {
		const found = look.columns.filter((column) => {
			if (taken.has(column.name) || !pattern.test(bare(column.name)) || column.filled === 0) return false;
			return fits(field, column, look, dateOrder);
		});
		if (found.length === 0) continue;
		// Of several the fullest; of several categories the finest.
		const size = (column: ColumnLook) => (field === 'category' ? (column.values?.size ?? 0) : column.filled);
		return found.reduce((a, b) => (size(b) > size(a) ? b : a));
	}
	return null;
}

/** What tells our own exports: as GeoJSON, and as tables. */
const ownColumns = [
	['key', 'opened_at', 'merged_into'],
	['案件编号', '上报时间', '并入案件']
];

function fits(
	field: FieldName,
	{ name, sample, values, filled, isUnique }: ColumnLook,
	look: Look,
	dateOrder: DateOrder
): boolean {
	if (times.has(field)) return isMostly(sample, isTime(dateOrder));
	if (numbers.has(field)) return isMostly(sample, (text) => readNumber(text) !== null);
	if (field === 'lng') return isMostly(sample, isWithin(180));
	if (field === 'lat') return isMostly(sample, isWithin(180));
	if (field === 'point') return isMostly(sample, (text) => readPair(text) !== null);
	if (field === 'key') return filled > look.rows * 0.5 && personal({ name, sample }, true) === null;
	// Only in a file of our own making is an id one of our reports.
	if (field === 'id') {
		const isOurs = ownColumns.some((names) =>
			names.every((own) => look.columns.some((column) => column.name === own))
		);
		return isOurs && isUnique && isMostly(sample, (text) => uuid.test(text));
	}
	if (field === 'confirmed') return isMostly(sample, (text) => /^(true|false|是|否)$/i.test(text));
	// Words of which there are few, and which are no times or names of people.
	if (words.has(field)) {
		const most = field === 'category' || field === 'unit' ? 1_000 : 60;
		return (
			values !== null &&
			values.size <= most &&
			!isMostly(sample, isTime(dateOrder)) &&
			personal({ name, sample }) === null
		);
	}
	return true;
}

function personal(
	{ name, sample }: Pick<ColumnLook, 'name' | 'sample'>,
	byContentOnly = false
): string | null {
	return (byContentOnly ? null : personalByName(name)) ?? personalByContent(sample);
}

function isMostly(sample: readonly string[], is: (text: string) => boolean): boolean {
	const some =
		sample.length > 400 ? sample.filter((_, i) => i % Math.ceil(sample.length / 400) === 0) : sample;
	return some.length > 0 && some.filter(is).length >= some.length * 0.8;
}

const isTime = (dateOrder: DateOrder) => (text: string) =>
	readCivilTime(text, dateOrder) !== null ||
	readCivilTime(text, dateOrder === 'mdy' ? 'dmy' : 'mdy') !== null;
const isWithin = (most: number) => (text: string) => Math.abs(readNumber(text) ?? Infinity) <= most;

/** Decided over all columns together: a file has one habit. */
function orderOfDates(look: Look): Recognised['dates'] {
	let [mdy, dmy] = [0, 0];
	for (const { sample } of look.columns) {
		const found = findDateOrder(sample);
		mdy += found.mdy;
		dmy += found.dmy;
	}
	return { order: dmy > mdy ? 'dmy' : 'mdy', isCertain: mdy > 0 !== dmy > 0, mdy, dmy };
}
