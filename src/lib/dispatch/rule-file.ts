// Rules as an office's table: one row a rule, first match first. What is written here reads back in unchanged.
import { readTime, readWeekdays as readDays } from '#lib/city/office/cells.ts';
import { Judge, readSheet, type Column, type SheetRow } from '#lib/city/office/sheet.ts';
import type { Finding, ImportFile } from '#lib/city/import/importer.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { mostRules, type Choice, type Hours, type ListedRule, type Rule } from './rule.ts';
import type { RuleParts } from './rules.server.ts';

export const ruleColumns: readonly Column[] = [
	{ field: 'category', zh: '类别代码', also: ['类别', '代码'] },
	{ field: 'area', zh: '责任区编号', also: ['责任区', '区域', 'area_key'] },
	{ field: 'weekdays', zh: '星期', also: ['周几', 'days'] },
	{ field: 'starts', zh: '开始时间', also: ['开始', 'from', 'start'] },
	{ field: 'ends', zh: '结束时间', also: ['结束', 'to', 'end'] },
	{ field: 'hours', zh: '工作时间', also: ['时间类型', 'time'] },
	{ field: 'choice', zh: '派遣方式', also: ['方式', 'chooses'], isNeeded: true },
	{ field: 'unit', zh: '责任单位', also: ['单位', '派往'] },
	{ field: 'id', zh: '规则标识', also: ['标识', 'rule_id'] }
];

const choiceWords: Record<Choice, string> = {
	unit: '指定单位',
	area: '责任区的单位',
	category: '类别默认单位'
};
const hoursWords: Record<Hours, string> = { working: '工作时间', after_hours: '非工作时间' };
const weekdayWords = ['一', '二', '三', '四', '五', '六', '日'];

const wordOf = <Key extends string>(words: Record<Key, string>, text: string): Key | undefined =>
	(Object.keys(words) as Key[]).find((key) => key === text || words[key] === text);

export function ruleRecords(rules: readonly ListedRule[], parts: RuleParts): TableRecord[] {
	const areaKeys = new Map(parts.areas.map(({ id, key }) => [id, key]));
	const unitKeys = new Map(parts.units.map(({ id, key }) => [id, key]));
	return rules
		.filter(({ built_in }) => built_in === null)
		.map((rule) => ({
			category: rule.category,
			area: rule.area_id === null ? null : (areaKeys.get(rule.area_id) ?? String(rule.area_id)),
			weekdays: rule.weekdays?.map((day) => `周${weekdayWords[day - 1]}`).join('、') ?? null,
			starts: rule.starts,
			ends: rule.ends,
			hours: rule.hours && hoursWords[rule.hours],
			choice: choiceWords[rule.choice],
			unit: rule.unit_id === null ? null : (unitKeys.get(rule.unit_id) ?? null),
			id: rule.id
		}));
}

/**
 * Reads a table of rules against what the city has. Any finding of level `refused` means that nothing is to be taken over;
 * each broken row is named.
 */
export async function readRules(
	file: ImportFile,
	parts: RuleParts
): Promise<{ rules: Rule[]; findings: Finding[]; refused: number }> {
	const sheet = await readSheet(file, ruleColumns, mostRules);
	const judge = new Judge(mostRules);
	const rules = sheet.rows.map((row) => readRule(row, parts, judge)).filter((rule) => rule !== null);
	// A row that was copied in Excel is a rule of its own.
	const seen = new Set<string>();
	for (const rule of rules) {
		if (rule.id !== null && seen.has(rule.id)) rule.id = null;
		else if (rule.id !== null) seen.add(rule.id);
	}
	return {
		rules,
		findings: [...judge.findings.list(), ...sheet.tableFindings],
		refused: judge.refused.size
	};
}

function readRule(row: SheetRow, { categories, areas, units }: RuleParts, judge: Judge): Rule | null {
	/** The thing a cell names by key or by name. */
	const named = <T extends { name: string; name_en: string | null }>(
		field: string,
		things: readonly T[],
		keyOf: (thing: T) => string
	) => {
		const text = row.at(field);
		if (text === '') return null;
		// Excel takes 0501 for a number and drops its zero.
		const byKey = things.find(
			(thing) => keyOf(thing) === text || (field === 'category' && keyOf(thing) === `0${text}`)
		);
		if (byKey) return byKey;
		const byName = things.filter(({ name, name_en }) => name === text || name_en === text);
		if (byName.length === 0) judge.refuse(row, `rule_unknown_${field}`, text, text);
		// Two grounds may bear one name, as after a split.
		if (byName.length > 1) judge.refuse(row, 'rule_name_of_several', text, text);
		return byName[0] ?? null;
	};
	const category = named('category', categories, ({ code }) => code)?.code ?? null;
	const area_id = named('area', areas, ({ key }) => key)?.id ?? null;
	const choice = judge.value(row, 'choice', '', (text) => wordOf(choiceWords, text), 'rule_unknown_choice');
	const unit = named('unit', units, ({ key }) => key);
	const hours =
		judge.value(row, 'hours', '', (text) => wordOf(hoursWords, text), 'rule_unknown_hours') ?? null;
	const starts = judge.value(row, 'starts', '', readTime, 'bad_time') ?? null;
	const ends = judge.value(row, 'ends', '', readTime, 'bad_time') ?? null;
	const weekdays = judge.value(row, 'weekdays', '', readWeekdays, 'rule_bad_weekdays') ?? null;
	if (choice === undefined && row.at('choice') === '') judge.refuse(row, 'rule_unknown_choice', '');
	if ((choice === 'unit') !== (row.at('unit') !== ''))
		judge.refuse(row, 'rule_unit_and_choice', row.at('unit'));
	if ((starts === null) !== (ends === null) || (starts !== null && starts === ends))
		judge.refuse(row, 'rule_bad_window', '', `${row.at('starts')}–${row.at('ends')}`);
	if (choice === undefined || judge.refused.has(row.row)) return null;
	const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(row.at('id')) ? row.at('id') : null;
	const unit_id = choice === 'unit' ? (unit?.id ?? null) : null;
	return { id, category, area_id, weekdays, starts, ends, hours, choice, unit_id };
}

/** As a list of weekdays; all seven are any day. */
export function readWeekdays(text: string): number[] | null | undefined {
	const days = readDays(text);
	return days?.length === 7 ? null : days;
}
