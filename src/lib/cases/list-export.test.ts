import { describe, expect, it } from 'vitest';
import { readWholeTable } from '#lib/city/tables/read-table.ts';
import { csvLine, Moment, streamWorkbook, type Value } from '#lib/city/tables/write-table.ts';
import { readDirectory, unpack } from '#lib/city/tables/zip.ts';
import { exportCells, exportColumns, wallClock, type ExportRow } from './list-export.ts';

const row: ExportRow = {
	number: 'E0551202611220001',
	status: 'dispatched',
	category: '0551',
	category_name: '占道洗车',
	source: 'citizen',
	street: '=HYPERLINK("http://x")',
	lng: 119.4583,
	lat: 32.7901,
	filed_at: '2026-11-21T22:05:59.123456+00:00',
	returned_count: 0,
	report_count: 2,
	is_flagged: false,
	is_recurrence: true
};

async function* pagesOf(pages: Value[][][]) {
	yield* pages;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for await (const piece of pieces) parts.push(piece);
	return Buffer.concat(parts);
}

describe('a row of the list', () => {
	it('has a cell under every heading', () => {
		for (const withWords of [false, true])
			expect(exportCells(row, wallClock('Asia/Shanghai'), withWords)).toHaveLength(
				exportColumns(withWords).length
			);
	});

	it('never has what reporters wrote unless it was asked for', () => {
		const cells = exportCells({ ...row, words: 'WORDS' }, String, false);
		expect(cells).not.toContain('WORDS');
	});
});

describe("the city's clock", () => {
	it.each([
		['Asia/Shanghai', '2026-11-21T22:05:59.123Z', '2026-11-22 06:05'],
		['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25 02:30'],
		['Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25 02:30'],
		['Asia/Kathmandu', '2026-01-01T00:00:00+00:00', '2026-01-01 05:45']
	])('in %s shows %s as %s', (zone, iso, shown) => {
		expect(wallClock(zone)(iso)).toBe(shown);
	});
});

describe('a workbook in pieces', () => {
	it('reads back in as it was, texts that would run shown', async () => {
		const pieces = streamWorkbook(
			'案件',
			['a', 'b'],
			pagesOf([
				[['=1+1', 1]],
				[],
				[
					['金桥路', null],
					['x', -3]
				]
			])
		);
		const table = await readWholeTable({ name: 'x.xlsx', bytes: await bytesOf(pieces) });
		expect(table.rows.map(({ cells }) => cells)).toEqual([
			['=1+1', '1'],
			['金桥路', ''],
			['x', '-3']
		]);
	});

	it('has dates, numbers and texts as what they are', async () => {
		const cells = exportCells(row, wallClock('Asia/Shanghai'), false);
		const columns = exportColumns(false);
		const at = (name: string) => columns.indexOf(name);
		const bytes = await bytesOf(streamWorkbook('x', columns, pagesOf([[cells]])));
		const sheet = readDirectory(bytes).get('xl/worksheets/sheet1.xml')!;
		const unzipped = Buffer.from(await bytesOf(unpack(bytes, sheet, 100_000))).toString('utf8');
		const { rows } = await readWholeTable({ name: 'x.xlsx', bytes });
		expect(rows[0]!.cells[at(columns[10]!)]).toBe('2026-11-22 06:05:00');
		expect(unzipped).toMatch(/<c r="K2" s="1"><v>46348\.2534\d*<\/v>/);
		expect(unzipped).toMatch(/<c r="I2"><v>119\.4583<\/v>/);
		// A code keeps its nought, and a case's number its letter.
		expect(unzipped).toContain('<c r="C2" t="inlineStr"><is><t xml:space="preserve">0551</t>');
		expect(unzipped).toContain(`<c r="F2" t="inlineStr"><is><t xml:space="preserve">'=HYPERLINK(`);
		expect(csvLine([new Moment('2026-11-22 06:05'), '=1'])).toBe("2026-11-22 06:05,'=1\r\n");
	});

	it("goes on in another sheet when Excel's is full, its heading repeated", async () => {
		const many = Array.from({ length: 7 }, (_, i) => [`r${i}`]);
		const notes = { sheet: '说明', rows: () => [['行数', 7]] };
		const bytes = await bytesOf(streamWorkbook('案件', ['a'], pagesOf([many]), notes, 4));
		const whole = Buffer.from(bytes).toString('latin1');
		for (const name of ['sheet1', 'sheet2', 'sheet3', 'sheet4'])
			expect(whole.includes(`xl/worksheets/${name}.xml`)).toBe(true);
		expect(whole.includes('xl/worksheets/sheet5.xml')).toBe(false);
		const first = await readWholeTable({ name: 'x.xlsx', bytes });
		expect(first.rows.map(({ cells }) => cells[0])).toEqual(['r0', 'r1', 'r2']);
	});

	it('is empty but whole without rows', async () => {
		const table = await readWholeTable(
			{ name: 'x.xlsx', bytes: await bytesOf(streamWorkbook('案件', ['a'], pagesOf([]))) },
			{ headerRow: 1 }
		);
		expect(table.rows).toEqual([]);
	});

	it('says what went wrong with a page', async () => {
		async function* broken() {
			yield [['x']];
			throw new Error('the database is gone');
		}
		await expect(bytesOf(streamWorkbook('案件', ['a'], broken()))).rejects.toThrow('the database is gone');
	});
});
