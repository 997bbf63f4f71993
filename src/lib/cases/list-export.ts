// The list of cases as a file: its columns, and its cells from a row as `api.export_page` gives it.
import { getLocale, m } from '#lib/i18n/messages.ts';
import { Moment, type Value } from '#lib/city/tables/write-table.ts';
import { lightName, statusName, type CaseStatus, type TrafficLight } from './case.ts';
import type { Source } from './case-filter.ts';
import { sourceName } from './case-filter-words.ts';
import { localText } from './local.ts';

/** Fields without a value are absent. */
export interface ExportRow {
	number: string;
	status: CaseStatus;
	category: string;
	category_name: string;
	category_name_en?: string;
	source: Source;
	street?: string;
	street_en?: string;
	area?: string;
	area_en?: string;
	unit?: string;
	unit_en?: string;
	lng: number;
	lat: number;
	filed_at: string;
	dispatched_at?: string;
	due_at?: string;
	handling_at?: string;
	handled_at?: string;
	closed_at?: string;
	light?: TrafficLight;
	returned_count: number;
	report_count: number;
	is_flagged: boolean;
	is_recurrence: boolean;
	has_proof?: boolean;
	/** What reporters wrote: only in an export that was begun with a purpose. */
	words?: string;
}

/** Headings in the reader's language; `withWords`: what reporters wrote stands in the last column. */
export function exportColumns(withWords: boolean): string[] {
	const columns = [
		m.lists_col_number,
		m.lists_status,
		m.lists_col_category_code,
		m.lists_category,
		m.lists_source,
		m.lists_street,
		m.lists_area,
		m.lists_unit,
		m.lists_col_lng,
		m.lists_col_lat,
		m.lists_col_filed,
		m.lists_col_dispatched,
		m.lists_col_due,
		m.lists_col_handling,
		m.lists_col_handled,
		m.lists_col_closed,
		m.lists_light,
		m.lists_col_returned,
		m.lists_col_reports,
		m.lists_flagged,
		m.lists_recurring,
		m.lists_proof,
		...(withWords ? [m.lists_col_words] : [])
	];
	return columns.map((name) => name());
}

/** A row's cells under those headings; moments as clocks in the city show them. */
export function exportCells(row: ExportRow, clock: (iso: string) => string, withWords: boolean): Value[] {
	const locale = getLocale();
	const at = (iso: string | undefined) => (iso === undefined ? null : new Moment(clock(iso)));
	const truth = (value: boolean | undefined) =>
		value === undefined ? null : value ? m.lists_yes() : m.lists_no();
	return [
		row.number,
		statusName(row.status),
		row.category,
		localText(row.category_name, row.category_name_en ?? null, locale),
		sourceName(row.source),
		localText(row.street ?? null, row.street_en ?? null, locale),
		localText(row.area ?? null, row.area_en ?? null, locale),
		localText(row.unit ?? null, row.unit_en ?? null, locale),
		row.lng,
		row.lat,
		at(row.filed_at),
		at(row.dispatched_at),
		at(row.due_at),
		at(row.handling_at),
		at(row.handled_at),
		at(row.closed_at),
		row.light ? lightName(row.light) : null,
		row.returned_count,
		row.report_count,
		truth(row.is_flagged),
		truth(row.is_recurrence),
		truth(row.has_proof),
		...(withWords ? [row.words ?? null] : [])
	];
}

/** Shows moments as `2026-03-15 09:05` on the city's clocks. A zone's shift is asked for once per hour, not once per cell. */
export function wallClock(timeZone: string): (iso: string) => string {
	const shifts = new Map<string, number>();
	const parts = new Intl.DateTimeFormat('sv-SE', {
		timeZone,
		dateStyle: 'short',
		timeStyle: 'medium'
	});
	return (iso) => {
		const at = Date.parse(iso);
		const hour = iso.slice(0, 13);
		let shift = shifts.get(hour);
		if (shift === undefined) {
			const whole = Math.floor(at / 1000) * 1000;
			shift = Date.parse(`${parts.format(whole).replace(' ', 'T')}Z`) - whole;
			shifts.set(hour, shift);
		}
		return new Date(at + shift).toISOString().slice(0, 16).replace('T', ' ');
	};
}
