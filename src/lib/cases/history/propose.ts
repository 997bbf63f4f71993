// The mapping a file seems to ask for: proposed from its columns, to be looked over by a person.
import { basename } from 'node:path';
import { measureShift, type Shift } from '#lib/city/datum-fit.ts';
import type { Datum } from '#lib/city/datum.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import type { Known } from '#lib/city/import/known.ts';
import type { Table } from '#lib/city/tables/table.ts';
import { directionOf } from './ground-check.ts';
import type { ColumnLook, Look } from './look.ts';
import { mappingFormat, type HistoryMapping } from './mapping.ts';
import { isOnGlobe, readNumber, readPair, type Place } from './places.ts';
import { recognise, type Recognised } from './recognise.ts';
import { findSpikes } from './spikes.ts';
import { TimeZone, zoneAround } from './time-zone.ts';
import { bare, categoryMeant, likeness, sourceMeant, statusMeant } from './words.ts';

const about = [
	'这个文件说明表格里每一列是什么。请核对后再导入：columns 写列名；statuses、categories、units、sources 写每个值对应什么；不需要的列写 null。',
	'This file says what each column of the table is. Look it over before importing: columns holds column names; statuses, categories, units and sources say what each value means; null for what is not there.',
	'statuses: received declined filed dispatched handling handled returned suspended closed voided',
	'sources: citizen volunteer inspector hotline import api'
];

const alike = 0.5;

/** Proposes a mapping and says (as findings) what it took for what, and what it could not tell. */
export function propose(
	fileName: string,
	table: Table,
	look: Look,
	known: Known,
	findings: Findings
): HistoryMapping {
	const { columns, leftOut, dates } = recognise(look);
	const column = (name: string | null) => look.columns.find((one) => one.name === name) ?? null;
	const places = placesOf(look, columns);
	const { datum, swapped } = readPlaces(places, known, columns, findings);
	const settled = swapped ? places.map(([a, b]): Place => [b, a]) : places;
	const other = otherCategory(known);
	const mapping: HistoryMapping = {
		format: mappingFormat,
		about,
		source: sourceName(fileName, columns),
		table: {
			encoding: table.encoding,
			separator: table.separator,
			sheet: table.sheet,
			header_row: table.headerRow
		},
		columns,
		datum,
		swapped,
		time_zone: zoneOf(settled, known, findings),
		date_order: dates.order,
		closed_before_opened_minutes: 60,
		default_places: findSpikes(settled, look.rows / Math.max(1, look.sample.length)).map(({ lng, lat }) => ({
			lng,
			lat,
			rows: 0,
			keep: true
		})),
		statuses: valuesOf(column(columns.status)).map(([value, rows]) => ({
			value,
			rows,
			to: statusMeant(value) ?? 'dispatched'
		})),
		categories: valuesOf(column(columns.category)).map(([value, rows]) => ({
			value,
			rows,
			...categoryFor(value, known, other)
		})),
		other_category: other,
		units: valuesOf(column(columns.unit)).map(([value, rows]) => ({ value, rows, ...unitFor(value, known) })),
		sources: valuesOf(column(columns.source)).map(([value, rows]) => ({
			value,
			rows,
			to: sourceMeant(value)
		})),
		late_values: valuesOf(column(columns.late))
			.map(([value]) => value)
			.filter((value) => /^(overdue|late|超期|逾期|是|yes|true|超时)/i.test(value)),
		left_out: leftOut
	};
	// The source's own word for the matter is kept where ours are fewer.
	if (columns.category && mapping.categories.some(({ because }) => because !== 'same_name'))
		columns.description.unshift(columns.category);
	sayWhatWasFound(mapping, look, dates, findings);
	return mapping;
}

function valuesOf(column: ColumnLook | null): [value: string, rows: number][] {
	return [...(column?.values ?? [])].sort((a, b) => b[1] - a[1]).filter(([value]) => value.length <= 200);
}

/** The same name for next month's file as for this one's: years, months and dates are taken out of it. */
function sourceName(fileName: string, columns: Recognised['columns']): string {
	if (columns.id && columns.key) return 'kerbside';
	const name = basename(fileName)
		.replace(/(\.(csv|xlsx|geojson|json|txt|tsv|gz))+$/i, '')
		.normalize('NFKC')
		.replace(/(19|20)\d{2}([-_.年]?\d{1,2}([-_.月]?\d{1,2}日?)?)?年?月?/g, '')
		.replace(/\(\d+\)|副本|copy/gi, '')
		.replace(/[\s_-]+/g, '-')
		.replace(/^-|-$/g, '');
	return name.slice(0, 80) || 'history';
}

function placesOf(look: Look, { lng, lat, point }: Recognised['columns']): Place[] {
	const at = (name: string | null) => look.columns.findIndex((column) => column.name === name);
	const [x, y, both] = [at(lng), at(lat), at(point)];
	return look.sample.flatMap((cells) => {
		if (both >= 0) return [readPair(cells[both]!)].filter((place) => place !== null);
		if (x < 0 || y < 0) return [];
		const [one, two] = [readNumber(cells[x]!), readNumber(cells[y]!)];
		return one === null || two === null ? [] : [[one, two]];
	});
}

/** Axes and datum, measured against the city's streets where it has any. */
function readPlaces(
	places: Place[],
	known: Known,
	columns: Recognised['columns'],
	findings: Findings
): { datum: Datum; swapped: boolean } {
	const shift = measureShift(Float64Array.from(places.flat()), known.streets);
	const isImpossible = places.filter((place) => !isOnGlobe(place)).length > places.length / 2;
	const box = known.city.bbox;
	const shareIn = (turned: boolean) =>
		box
			? places.filter(([a, b]) => inBox(turned ? [b, a] : [a, b], box)).length / Math.max(1, places.length)
			: 0;
	if (shift?.suggestion === 'swapped' || isImpossible || (shareIn(true) > 0.5 && shareIn(false) < 0.5)) {
		findings.say('axes_were_swapped', 'warning', 1);
		if (columns.lng && columns.lat) [columns.lng, columns.lat] = [columns.lat, columns.lng];
		const turned = places.map(([a, b]): Place => [b, a]);
		const again = measureShift(Float64Array.from(turned.flat()), known.streets);
		return {
			datum: datumOf(again, findings),
			swapped: columns.point !== null
		};
	}
	if (!shift) findings.say('datum_assumed', 'note', 1);
	return { datum: datumOf(shift, findings), swapped: false };
}

function datumOf(shift: Shift | null, findings: Findings): Datum {
	const suggestion = shift?.suggestion;
	if (suggestion !== 'gcj02' && suggestion !== 'bd09') return 'wgs84';
	const datum = suggestion === 'gcj02' ? 'GCJ-02' : 'BD-09';
	findings.say('datum_proposed', 'warning', 1, {
		datum,
		metres: shift!.metres,
		direction: directionOf(shift!)
	});
	return suggestion;
}

function inBox(
	[lng, lat]: Place,
	[west, south, east, north]: readonly [number, number, number, number]
): boolean {
	return lng >= west - 0.05 && lng <= east + 0.05 && lat >= south - 0.05 && lat <= north + 0.05;
}

/** The city's own zone, unless the points lie where the sun says otherwise. */
function zoneOf(places: Place[], known: Known, findings: Findings): string {
	const city = known.city.timeZone;
	const middle = places[Math.floor(places.length / 2)];
	const isLikely = !middle || Math.abs(new TimeZone(city).offset(0) / 3_600_000 - middle[0] / 15) < 3;
	const zone = isLikely ? city : (zoneAround(...middle) ?? city);
	findings.say('time_zone', isLikely ? 'note' : 'warning', 1, { zone });
	return zone;
}

function otherCategory({ categories }: Known): string | null {
	const leaves = categories.filter(({ isLeaf }) => isLeaf);
	return (
		(
			leaves.find(({ code }) => code === '0599') ??
			leaves.find(
				({ name, nameEn }) => /^其他|其它/.test(name) || /^(other|something else)/i.test(nameEn ?? '')
			)
		)?.code ?? null
	);
}

function categoryFor(
	value: string,
	{ categories }: Known,
	other: string | null
): { to: string | null; name?: string; because: string } {
	const leaves = categories.filter(({ isLeaf }) => isLeaf);
	const named = (code: string | null, because: string) => {
		const category = leaves.find((one) => one.code === code);
		return { to: category?.code ?? null, ...(category && { name: category.name }), because };
	};
	const same = leaves.find(
		({ code, name, nameEn }) =>
			code === value || bare(name) === bare(value) || bare(nameEn ?? '') === bare(value)
	);
	if (same) return named(same.code, 'same_name');
	const meant = categoryMeant(value);
	if (meant && leaves.some(({ code }) => code === meant)) return named(meant, 'known_word');
	const nearest = leaves
		.filter(({ code }) => code !== other)
		.map((category) => ({
			category,
			score: Math.max(likeness(value, category.name), likeness(value, category.nameEn ?? ''))
		}))
		.sort((a, b) => b.score - a.score)[0];
	return nearest && nearest.score >= alike
		? named(nearest.category.code, 'alike')
		: named(other, 'nothing_alike');
}

function unitFor(value: string, { units }: Known): { to: string; is_new?: boolean } {
	const same = units.find(
		({ name, nameEn }) => bare(name) === bare(value) || bare(nameEn ?? '') === bare(value)
	);
	if (same) return { to: same.name };
	return { to: value.slice(0, 120), is_new: true };
}

function sayWhatWasFound(
	mapping: HistoryMapping,
	look: Look,
	dates: Recognised['dates'],
	findings: Findings
): void {
	const personal = mapping.left_out.filter(
		({ because }) => !['address', 'blank', 'unknown'].includes(because)
	);
	findings.say('personal_columns', 'note', personal.length, {
		columns: personal.map(({ column }) => column).join(', ')
	});
	const unread = mapping.left_out.filter(({ because }) => ['address', 'unknown'].includes(because));
	findings.say('unread_columns', 'note', unread.length, {
		columns: unread.map(({ column }) => column).join(', ')
	});
	if (dates.mdy > 0 && dates.dmy > 0)
		findings.say('dates_of_two_minds', 'warning', Math.min(dates.mdy, dates.dmy), {
			order: dates.order === 'mdy' ? 'MM/DD/YYYY' : 'DD/MM/YYYY'
		});
	else if (dates.isCertain)
		findings.say('date_order', 'note', 1, { order: dates.order === 'mdy' ? 'MM/DD/YYYY' : 'DD/MM/YYYY' });
	const astray = mapping.categories.filter(({ because }) => because === 'nothing_alike');
	findings.say(
		'categories_to_other',
		'warning',
		astray.length,
		{
			rows: astray.reduce((sum, { rows }) => sum + rows, 0),
			of: look.rows,
			code: mapping.other_category ?? '—'
		},
		astray.slice(0, 8).map(({ value, rows }) => ({ text: `${value} (${rows})` }))
	);
	const guessed = mapping.categories.filter(({ because }) => because === 'known_word' || because === 'alike');
	findings.say(
		'categories_guessed',
		'note',
		guessed.length,
		{},
		guessed.slice(0, 8).map(({ value, to, name }) => ({ text: `${value} → ${to} ${name ?? ''}` }))
	);
	const unclear = mapping.statuses.filter(({ value }) => statusMeant(value) === null);
	findings.say(
		'statuses_unclear',
		'warning',
		unclear.length,
		{},
		unclear.map(({ value, rows }) => ({ text: `${value} (${rows})` }))
	);
}
