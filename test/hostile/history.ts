import { gzipSync } from 'node:zlib';
import { onStreet, smallCity } from '#lib/cases/history/small-city.fixture.ts';
import { rawWorkbook, rowsXml } from '#lib/city/tables/workbook.fixture.ts';
import { writeZip } from '#lib/city/tables/zip.ts';
import type { HostileFile } from './hostile-file.ts';

const names = ['编号', '上报时间', '结案时间', '类别', '经度', '纬度'];
const [lng, lat] = onStreet(1, 2);
type Cell = string | number;

/** A good row, with some of its cells replaced. */
const row = (number: number, different: Record<string, Cell> = {}): Cell[] => {
	const good: Record<string, Cell> = {
		编号: `甲${number}`,
		上报时间: '2025-03-04 09:30',
		结案时间: '2025-03-05 10:00',
		类别: '占道洗车',
		经度: lng,
		纬度: lat,
		...different
	};
	return names.map((name) => good[name]!);
};
const good = Array.from({ length: 12 }, (_, i) => row(i + 100));
const text = (rows: Cell[][], separator = ',') =>
	[names, ...rows].map((cells) => cells.join(separator)).join('\n');
/** Beside good rows, so that what is wrong is wrong with one row alone. */
const beside = (different: Record<string, Cell>) => text([row(1, different), ...good]);
const bytes = (content: string) => new TextEncoder().encode(content);
const gbk: Record<string, string> = {
	编: 'b1e0',
	号: 'bac5',
	上: 'c9cf',
	报: 'b1a8',
	时: 'cab1',
	间: 'bce4',
	结: 'bde1',
	案: 'b0b8',
	类: 'c0e0',
	别: 'b1f0',
	经: 'bead',
	度: 'b6c8',
	纬: 'ceb3',
	占: 'd5bc',
	道: 'b5c0',
	洗: 'cfb4',
	车: 'b3b5',
	甲: 'bcd7'
};
const inGbk = (content: string) =>
	Buffer.concat([...content].map((sign) => (gbk[sign] ? Buffer.from(gbk[sign], 'hex') : Buffer.from(sign))));

const header = rowsXml([names]);
const body = rowsXml(good);
const book = (data: string, more: Partial<Parameters<typeof rawWorkbook>[0]> = {}, behind = '') =>
	rawWorkbook({ sheets: [{ name: '台账', data, behind }], ...more });
const cellRow = (cell: string) =>
	`<row>${row(1)
		.map((value, i) => (i === 3 ? cell : `<c t="str"><v>${value}</v></c>`))
		.join('')}</row>`;

type Content = string | Uint8Array | (() => string | Uint8Array);
type Case = [name: string, content: Content, says: string, file?: string];

function files(expected: HostileFile['expect'], cases: Case[]): HostileFile[] {
	return cases.map(([name, content, says, file = 'cases.csv']) => ({
		name,
		kind: 'history',
		file: () => {
			const made = typeof content === 'function' ? content() : content;
			return { name: file, bytes: typeof made === 'string' ? bytes(made) : made };
		},
		options: { now: Date.UTC(2026, 10, 21) },
		known: smallCity(),
		expect: expected,
		says
	}));
}

export const unreadable = files('refused', [
	['nothing at all', '', 'empty'],
	['only blanks', '\n \n,,,\n', 'empty'],
	['a header and no rows', names.join(','), 'empty'],
	['an unclosed quote', `${text(good)}\n"甲,2025-01-01\n${text(good)}`, 'quote_not_closed'],
	[
		'a quote open over forty megabytes',
		() => `${text(good)}\n"${'x,y\n'.repeat(10_000_000)}`,
		'row_too_long'
	],
	['one line of fifty megabytes in no encoding', () => Buffer.alloc(50_000_000, 0xff), 'line_too_long'],
	['100,000 columns', () => `${'列,'.repeat(100_000)}\n`, 'too_many_columns'],
	['100,000 cells in one row', () => `${text(good)}\n${','.repeat(100_000)}`, 'too_many_columns'],
	['an old workbook', Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), 'old_excel', 'cases.xls'],
	[
		'a web page called .xls',
		'<html><body><table><tr><td>编号</td></tr></table></body></html>',
		'web_page',
		'cases.xls'
	],
	['an XML spreadsheet of 2003', '<?xml version="1.0"?><Workbook></Workbook>', 'web_page', 'cases.xls'],
	['a PDF', '%PDF-1.7\n%âãÏÓ', 'not_a_table', 'cases.csv'],
	['a photo', Buffer.from('ffd8ffe000104a464946', 'hex'), 'not_a_table'],
	['a RAR archive', Buffer.from('526172211a0700', 'hex'), 'not_a_table'],
	['JSON that is no GeoJSON', '{"rows":[]}', 'not_a_table', 'cases.geojson'],
	['GeoJSON cut short', '{"features":[{"type":"Feature"', 'json_broken', 'cases.geojson'],
	['a gzip cut short', () => gzipSync(text(good).repeat(200)).subarray(0, 80), 'damaged', 'cases.csv.gz'],
	[
		'a gzip with bytes changed',
		() => gzipSync(text(good).repeat(200)).fill(7, 30, 60),
		'damaged',
		'cases.csv.gz'
	],
	['a gzip bomb of 1.6 GB', () => gzipBomb(1_600), 'too_large', 'cases.csv.gz'],
	['a workbook cut short', () => book(header + body).subarray(0, 500), 'damaged', 'cases.xlsx'],
	[
		'a zip that holds no workbook',
		() => writeZip([{ name: 'a.txt', bytes: bytes('a') }]),
		'damaged',
		'cases.xlsx'
	],
	[
		'a workbook whose sheet is not there',
		() => writeZip([{ name: 'xl/workbook.xml', bytes: bytes('<workbook/>') }]),
		'damaged',
		'cases.xlsx'
	],
	['a workbook whose XML breaks off', () => book(`${header}<row><c t="str"><v>`), 'damaged', 'cases.xlsx'],
	[
		'a workbook with a document type',
		() =>
			book(header + body, {
				more: [
					{
						name: 'xl/sharedStrings.xml',
						bytes: bytes('<!DOCTYPE a [<!ENTITY b "c">]><sst><si><t>&b;</t></si></sst>')
					}
				]
			}),
		'damaged',
		'cases.xlsx'
	],
	[
		'a workbook that shares texts it has not',
		() => book(header + cellRow('<c t="s"><v>99</v></c>')),
		'damaged',
		'cases.xlsx'
	],
	[
		'a workbook of which a text is 50 MB',
		() => book(`${header}${cellRow(`<c t="str"><v>${'长'.repeat(17_000_000)}</v></c>`)}`),
		'cell_far_too_long',
		'cases.xlsx'
	],
	[
		'a workbook with a cell in column ZZZ',
		() => book(`${header}<row><c r="ZZZ2"><v>1</v></c></row>`),
		'too_many_columns',
		'cases.xlsx'
	],
	[
		'a workbook with 200,000 merged cells',
		() => book(header + body, {}, `<mergeCells>${'<mergeCell ref="A2:B3"/>'.repeat(200_000)}</mergeCells>`),
		'too_many_merges',
		'cases.xlsx'
	],
	['a workbook with a password', () => encrypted(), 'encrypted', 'cases.xlsx'],
	[
		'a workbook that unpacks to 300 MB of shared texts',
		() =>
			book(header, {
				more: [
					{
						name: 'xl/sharedStrings.xml',
						bytes: Buffer.alloc(280_000_000, `<sst>${'<si><t>a</t></si>'.repeat(60_000)}`)
					}
				]
			}),
		'too_large',
		'cases.xlsx'
	],
	['no column of times', '编号,经度,纬度\n1,119.46,32.79\n', 'no_opened_column'],
	['no column of places', '编号,上报时间\n1,2025-01-01\n', 'no_place_column']
]);

/** So many megabytes once unpacked, in pieces that gzip takes as one. */
function gzipBomb(megabytes: number): Uint8Array {
	const piece = gzipSync(Buffer.alloc(1_000_000, '1,2,3,4\n'));
	return Buffer.concat(Array.from({ length: megabytes }, () => piece));
}

/** The flag that says a zip's entry is encrypted, in every entry of the directory. */
function encrypted(): Uint8Array {
	const made = Buffer.from(book(header + body));
	for (let at = made.indexOf('PK\x01\x02'); at >= 0; at = made.indexOf('PK\x01\x02', at + 1))
		made[at + 8] = 1;
	return made;
}

export const rowsRefused = files('refused', [
	['a day of February that never was', beside({ 上报时间: '2025-02-30' }), 'time_unreadable'],
	['a time of year 9999', beside({ 上报时间: '9999-01-01', 结案时间: '' }), 'time_in_future'],
	['a time of year 1899', beside({ 上报时间: '1899-12-31' }), 'time_too_old'],
	['a closing a year before the opening', beside({ 结案时间: '2024-03-04' }), 'closed_before_opened'],
	['the same number twice', beside({ 编号: '甲100' }), 'duplicate_key'],
	['a number of a thousand letters', beside({ 编号: 'x'.repeat(1000) }), 'key_too_long'],
	['exchanged axes', beside({ 经度: lat, 纬度: lng }), 'swapped_rows'],
	['a place on no globe', beside({ 经度: 400, 纬度: 95 }), 'off_the_globe'],
	['a place at infinity', beside({ 经度: '1e400', 纬度: 'NaN' }), 'no_coordinates'],
	['a place in another city', beside({ 经度: 121.47, 纬度: 31.23 }), 'outside_city']
]);

export const explained = files('explained', [
	[
		'a header in UTF-8 over a body in GBK',
		Buffer.concat([bytes(`${names.join(',')}\n`), inGbk(good.map((cells) => cells.join(',')).join('\n'))]),
		'header_utf8_body_gbk'
	],
	['a file in GBK', inGbk(text(good)), 'encoding'],
	[
		'lines of two encodings in turn',
		Buffer.concat([bytes(`${text(good)}\n`), inGbk(row(1).join(',')), bytes('\n'), bytes(row(2).join(','))]),
		'mixed_encoding'
	],
	['UTF-16 without its mark', Buffer.from(text(good), 'utf16le'), 'encoding'],
	['NUL signs among the letters', text([row(1, { 类别: '占道\0洗车' }), ...good]), 'nul_signs'],
	['a cell of 40,000 letters', beside({ 类别: '长'.repeat(40_000) }), 'cell_too_long'],
	['a comma too many', `${text(good)}\n${row(1).join(',')},金桥路,泰北路`, 'cells_beyond_header'],
	[
		'rows shorter than the header',
		[names.concat('备注'), ...good].map((cells) => cells.join(',')).join('\n'),
		'short_rows'
	],
	['numbers in powers of ten', beside({ 编号: '1.39E+10' }), 'digits_lost'],
	['a formula for a spreadsheet to run', beside({ 类别: '=HYPERLINK("http://x")' }), 'categories_to_other'],
	['a script for a page to run', beside({ 类别: '<script>alert(1)</script>' }), 'categories_to_other'],
	[
		'a workbook with macros',
		() => book(header + body, { more: [{ name: 'xl/vbaProject.bin', bytes: bytes('x') }] }),
		'macros',
		'cases.xlsm'
	],
	[
		'a formula that was never calculated',
		() => book(header + cellRow('<c><f>NOW()</f></c>') + rowsXml(good.slice(1))),
		'formulas_without_value',
		'cases.xlsx'
	],
	[
		'cells with errors',
		() => book(header + cellRow('<c t="e"><v>#N/A</v></c>') + rowsXml(good.slice(1))),
		'error_cells',
		'cases.xlsx'
	],
	[
		'a title merged over two rows of names',
		() =>
			book(
				rowsXml([['2025年台账']]) + header + body,
				{},
				'<mergeCells><mergeCell ref="A1:F1"/></mergeCells>'
			),
		'title_rows',
		'cases.xlsx'
	],
	[
		'a due time of year 9999',
		`${names.join(',')},截止时间\n${good.map((cells) => `${cells.join(',')},9999-12-31 00:00`).join('\n')}`,
		'due_out_of_range'
	],
	[
		'a closing some seconds before the opening',
		beside({ 结案时间: '2025-03-04 09:29:10' }),
		'closed_just_before_opened'
	],
	[
		'a column of phone numbers under an innocent name',
		[names.concat('备用'), ...good.map((cells, i) => [...cells, 13_912_345_600 + i])]
			.map((cells) => cells.join(','))
			.join('\n'),
		'personal_columns'
	]
]);
