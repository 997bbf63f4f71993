import { describe, expect, it } from 'vitest';
import { categoriesWithoutUnit, minutesOf, ruleFaults } from './rule-faults.ts';
import type { ListedRule, RuleCategory } from './rule.ts';

let made = 0;
const rule = (more: Partial<ListedRule> = {}): ListedRule => ({
	id: `rule ${(made += 1)}`,
	position: 0,
	version: null,
	built_in: null,
	category: null,
	category_name: null,
	category_name_en: null,
	area_id: null,
	area: null,
	area_en: null,
	area_kind: null,
	area_unit_id: null,
	area_gone: false,
	unit_empty: false,
	weekdays: null,
	starts: null,
	ends: null,
	hours: null,
	choice: 'unit',
	unit_id: 1,
	unit: '一中队',
	unit_en: null,
	...more
});
const list = (...rules: Partial<ListedRule>[]) => rules.map((one, i) => rule({ ...one, position: i + 1 }));
const category = (
	code: string,
	parent: string | null = '05',
	default_unit: string | null = null
): RuleCategory => ({
	code,
	parent,
	name: code,
	name_en: null,
	is_active: true,
	default_unit
});
const categories = [category('05', null), category('0504'), category('0509')];
const said = (...rules: Partial<ListedRule>[]) =>
	ruleFaults(list(...rules), categories).map(({ position, kind, by }) =>
		`${position} ${kind} ${by.join(',')}`.trim()
	);

describe('rules that never match', () => {
	it('stand behind one that takes everything', () => {
		expect(said({}, { category: '0509', unit_id: 2 })).toEqual(['2 unreachable 1']);
		expect(said({ category: '05' }, { category: '0509', unit_id: 2 })).toEqual(['2 unreachable 1']);
	});

	it('or behind several that take everything together', () => {
		expect(
			said({ hours: 'working' }, { starts: '18:00', ends: '08:00' }, { hours: 'after_hours' }, { unit_id: 2 })
		).toEqual(['4 unreachable 1,2,3']);
	});

	it('not behind one for another place, time or category', () => {
		expect(said({ area_id: 3 }, { unit_id: 2 })).toEqual([]);
		expect(said({ category: '0504' }, { category: '0509', unit_id: 2 })).toEqual([]);
		expect(said({ weekdays: [6] }, { weekdays: [7], unit_id: 2 })).toEqual([]);
	});

	it('nor behind one that may name nobody', () => {
		expect(said({ choice: 'area', unit_id: null }, { unit_id: 2 })).toEqual([]);
		expect(said({ choice: 'category', unit_id: null }, { unit_id: 2 })).toEqual([]);
		expect(said({ choice: 'area', unit_id: null, area_id: 3, area_unit_id: 9 }, { area_id: 3 })).toEqual([
			'2 unreachable 1'
		]);
	});

	it('are named when their area is gone, or has no unit to name', () => {
		expect(said({ area_id: 3, area_gone: true })).toEqual(['1 area_gone']);
		expect(said({ choice: 'area', unit_id: null, area_id: 3 })).toEqual(['1 area_without_unit']);
	});

	it('are named when nobody works for their unit', () => {
		expect(said({ unit_empty: true })).toEqual(['1 unit_empty']);
	});
});

describe('rules whose order decides', () => {
	it('are said where they overlap and send elsewhere', () => {
		expect(said({ area_id: 3 }, { category: '0509', unit_id: 2 })).toEqual(['2 overlaps 1']);
	});

	it('an exception before the rule it is an exception to is none', () => {
		expect(said({ category: '0509', area_id: 3 }, { category: '0509', unit_id: 2 })).toEqual([]);
	});

	it('nor are two that send to the same unit', () => {
		expect(said({ area_id: 3 }, { category: '0509' })).toEqual([]);
	});
});

describe('the minutes of a rule', () => {
	it('run over midnight into the next day, and over the week’s end into Monday', () => {
		const held = minutesOf(rule({ weekdays: [7], starts: '22:00', ends: '06:00', hours: 'working' }));
		expect(held.reduce((sum, yes) => sum + yes, 0)).toBe(8 * 60);
		expect([held[6 * 1440 + 22 * 60], held[0], held[359], held[360]]).toEqual([1, 1, 1, 0]);
	});
});

describe('categories that nobody is named for', () => {
	it('have no default unit and no rule for everywhere and always', () => {
		const of = (rules: ListedRule[]) => categoriesWithoutUnit(rules, categories).map(({ code }) => code);
		expect(of([])).toEqual(['0504', '0509']);
		expect(of(list({ category: '0509' }))).toEqual(['0504']);
		expect(of(list({ category: '05' }))).toEqual([]);
		expect(of(list({ category: '05', area_id: 1 }, { category: '05', hours: 'working' }))).toEqual([
			'0504',
			'0509'
		]);
		expect(categoriesWithoutUnit([], [category('0504', '05', 'bureau')])).toEqual([]);
	});
});
