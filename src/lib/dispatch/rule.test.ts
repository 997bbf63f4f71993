import { describe, expect, it } from 'vitest';
import type { ImportFile } from '#lib/city/import/importer.ts';
import { writeTable } from '#lib/city/tables/write-table.ts';
import { readRules, readWeekdays, ruleColumns, ruleRecords } from './rule-file.ts';
import { fieldsOfRule, ruleOfFields } from './rule-form.ts';
import { ruleSentence } from './rule-words.ts';
import { bare, reordered, type ListedRule } from './rule.ts';

const night: ListedRule = {
	id: '0190a000-0000-7000-8000-000000000001',
	position: 3,
	version: 1,
	built_in: null,
	category: '0509',
	category_name: '黑车拉客',
	category_name_en: 'Unlicensed taxi',
	area_id: 4,
	area: '火车站广场',
	area_en: 'Station forecourt',
	area_kind: 'key_place',
	area_unit_id: null,
	area_gone: false,
	unit_empty: false,
	weekdays: null,
	starts: '22:00',
	ends: '06:00',
	hours: null,
	choice: 'unit',
	unit_id: 2,
	unit: '二中队',
	unit_en: 'Team 2'
};
const parts = {
	categories: [
		{ code: '0509', parent: '05', name: '黑车拉客', name_en: null, is_active: true, default_unit: null }
	],
	units: [{ id: 2, key: 'team-2', name: '二中队', name_en: null }],
	areas: [
		{ id: 4, key: 'station', kind: 'key_place', name: '火车站广场', name_en: 'Station forecourt' },
		{ id: 5, key: 'market-1', kind: 'market', name: '南园市场', name_en: null },
		{ id: 6, key: 'market-2', kind: 'market', name: '南园市场', name_en: null }
	]
};

describe('a rule in words', () => {
	it.each([
		['zh-CN', night, '规则 3：火车站广场 × 黑车拉客 × 夜间 22:00–次日 06:00 → 二中队'],
		['en', night, 'Rule 3: Station forecourt × Unlicensed taxi × nights 22:00–06:00 next day → Team 2'],
		[
			'zh-CN',
			{ ...night, area_id: null, weekdays: [1, 2, 3, 4, 5], starts: null, ends: null },
			'规则 3：黑车拉客 × 周一至周五 → 二中队'
		],
		[
			'en',
			{ ...night, weekdays: [5, 7], hours: 'after_hours', starts: '08:00', ends: '12:00' },
			'Rule 3: Station forecourt × Unlicensed taxi × Fri, Sun × 08:00–12:00 × outside working time → Team 2'
		],
		[
			'zh-CN',
			{ ...night, built_in: 'duty_area', choice: 'area', area_id: null },
			'内置规则：所在责任网格的责任单位 → 所在网格的责任单位'
		]
	] as const)('%s: %#', (locale, rule, sentence) => {
		expect(ruleSentence(rule as ListedRule, locale)).toBe(sentence);
	});
});

describe('rules as a file', () => {
	const fileOf = (format: 'csv' | 'xlsx', records: Record<string, unknown>[]): ImportFile => {
		const headed = records.map((record) =>
			Object.fromEntries(ruleColumns.map(({ field, zh }) => [zh, record[field] as string]))
		);
		return {
			name: `rules.${format}`,
			bytes: writeTable(
				format,
				ruleColumns.map(({ zh }) => zh),
				headed
			)
		};
	};
	const others: ListedRule[] = [
		{
			...night,
			id: '0190a000-0000-7000-8000-000000000002',
			position: 4,
			area_id: null,
			weekdays: [1, 3, 7],
			starts: null,
			ends: null,
			hours: 'working',
			choice: 'category',
			unit_id: null
		},
		{ ...night, id: null, position: 5, built_in: 'duty_area' }
	];

	it.each(['csv', 'xlsx'] as const)('reads back in as it was written: %s', async (format) => {
		const read = await readRules(fileOf(format, ruleRecords([night, ...others], parts)), parts);
		expect(read.findings).toEqual([]);
		expect(read.rules).toEqual([bare(night), bare(others[0]!)]);
	});

	it('names every row that it cannot read, and takes no half of it', async () => {
		const rows = [
			{ choice: '指定单位', unit: '三中队' },
			{ choice: '责任区的单位', category: '0777' },
			{ choice: '类别默认单位', starts: '8:00' },
			{ choice: '随便' },
			{ choice: '指定单位' },
			{ choice: '责任区的单位', weekdays: '某天' },
			{ choice: '责任区的单位', area: '南园市场' },
			{ choice: 'area', category: '509', area: 'Station forecourt' }
		];
		const { findings, refused, rules } = await readRules(fileOf('csv', rows), parts);
		expect(refused).toBe(7);
		expect(findings.map(({ code, examples }) => `${code} ${examples.map(({ row }) => row)}`)).toEqual([
			'rule_unknown_unit 2',
			'rule_unknown_category 3',
			'rule_bad_window 4',
			'rule_unknown_choice 5',
			'rule_unit_and_choice 6',
			'rule_bad_weekdays 7',
			'rule_name_of_several 8'
		]);
		expect(rules).toMatchObject([{ category: '0509', area_id: 4 }]);
	});

	it('names every broken row, however many', async () => {
		const rows = Array.from({ length: 30 }, (_, i) => ({ choice: '责任区的单位', area: `没有的 ${i}` }));
		const { findings } = await readRules(fileOf('csv', rows), parts);
		expect(findings[0]!.examples.map(({ row, text }) => `${row} ${text}`)).toEqual(
			rows.map(({ area }, i) => `${i + 2} ${area}`)
		);
	});

	it('takes a row that was copied for a rule of its own', async () => {
		const [record] = ruleRecords([night], parts);
		const { rules } = await readRules(fileOf('csv', [record!, record!]), parts);
		expect(rules.map(({ id }) => id)).toEqual([night.id, null]);
	});

	it.each([
		['周一至周五', [1, 2, 3, 4, 5]],
		['周日、周六', [6, 7]],
		['1-7', null],
		['Fri, Sat', [5, 6]],
		['周五至周一', undefined],
		['节假日', undefined]
	])('weekdays %s', (text, days) => expect(readWeekdays(text)).toEqual(days));
});

describe('a rule in a form', () => {
	it('comes out as it went in', () => {
		for (const rule of [night, { ...night, weekdays: [1, 2], choice: 'area' as const, unit_id: null }])
			expect(ruleOfFields(fieldsOfRule(rule), rule.id)).toEqual(bare(rule));
	});
});

describe('the order of rules', () => {
	it.each([
		[1, 3, 'bca'],
		[3, 1, 'cab'],
		[2, 9, 'acb'],
		[5, 1, 'abc']
	])('%i to %i', (from, to, order) => expect(reordered([...'abc'], from, to).join('')).toBe(order));
});
