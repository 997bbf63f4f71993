import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWholeTable } from './read-table.ts';
import { harmless, writeTable } from './write-table.ts';

const formats = ['csv', 'xlsx', 'geojson'] as const;

describe.each(formats)('a table written as %s', (format) => {
	const file = (columns: string[], rows: Record<string, string | number | null>[]) => ({
		name: `table.${format}`,
		bytes: writeTable(format, columns, rows)
	});

	it('reads back in as it was', async () => {
		const rows = [
			{
				name: '金桥路 "甲"\n二楼',
				n: 12.5,
				formula: '=HYPERLINK("x")',
				empty: null,
				quote: "'=1",
				id: '00123'
			},
			{
				name: '<b>&amp;',
				n: -3,
				formula: '+8613900000000',
				empty: null,
				quote: '@x',
				id: '320684199001011234'
			},
			{ name: '＝1', n: 0, formula: '＋1', empty: '－1', quote: "'＠x", id: '＠1' }
		];
		const columns = ['name', 'n', 'formula', 'empty', 'quote', 'id'];
		const table = await readWholeTable(file(columns, rows));
		expect(table.columns).toEqual(columns);
		expect(table.rows.map(({ cells }) => cells)).toEqual(
			rows.map((row) => columns.map((name) => String(row[name as keyof typeof row] ?? '')))
		);
		expect(table.findings).toEqual([]);
	});

	it('reads back in whatever is written', async () => {
		const word = fc
			.string({ unit: 'grapheme', maxLength: 20 })
			.map((s) => s.normalize().replace(/\p{C}/gu, '').trim());
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 8 }), async (pairs) => {
				const rows = pairs.map(([a, b], i) => ({ key: `k${i}`, a, b }));
				const table = await readWholeTable(file(['key', 'a', 'b'], rows), {
					headerRow: format === 'geojson' ? 0 : 1
				});
				expect(table.rows.map(({ cells }) => cells)).toEqual(rows.map(({ key, a, b }) => [key, a, b]));
			}),
			{ numRuns: 60 }
		);
	});
});

it.each([
	['=1+1', "'=1+1"],
	['@SUM', "'@SUM"],
	['-5', '-5'],
	['-5+cmd', "'-5+cmd"],
	["=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"],
	['\t=1', "'\t=1"],
	['\r=1', "'\r=1"],
	['\n=1', "'\n=1"],
	['  =1', "'  =1"],
	['\u200b@SUM', "'\u200b@SUM"],
	['a=1', 'a=1'],
	['＝1+1', "'＝1+1"],
	['＋86', "'＋86"],
	['－5', "'－5"],
	['＠SUM', "'＠SUM"],
	['金桥路', '金桥路'],
	["'=x", "''=x"]
])('%j is shown and not run', (text, expected) => {
	expect(harmless(text)).toBe(expected);
});

it('a spreadsheet is not given a formula in any cell', () => {
	const bytes = writeTable('csv', ['a'], [{ a: '=cmd|calc' }]);
	expect(Buffer.from(bytes).toString('utf8')).toBe("\uFEFFa\r\n'=cmd|calc\r\n");
});
