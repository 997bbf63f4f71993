import { expect, test } from 'vitest';
import { mulberry32 } from '#test/support/proof.ts';
import { anyRows, day } from '../numbers/facts.fixture.ts';
import { everything } from '../numbers/selection.ts';
import { series } from '../numbers/series.ts';
import { tally } from '../numbers/tally.ts';
import { factFlag, factTable } from './fact-table.ts';
import { factSeconds } from './fact-time.ts';
import { zoneRows, Zones } from './zones.ts';

const random = mulberry32(8);
const year = factSeconds('2026-01-01T00:00:00Z');
// As cases come: in the order they are filed, all closed but some of the last.
const rows = anyRows(6 * zoneRows - 100, random)
	.toSorted((a, b) => Number(a.filedAt) - Number(b.filedAt))
	.map((row, at) => ({
		...row,
		closedAt: row.closedAt ?? (at > 5 * zoneRows ? null : Number(row.filedAt) + 9e8)
	}));
const plain = factTable(rows);
const zones = new Zones();
for (let row = 0; row < plain.length; row += 1) zones.touch(row);
zones.refresh(plain, plain.length);
const table = { ...plain, zones };

function agree(): void {
	for (let round = 0; round < 12; round += 1) {
		const from = year + Math.floor(random() * 390) * day;
		const selection = everything(from, from + Math.floor(random() * 40 * day), from + 50 * day);
		expect(tally(table, selection, 'street')).toEqual(tally(plain, selection, 'street'));
		const bounds = [from, from + 7 * day, from + 14 * day];
		expect(series(table, selection, bounds, 'unit')).toEqual(series(plain, selection, bounds, 'unit'));
	}
}

test('leaving zones out changes no number', agree);

test('nor does taking whole zones by their flags', () => {
	const long = everything(year, year + 380 * day, year + 420 * day);
	expect([0, 1, 2, 3].some((zone) => zones.isWhole(zone * zoneRows, long.from, long.until, long.until))).toBe(
		true
	);
	for (const by of ['street', 'category', null] as const)
		expect(tally(table, long, by)).toEqual(tally(plain, long, by));
	const short = { ...long, at: year + 300 * day, until: year + 300 * day };
	expect(tally(table, short, 'area')).toEqual(tally(plain, short, 'area'));
});

test('nor after rows in old zones have changed', () => {
	const { flags, closedAt, dueAt } = plain;
	for (let change = 0; change < 8; change += 1) {
		const row = Math.floor(random() * plain.length);
		flags[row]! &= ~factFlag.voided;
		closedAt[row] = year + Math.floor(random() * 390) * day;
		dueAt[row] = year + Math.floor(random() * 390) * day;
		zones.touch(row);
	}
	zones.refresh(plain, plain.length);
	agree();
});

test('a week touches few zones, and one with an open case is never left out', () => {
	const idle = (from: number) =>
		[0, 1, 2, 3, 4, 5].filter((zone) => zones.isIdle(zone * zoneRows, from, from + day));
	expect(idle(year + 700 * day)).not.toContain(5);
	expect(idle(year + 700 * day)).toContain(1);
	expect(zones.isIdle(99 * zoneRows, year, year + day)).toBe(false);
});

test('a zone that changed and was not read again is looked at', () => {
	const at = year + 700 * day;
	expect(zones.isIdle(zoneRows, at, at + day)).toBe(true);
	zones.touch(zoneRows + 5);
	expect(zones.isIdle(zoneRows, at, at + day)).toBe(false);
});
