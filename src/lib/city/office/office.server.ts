// What the office's files become in the database, and what the database holds as rows of such files.
import { randomUUID } from 'node:crypto';
import type { Applied, ApplyOptions, Draft } from '#lib/city/import/importer.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { call, type Client, type FunctionName } from '#lib/database/client.server.ts';
import { calendarRows, type CalendarDay, type CalendarDraft, type WorkingHours } from './calendar.ts';
import type { CategoriesDraft } from './categories.ts';
import { facilityRecord, type FacilitiesDraft, type FacilityRow } from './facilities.ts';
import { retentionRecords, type ListedRetention, type RetentionDraft } from './retention.ts';
import { shiftRecords, type ListedShift, type ShiftsDraft } from './shifts.ts';
import { staffRecords, type ListedStaff } from './staff.ts';
import type { UnitsDraft } from './units.ts';

export interface OfficeApplyOptions extends ApplyOptions {
	/** Writes the good rows although others are refused: what the person chose. */
	skipFaulty?: boolean;
}

/**
 * Hands all rows of a draft to one function of the database, in one transaction. It is asked first what would happen: when
 * it refuses a row, nothing is written unless the person chose to leave such rows out.
 */
async function applyRows(
	client: Client,
	fn: FunctionName,
	draft: Draft,
	rows: Record<string, unknown>,
	{ dryRun = false, skipFaulty = false, onProgress }: OfficeApplyOptions
): Promise<Applied> {
	if (draft.refused > 0 && !skipFaulty && !dryRun)
		throw new Error(`A draft with ${draft.refused} refused rows is not written.`);
	const header = {
		id: randomUUID(),
		source: draft.source,
		datum: 'wgs84',
		file_sha256: draft.sha256,
		complete: false,
		left_out: draft.refused
	};
	const planned = await call<Applied>(client, fn, { import: { ...header, dry_run: true }, ...rows });
	if (dryRun || (planned.rejected.length > 0 && !skipFaulty)) return planned;
	const done = await call<Applied>(client, fn, { import: header, ...rows });
	onProgress?.(1, 1);
	return done;
}

export function applyUnits(
	client: Client,
	draft: UnitsDraft,
	options: OfficeApplyOptions = {}
): Promise<Applied> {
	return applyRows(client, 'import_units', draft, { units: draft.units }, options);
}

interface UnitAnswer {
	id: number;
	key: string;
	name: string;
	name_en: string | null;
	parent_id: number | null;
}

export async function unitRecords(client: Client): Promise<TableRecord[]> {
	const { units } = await call<{ units: UnitAnswer[] }>(client, 'units');
	const keys = new Map(units.map(({ id, key }) => [id, key]));
	return units.map(({ key, name, name_en, parent_id }) => ({
		key,
		name,
		name_en,
		parent: parent_id === null ? null : (keys.get(parent_id) ?? null)
	}));
}

export function applyCategories(
	client: Client,
	draft: CategoriesDraft,
	options: OfficeApplyOptions = {}
): Promise<Applied> {
	return applyRows(client, 'import_categories', draft, { categories: draft.categories }, options);
}

export async function categoryRecords(client: Client): Promise<TableRecord[]> {
	return (await call<{ categories: TableRecord[] }>(client, 'categories')).categories;
}

export function applyCalendar(
	client: Client,
	draft: CalendarDraft,
	options: OfficeApplyOptions = {}
): Promise<Applied> {
	return applyRows(client, 'import_calendar', draft, { days: draft.days, hours: draft.hours }, options);
}

export async function calendarRecords(client: Client): Promise<TableRecord[]> {
	const { days, hours } = await call<{ days: CalendarDay[]; hours: WorkingHours[] }>(client, 'calendar');
	return calendarRows(days, hours);
}

export function applyFacilities(
	client: Client,
	draft: FacilitiesDraft,
	options: OfficeApplyOptions = {}
): Promise<Applied> {
	return applyRows(client, 'import_facilities', draft, { facilities: draft.facilities }, options);
}

export async function facilityRecords(client: Client): Promise<TableRecord[]> {
	const { facilities } = await call<{ facilities: FacilityRow[] }>(client, 'facilities');
	return facilities.map(facilityRecord);
}

export function applyShifts(
	client: Client,
	draft: ShiftsDraft,
	options: OfficeApplyOptions = {}
): Promise<Applied> {
	return applyRows(client, 'import_shifts', draft, { shifts: draft.shifts }, options);
}

export async function shiftRows(client: Client): Promise<TableRecord[]> {
	const [{ shifts }, { staff }] = await Promise.all([
		call<{ shifts: ListedShift[] }>(client, 'shifts'),
		call<{ staff: ListedStaff[] }>(client, 'staff_list')
	]);
	// Who has left works no shift any more, whatever an old list says.
	const here = staff.filter(({ is_active }) => is_active);
	return shiftRecords(shifts, new Map(here.map(({ id, login }) => [id, login])));
}

export function applyRetention(
	client: Client,
	draft: RetentionDraft,
	options: OfficeApplyOptions = {}
): Promise<Applied> {
	return applyRows(client, 'import_retention', draft, { rules: draft.rules }, options);
}

export async function retentionRows(client: Client): Promise<TableRecord[]> {
	return retentionRecords((await call<{ rules: ListedRetention[] }>(client, 'retention')).rules);
}

export async function staffRows(client: Client): Promise<TableRecord[]> {
	const [{ staff }, { time_zone }] = await Promise.all([
		call<{ staff: ListedStaff[] }>(client, 'staff_list'),
		call<{ time_zone: string }>(client, 'city')
	]);
	return staffRecords(staff, time_zone);
}
