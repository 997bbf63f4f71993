import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { m } from '#lib/i18n/messages.ts';
import { describeFinding } from '#lib/city/import/importer.ts';
import { readWholeTable } from './read-table.ts';
import { TableProblem, type TableOptions } from './table.ts';
import { rawWorkbook, rowsXml } from './workbook.fixture.ts';

const text = (content: string, name = 'table.csv') => ({ name, bytes: new TextEncoder().encode(content) });
const book = (parts: Parameters<typeof rawWorkbook>[0]) => ({
	name: 'table.xlsx',
	bytes: rawWorkbook(parts)
});
/** 编号,地点 / 1,金桥路 in GBK. */
const gbkHeader = Buffer.from('b1e0bac52cb5d8b5e30d0a', 'hex');
const gbkRow = Buffer.from('312cbdf0c7c5c2b70d0a', 'hex');

async function read(file: { name: string; bytes: Uint8Array }, options?: TableOptions) {
	const { columns, rows, findings } = await readWholeTable(file, options);
	return {
		columns,
		rows: rows.map(({ row, cells }) => [row, ...cells]),
		codes: findings.map(({ code }) => code)
	};
}

async function refusal(file: { name: string; bytes: Uint8Array }, options?: TableOptions): Promise<string> {
	try {
		await readWholeTable(file, options);
	} catch (problem) {
		if (problem instanceof TableProblem) return problem.findings[0]!.code;
		throw problem;
	}
	return 'read';
}

describe('a text file', () => {
	const expected = { columns: ['编号', '地点'], rows: [[2, '1', '金桥路']] };
	const plain = '编号,地点\r\n1,金桥路\r\n';
	it.each([
		['UTF-8', text(plain), []],
		['UTF-8 with a byte order mark', text(`\uFEFF${plain}`), []],
		['GBK', { name: 'a.csv', bytes: Buffer.concat([gbkHeader, gbkRow]) }, ['encoding']],
		[
			'UTF-16 with its mark',
			{ name: 'a.csv', bytes: Buffer.from(`\uFEFF${plain}`, 'utf16le') },
			['encoding']
		],
		['semicolons', text(plain.replaceAll(',', ';')), []],
		['tabs', text(plain.replaceAll(',', '\t')), []],
		['a gzip', { name: 'a.csv.gz', bytes: gzipSync(plain) }, []],
		[
			'a header in UTF-8 over a body in GBK',
			{ name: 'a.csv', bytes: Buffer.concat([Buffer.from('编号,地点\r\n'), gbkRow]) },
			['header_utf8_body_gbk']
		]
	])('is read in %s', async (_, file, codes) => {
		expect(await read(file)).toEqual({ ...expected, codes });
	});

	it('in Latin letters with accents is not taken for Chinese', async () => {
		const bytes = Buffer.from('street,kind\nMüllergasse,dé\nHöhenweg,x\n', 'latin1');
		expect((await read({ name: 'a.csv', bytes })).rows[0]).toEqual([2, 'Müllergasse', 'dé']);
	});

	it('counts rows as a spreadsheet does, whatever stands in quotes', async () => {
		const { rows } = await read(text('a,b\n"x\ny",1\n\n"he said ""so""",2\n'));
		expect(rows).toEqual([
			[2, 'x\ny', '1'],
			[4, 'he said "so"', '2']
		]);
	});

	it('says which rows are short, too long, or have lost digits', async () => {
		const { rows, codes } = await read(text('a,b\n1\n1,2,3\n13900000000,1.39E+10\n'));
		expect(rows[0]).toEqual([2, '1', '']);
		expect(codes).toEqual(['cells_beyond_header', 'digits_lost', 'short_rows']);
	});

	it('gives every column a name of its own', async () => {
		expect((await read(text('time,,time\n1,2,3\n'))).columns).toEqual(['time', 'B', 'time (2)']);
	});

	it('skips a title above the header', async () => {
		const { columns, codes } = await read(text('2025年台账,,\n编号,时间,地点\n1,2025-01-01,金桥路\n'));
		expect(columns).toEqual(['编号', '时间', '地点']);
		expect(codes).toEqual(['title_rows']);
	});

	it.each([
		['nothing', text(''), 'empty'],
		['only blanks', text(' \n , \n'), 'empty'],
		['an open quote', text('a,b\n1,"2\n3,4\n'), 'quote_not_closed'],
		['an old workbook', { name: 'a.xls', bytes: Buffer.from('d0cf11e0a1b11ae1', 'hex') }, 'old_excel'],
		['a web page', text('<html><table><tr><td>1</td></tr></table>', 'a.xls'), 'web_page'],
		['a PDF', text('%PDF-1.7 …'), 'not_a_table'],
		['a cut-off gzip', { name: 'a.gz', bytes: gzipSync('a,b\n'.repeat(9000)).subarray(0, 40) }, 'damaged'],
		[
			'a cut-off workbook',
			{ name: 'a.xlsx', bytes: rawWorkbook({ sheets: [] }).subarray(0, 300) },
			'damaged'
		],
		['too many columns', text('a,'.repeat(1001)), 'too_many_columns']
	])('with %s is refused', async (_, file, code) => {
		expect(await refusal(file)).toBe(code);
	});

	it.each([
		[{ rows: 2 }, 'too_many_rows'],
		[{ unpacked: 19 }, 'too_large']
	])('beyond the bound %j is refused', async (bounds, code) => {
		const bytes = gzipSync('a,b\n1,2\n3,4\n5,6\n7,8\n');
		expect(await refusal({ name: 'a.csv.gz', bytes }, { bounds })).toBe(code);
	});
});

describe('a workbook', () => {
	it('gives dates of both systems as its cells show them', async () => {
		const data =
			rowsXml([['opened', 'n']]) +
			'<row><c s="1"><v>46347.586805555555</v></c><c><v>0.30000000000000004</v></c></row>';
		const sheets = [{ name: 'S', data }];
		expect((await read(book({ sheets, formats: [22] }))).rows).toEqual([[2, '2026-11-21 14:05:00', '0.3']]);
		const macintosh = await read(book({ sheets, formats: ['yyyy"年"m"月"d"日" h:mm'], is1904: true }));
		expect(macintosh.rows[0]![1]).toBe('2030-11-22 14:05:00');
	});

	it('uses the values of formulas and says where there are none', async () => {
		const data =
			rowsXml([['a', 'b', 'c']]) +
			'<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>NOW()</f></c><c r="C2" t="e"><v>#N/A</v></c></row>' +
			rowsXml([['x', 'y', 'z']]);
		const { rows, codes } = await read(book({ sheets: [{ name: 'S', data }] }));
		expect(rows[0]).toEqual([2, '2', '', '']);
		expect(codes).toEqual(['formulas_without_value', 'error_cells', 'formula_values']);
	});

	it('reads shared and rich texts without the readings above them', async () => {
		const data = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>';
		const sharedStrings = ['<t>名称</t>', '<r><t>金桥</t></r><r><t>路</t></r><rPh><t>jinqiao</t></rPh>'];
		expect((await read(book({ sheets: [{ name: 'S', data }], sharedStrings }))).rows).toEqual([
			[2, '金桥路']
		]);
	});

	it('joins two rows of merged names and fills merged cells below', async () => {
		const data =
			'<row r="1"><c r="A1" t="str"><v>编号</v></c><c r="B1" t="str"><v>时间</v></c></row>' +
			'<row r="2"><c r="B2" t="str"><v>上报</v></c><c r="C2" t="str"><v>结案</v></c></row>' +
			'<row r="3"><c r="A3" t="str"><v>甲</v></c><c r="B3"><v>1</v></c></row><row r="4"><c r="B4"><v>2</v></c></row>';
		const behind =
			'<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="A3:A4"/></mergeCells>';
		expect(await read(book({ sheets: [{ name: 'S', data, behind }] }))).toEqual({
			columns: ['编号', '时间 上报', '时间 结案'],
			rows: [
				[3, '甲', '1', ''],
				[4, '甲', '2', '']
			],
			codes: ['merged_cells', 'two_header_rows']
		});
		const told = await readWholeTable(book({ sheets: [{ name: 'S', data, behind }] }), { headerRow: 2 });
		expect(told.columns).toEqual(['编号', '时间 上报', '时间 结案']);
	});

	it('takes the first sheet that is not hidden, and says which it left', async () => {
		const sheets = [
			{ name: '隐藏', data: rowsXml([['no']]), state: 'hidden' },
			{ name: '一月', data: rowsXml([['yes'], ['1']]) },
			{ name: '二月', data: rowsXml([['other']]) }
		];
		const first = await readWholeTable(book({ sheets }));
		expect([first.sheet, first.columns, first.findings[0]?.detail.others]).toEqual(['一月', ['yes'], '二月']);
		expect((await readWholeTable(book({ sheets }), { sheet: '二月' })).columns).toEqual(['other']);
		expect(await refusal(book({ sheets }), { sheet: '三月' })).toBe('no_such_sheet');
	});

	it('with numbers longer than Excel keeps says that digits are lost', async () => {
		const data = rowsXml([['id'], [440305199001011200], [13912345678]]);
		const { rows, codes } = await read(book({ sheets: [{ name: 'S', data }] }));
		expect(rows[1]).toEqual([3, '13912345678']);
		expect(codes).toEqual(['digits_lost']);
	});

	it('says nothing of lost digits in columns that are not read', async () => {
		const data = rowsXml([
			['id', 'n'],
			[440305199001011200, 1]
		]);
		const file = book({ sheets: [{ name: 'S', data }] });
		expect((await readWholeTable(file, { columnsRead: ['n'] })).findings).toEqual([]);
		const [finding] = (await readWholeTable(file, { columnsRead: ['id'] })).findings;
		expect(finding?.examples[0]?.text).toMatch(/^A2 44030519900101\d+$/);
	});

	it('that unpacks without end is given up at the bound', async () => {
		const data = rowsXml([['a']]) + '<row><c><v>1</v></c></row>'.repeat(200_000);
		expect(await refusal(book({ sheets: [{ name: 'S', data }] }), { bounds: { unpacked: 1e6 } })).toBe(
			'too_large'
		);
	});

	it('with a document type is refused', async () => {
		const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><sst/>';
		const more = [{ name: 'xl/sharedStrings.xml', bytes: Buffer.from(bomb) }];
		expect(await refusal(book({ sheets: [{ name: 'S', data: rowsXml([['a']]) }], more }))).toBe('damaged');
	});
});

it('GeoJSON is a table of its properties and points', async () => {
	const body = {
		type: 'FeatureCollection',
		features: [
			{
				type: 'Feature',
				properties: { name: '洗车点' },
				geometry: { type: 'Point', coordinates: [120.1, 32.2] }
			}
		]
	};
	expect(await read(text(JSON.stringify(body), 'a.geojson'))).toEqual({
		columns: ['name', 'lng', 'lat'],
		rows: [[1, '洗车点', '120.1', '32.2']],
		codes: []
	});
});

it('every finding has its sentence', async () => {
	const { findings } = await readWholeTable(text('a,b\n1\n'));
	expect(describeFinding(findings[0]!, m)).toBe('1 行的列数少于表头，缺的列按空白处理。');
});
