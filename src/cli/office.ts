// `npm run office -- import FILE --kind …`, `export FILE --kind …`, `propose calendar YEAR`: what an office keeps in tables.
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { datums, isDatum } from '#lib/city/datum.ts';
import type { Applied, Draft, ImportKind } from '#lib/city/import/importer.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import { readInWorker } from '#lib/city/import/reading.ts';
import {
	calendarColumns,
	calendarRows,
	proposeCalendar,
	type CalendarDraft
} from '#lib/city/office/calendar.ts';
import type { CategoriesDraft } from '#lib/city/office/categories.ts';
import {
	exportKinds,
	exportPieces,
	formatsOf,
	TooLongForExcel,
	type ExportKind
} from '#lib/city/office/exports.server.ts';
import type { FacilitiesDraft } from '#lib/city/office/facilities.ts';
import {
	applyCalendar,
	applyCategories,
	applyFacilities,
	applyRetention,
	applyShifts,
	applyUnits,
	type OfficeApplyOptions
} from '#lib/city/office/office.server.ts';
import type { RetentionDraft } from '#lib/city/office/retention.ts';
import type { ShiftsDraft } from '#lib/city/office/shifts.ts';
import { applyStaff, type OneTimePassword } from '#lib/city/office/staff.server.ts';
import type { StaffDraft } from '#lib/city/office/staff.ts';
import type { UnitsDraft } from '#lib/city/office/units.ts';
import { formatOf, writeTable } from '#lib/city/tables/write-table.ts';
import { serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { openFileOrGiveUp, printDraft, printReport, readArguments, withHome } from './importing.ts';
import { giveUp } from './opening.ts';

const importKinds = [
	'units',
	'categories',
	'calendar',
	'facilities',
	'staff',
	'shifts',
	'retention'
] as const satisfies ImportKind[];
type OfficeKind = (typeof importKinds)[number];

const usage = `用法 / Usage:
npm run office -- import FILE --kind ${importKinds.join('|')} [--dry-run] [--skip-faulty] [--sheet 工作表]
                  [--datum ${datums.join('|')}] [--passwords FILE]
  FILE           CSV（UTF-8、GBK）、Excel (.xlsx)、GeoJSON；表头用中文或英文 / headings in Chinese or English
  --dry-run      只检查，不写入 / say what would happen and write nothing
  --skip-faulty  有问题的行跳过，其余导入 / import the good rows although others are refused
  --passwords    人员：把一次性密码写进文件（仅本人可读），否则显示一次 / staff: write one-time passwords to a new file
npm run office -- export FILE --kind ${exportKinds.join('|')}
  FILE           .csv、.xlsx 或/or .geojson；可原样导回 / reads back in and changes nothing
npm run office -- propose calendar YEAR [FILE]
  国务院公布的放假安排，核对后再导入 / the published holidays of a year, to be checked and imported`;

const { values, positionals } = readArguments(usage, {
	allowPositionals: true,
	options: {
		kind: { type: 'string' },
		datum: { type: 'string', default: 'wgs84' },
		sheet: { type: 'string' },
		encoding: { type: 'string' },
		passwords: { type: 'string' },
		'dry-run': { type: 'boolean', default: false },
		'skip-faulty': { type: 'boolean', default: false }
	}
});
const [command, first, second, third, ...rest] = positionals;
const { datum, kind } = values;
if (!first || rest.length > 0 || !isDatum(datum)) giveUp(usage);
if (command === 'import' && !second && isOneOf(importKinds, kind)) await importFile(first, kind);
else if (command === 'export' && !second && isOneOf(exportKinds, kind)) await exportFile(first, kind);
else if (command === 'propose' && first === 'calendar' && second) await propose(second, third);
else giveUp(usage);

function isOneOf<Word extends string>(words: readonly Word[], word: string | undefined): word is Word {
	return words.some((one) => one === word);
}

async function importFile(path: string, office: OfficeKind): Promise<void> {
	const file = await openFileOrGiveUp(path);
	await withHome(async (home) => {
		const known = await loadKnown(serviceClient(home));
		const { sheet, encoding } = values;
		const draft = await readInWorker<Draft>(office, file, { datum, sheet, encoding }, known);
		console.log(`${file.name}:`);
		const options = { dryRun: values['dry-run'], skipFaulty: values['skip-faulty'] };
		const isLeavingOut = options.skipFaulty && draft.refused > 0;
		const isClean = await printDraft(isLeavingOut ? { ...draft, refused: 0 } : draft);
		if (isLeavingOut)
			console.log(`略过有问题的 ${draft.refused} 行。/ ${draft.refused} faulty rows are left out.`);
		if (!isClean && !options.dryRun) return;
		if (options.dryRun) console.log('预览，没有写入 / Nothing was written; an import would give:');
		const applied = await apply(home, office, draft, options);
		await printReport(applied);
		const isStopped =
			applied.rejected.length > 0 && !options.dryRun && !options.skipFaulty && office !== 'staff';
		if (isStopped) console.error('什么都没有导入。/ Nothing was imported.');
	});
}

function apply(home: Home, office: OfficeKind, draft: Draft, options: OfficeApplyOptions): Promise<Applied> {
	const client = serviceClient(home);
	switch (office) {
		case 'units':
			return applyUnits(client, draft as UnitsDraft, options);
		case 'categories':
			return applyCategories(client, draft as CategoriesDraft, options);
		case 'calendar':
			return applyCalendar(client, draft as CalendarDraft, options);
		case 'facilities':
			return applyFacilities(client, draft as FacilitiesDraft, options);
		case 'shifts':
			return applyShifts(client, draft as ShiftsDraft, options);
		case 'retention':
			return applyRetention(client, draft as RetentionDraft, options);
		case 'staff':
			return applyPeople(home, draft as StaffDraft, options);
	}
}

/** Passwords are handed out the moment an account is made: whatever breaks off later, none is lost. */
async function applyPeople(home: Home, draft: StaffDraft, options: OfficeApplyOptions): Promise<Applied> {
	const path = options.dryRun ? undefined : values.passwords;
	const file = path === undefined ? null : await openNew(path);
	const lines: Promise<unknown>[] = [];
	const hand = ({ name, login, password }: OneTimePassword) => {
		if (file) lines.push(file.appendFile(`${name}\t${login}\t${password}\n`));
		else console.log(`${name}  ${login}  密码（只显示一次）/ password (shown once): ${password}`);
	};
	try {
		return await applyStaff(home, draft, { ...options, onPassword: hand });
	} finally {
		await Promise.all(lines);
		await file?.close();
		if (file)
			console.log(`密码在 ${path}，发完请删除。/ Passwords are in ${path}: hand them out, then delete it.`);
	}
}

/** A file for its owner alone, and never one that is there already. */
async function openNew(path: string) {
	return open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'EEXIST') throw new Error(`文件已存在 / There is such a file already: ${path}`);
		throw error;
	});
}

async function exportFile(path: string, what: ExportKind): Promise<void> {
	const format = formatOf(path);
	const formats = formatsOf(what);
	if (!format || !formats.includes(format)) {
		giveUp(`${path}: ${formats.map((ending) => `.${ending}`).join('、')} (${what})`);
	}
	await withHome(async (home) => {
		try {
			await writeWhole(path, exportPieces(serviceClient(home), what, format));
		} catch (error) {
			if (!(error instanceof TooLongForExcel)) throw error;
			const { m } = await import('#lib/i18n/messages.ts');
			const said = (locale: 'zh-CN' | 'en') => m.office_too_long_for_excel({ key: error.key }, { locale });
			throw new Error(`${said('zh-CN')}\n${said('en')}`, { cause: error });
		}
		console.log(`已导出 / Exported: ${path}`);
	});
}

async function propose(text: string, path: string | undefined): Promise<void> {
	const year = Number(text);
	const days = /^\d{4}$/.test(text) ? await proposeCalendar(year) : giveUp(usage);
	if (!days) {
		giveUp(
			`没有 ${year} 年的放假安排（国务院尚未公布，或本软件版本早于公布时间）。请公布后更新，或自己填表导入。\n` +
				`The holidays of ${year} are not known here: not published yet, or later than this version. Fill in a table and import it.`
		);
	}
	const target = path ?? `calendar-${year}.csv`;
	const format = formatOf(target);
	if (format !== 'csv' && format !== 'xlsx') giveUp(usage);
	const headed = calendarRows(days, []).map((row) =>
		Object.fromEntries(calendarColumns.map(({ field, zh }) => [zh, row[field]]))
	);
	const table = writeTable(
		format,
		calendarColumns.map(({ zh }) => zh),
		headed,
		{ sheet: '工作日历' }
	);
	await writeWhole(target, [table]);
	const off = days.filter(({ is_workday }) => !is_workday).length;
	console.log(
		`${target}：${year} 年休息 ${off} 天，调休上班 ${days.length - off} 天。核对后导入：\n` +
			`${target}: ${off} days off and ${days.length - off} working weekends in ${year}. Check them, then:\n` +
			`  npm run office -- import ${target} --kind calendar`
	);
}

/** Whole or not at all: a file of the same name is replaced only by a finished one. */
async function writeWhole(
	path: string,
	pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): Promise<void> {
	const beside = `${path}.${process.pid}.part`;
	try {
		await pipeline(Readable.from(pieces), createWriteStream(beside, { flags: 'wx' }));
		await rename(beside, path);
	} catch (error) {
		await rm(beside, { force: true });
		throw error;
	}
}
