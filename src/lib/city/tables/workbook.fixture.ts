import { writeZip } from './zip.ts';

/** A workbook made of raw XML, to draw what office programs save and what nobody should. */
export interface RawWorkbook {
	/** The inside of `<sheetData>`, one for each sheet. */
	sheets: { name: string; data: string; behind?: string; state?: string }[];
	sharedStrings?: string[];
	/** Number formats of the cell styles 1, 2, …; style 0 is General. */
	formats?: (number | string)[];
	is1904?: boolean;
	more?: { name: string; bytes: Uint8Array }[];
}

export function rawWorkbook({
	sheets,
	sharedStrings = [],
	formats = [],
	is1904,
	more = []
}: RawWorkbook): Uint8Array {
	const text = (name: string, body: string) => ({ name, bytes: Buffer.from(body, 'utf8') });
	const custom = formats.flatMap((format, i) =>
		typeof format === 'string'
			? [`<numFmt numFmtId="${200 + i}" formatCode="${format.replaceAll('"', '&quot;')}"/>`]
			: []
	);
	const styles = [
		'<xf numFmtId="0"/>',
		...formats.map((f, i) => `<xf numFmtId="${typeof f === 'string' ? 200 + i : f}"/>`)
	];
	return writeZip([
		text(
			'xl/workbook.xml',
			`<workbook xmlns:r="r"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets>${sheets
				.map(
					({ name, state }, i) =>
						`<sheet name="${name}" sheetId="${i + 1}" r:id="r${i}"${state ? ` state="${state}"` : ''}/>`
				)
				.join('')}</sheets></workbook>`
		),
		text(
			'xl/_rels/workbook.xml.rels',
			`<Relationships>${sheets.map((_, i) => `<Relationship Id="r${i}" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}</Relationships>`
		),
		text(
			'xl/styles.xml',
			`<styleSheet><numFmts>${custom.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${styles.join('')}</cellXfs></styleSheet>`
		),
		text('xl/sharedStrings.xml', `<sst>${sharedStrings.map((s) => `<si>${s}</si>`).join('')}</sst>`),
		...sheets.map(({ data, behind = '' }, i) =>
			text(
				`xl/worksheets/sheet${i + 1}.xml`,
				`<worksheet><sheetData>${data}</sheetData>${behind}</worksheet>`
			)
		),
		...more
	]);
}

/** `<row>`s of inline texts, and of numbers as numbers. */
export function rowsXml(rows: readonly (readonly (string | number)[])[]): string {
	return rows
		.map((cells) => {
			const xml = cells.map((cell) =>
				typeof cell === 'number' ? `<c><v>${cell}</v></c>` : `<c t="inlineStr"><is><t>${cell}</t></is></c>`
			);
			return `<row>${xml.join('')}</row>`;
		})
		.join('');
}
