import { describe, expect, test } from 'vitest';
import { mulberry32 } from '#test/support/proof.ts';
import { shareOf } from '../board.ts';
import { rate, wilson } from '../rates.ts';
import {
	factFlag,
	factSources,
	factTable,
	patrolFound,
	type FactRow,
	type FactTable
} from '../facts/fact-table.ts';
import { factSeconds, never } from '../facts/fact-time.ts';
import { anyTable, day } from './facts.fixture.ts';
import { shareFrom } from './definitions.ts';
import { everything, type Selection } from './selection.ts';
import { emptyRow, groupings, tally, type Grouping, type TallyRow } from './tally.ts';

/** The product's formulas, word for word, case by case. */
function plainly(table: FactTable, s: Selection, by: Grouping | null): Map<number | null, TallyRow> {
	const found = new Map<number | null, TallyRow>([[null, emptyRow()]]);
	const hours = new Map<number | null, number[]>([[null, []]]);
	for (let i = 0; i < table.length; i += 1) {
		const has = (flag: number) => (table.flags[i]! & flag) !== 0;
		const isPatrol = table.source[i] === patrolFound;
		const chosen =
			(!s.categories || s.categories.includes(table.categories[table.category[i]!]!)) &&
			(!s.streets || s.streets.includes(table.street[i]!)) &&
			(!s.areas || s.areas.includes(table.area[i]!)) &&
			(!s.units || s.units.includes(table.unit[i]!)) &&
			(!s.segments || s.segments.includes(table.segment[i]!)) &&
			(!s.streetClasses || s.streetClasses.includes(table.streetClasses[table.streetClass[i]!]!)) &&
			(!s.sources || s.sources.includes(table.source[i]!)) &&
			(s.patrol === 'with' || (s.patrol === 'only') === isPatrol);
		if (!chosen || has(factFlag.voided)) continue;
		const closed = table.closedAt[i]!;
		const isClosed = closed !== never && closed >= s.from && closed < s.until;
		const isOpenThen = closed === never || closed >= s.until;
		const due = table.dueAt[i]!;
		const isLate =
			!isClosed && table.dispatchedAt[i]! < s.until && due >= s.from && due < s.until && isOpenThen;
		const isFiled = table.filedAt[i]! >= s.from && table.filedAt[i]! < s.until;
		const isOver = isClosed && closed + table.recurrenceSeconds[table.category[i]!]! <= s.at;
		const id = by && table[by][i]! + (by === 'category' ? 1 : 0);
		for (const key of by === null || id === 0 ? [null] : [null, id]) {
			if (!found.has(key)) {
				found.set(key, emptyRow());
				hours.set(key, []);
			}
			const row = found.get(key)!;
			row.filed += +isFiled;
			row.closed += +isClosed;
			row.due += +(isClosed || isLate);
			row.on_time += +(isClosed && has(factFlag.onTime));
			row.verified += +(isClosed && has(factFlag.verified));
			row.returned += +((isClosed || isLate) && has(factFlag.returned));
			row.suspended_due += +(isLate && has(factFlag.suspended));
			row.on_time_due += +(isClosed || (isLate && !has(factFlag.suspended)));
			row.window_over += +isOver;
			row.recurred += +(isOver && has(factFlag.recurred));
			row.open += +(has(factFlag.open) && table.filedAt[i]! < s.until);
			row.overdue += +(has(factFlag.open) && due < s.at);
			row.filedBySource[table.source[i]!]! += +isFiled;
			if (isClosed && table.workSeconds[i]! >= 0) hours.get(key)!.push(table.workSeconds[i]!);
		}
	}
	for (const [key, row] of found) row.medianHours = medianHours(hours.get(key)!);
	return found;
}

function medianHours(values: number[]): number | null {
	if (values.length === 0) return null;
	const sorted = values.toSorted((a, b) => a - b);
	const seconds = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
	return Math.round(seconds / 360) / 10;
}

describe('a tally is what the formulas say, case by case', () => {
	const random = mulberry32(11);
	const table = anyTable(9_000, random);
	const year = factSeconds('2026-01-01T00:00:00Z');
	const some = <T>(of: readonly T[]) => (random() < 0.5 ? null : of.filter(() => random() < 0.5));
	test.each(Array.from({ length: 24 }, (_, i) => [i, groupings[i % 7] ?? null] as const))(
		'with filters at random, %i, by %s',
		(_, by) => {
			const from = year + Math.floor(random() * 300) * day;
			const at = from + Math.floor(random() * 90 * day);
			const selection: Selection = {
				...everything(from, from + Math.floor(random() * 120 * day), at),
				categories: some(['0504', '0551', '0509', 'unknown']),
				streets: some([0, 1, 2, 3, 4, 5, 6, 7, 8]),
				units: some([1, 2, 3, 99]),
				areas: some([1, 2, 3]),
				segments: some(Array.from({ length: 40 }, (_, id) => id)),
				streetClasses: some(['primary', 'residential']),
				sources: some([0, 1, 2, 3, 4, 5]),
				patrol: (['with', 'without', 'only'] as const)[Math.floor(random() * 3)]!
			};
			const counted = tally(table, selection, by);
			const plain = plainly(table, selection, by);
			expect(counted.total).toEqual(plain.get(null));
			plain.delete(null);
			for (const [id, row] of plain) expect(counted.rows.get(id!) ?? emptyRow()).toEqual(row);
			for (const id of counted.rows.keys()) expect(plain.has(id)).toBe(true);
		}
	);

	test('of a whole year at a late moment, with every group seen', () => {
		const selection = everything(year, year + 365 * day, year + 400 * day);
		const counted = tally(table, selection, 'segment');
		expect(counted.total).toEqual(plainly(table, selection, null).get(null));
		expect(counted.rows.size).toBe(39);
	});
});

describe('天门, December 2016', () => {
	const at = (text: string) => `2016-12-${text}T00:00:00+08:00`;
	const rows = Array.from({ length: 972 }, (_, i): FactRow => {
		const isComponent = i >= 956;
		const isClosed = isComponent ? i < 965 : i < 902;
		return {
			filedAt: at('02'),
			dispatchedAt: at('03'),
			dueAt: at('10'),
			closedAt: isClosed ? at(i < 737 ? '09' : '12') : null,
			category: isComponent ? '0101' : '0504',
			isSuspended: i >= 902 && i < 914
		};
	});
	const selection = everything(factSeconds(at('01')), factSeconds('2017-01-01T00:00:00+08:00'));
	const { total, rows: kinds } = tally(factTable(rows), selection, 'category');
	const percent = (id: Parameters<typeof shareFrom>[1], row = total) =>
		(rate(shareFrom(row, id))! * 100).toFixed(2);

	test('closes 93.72 %, 75.82 % on time, 76.77 % by the Jinhua rule', () => {
		expect(percent('rate.closure')).toBe('93.72');
		expect(percent('rate.on_time')).toBe('75.82');
		expect(percent('rate.on_time.minus_suspended')).toBe('76.77');
	});

	test('events 94.35 %, components 56.25 % (33.2–76.9)', () => {
		expect(percent('rate.closure', kinds.get(1))).toBe('94.35');
		expect(percent('rate.closure', kinds.get(2))).toBe('56.25');
		const interval = wilson(shareFrom(kinds.get(2)!, 'rate.closure'))!;
		expect([interval.low, interval.high].map((share) => (share * 100).toFixed(1))).toEqual(['33.2', '76.9']);
	});

	test('is what the board’s own shares say', () => {
		const counts = { ...total, by_source: [], received: null, median_hours: null };
		for (const rule of ['standard', 'minus_suspended'] as const)
			expect(shareFrom(total, rule === 'standard' ? 'rate.on_time' : 'rate.on_time.minus_suspended')).toEqual(
				shareOf(counts, 'on_time', rule)
			);
	});
});

test('nothing selected counts nothing', () => {
	const table = anyTable(100, mulberry32(1));
	const { total, rows } = tally(table, { ...everything(0, never - 1), streets: [] }, 'street');
	expect(total).toEqual(emptyRow());
	expect(rows.size).toBe(0);
});

test('who reported first is counted by source', () => {
	const filedAt = '2026-03-01T00:00:00Z';
	const table = factTable(factSources.map((source) => ({ filedAt, source })));
	const { total } = tally(table, everything(factSeconds(filedAt), factSeconds(filedAt) + day), null);
	expect(total.filedBySource.slice(0, factSources.length)).toEqual([1, 1, 1, 1, 1, 1]);
});
