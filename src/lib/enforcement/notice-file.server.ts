// A notice as a Word file: one A4 page, in the faces official papers are set in. Word takes its own where one is missing.
import {
	AlignmentType,
	BorderStyle,
	Document,
	LineRuleType,
	Packer,
	Paragraph,
	Table,
	TableCell,
	TableRow,
	TextRun,
	WidthType,
	type IParagraphOptions
} from 'docx';
import type { Sheet } from './sheet.ts';

const face = (eastAsia: string) => ({
	ascii: 'Times New Roman',
	hAnsi: 'Times New Roman',
	cs: 'SimSun',
	eastAsia
});
const fangsong = face('仿宋');
const song = face('宋体');
/** Word counts in half points and twentieths of a point. */
const run = (text: string, size: number, font = fangsong, more = {}) =>
	new TextRun({ text, size: Math.round(size * 2), font, ...more });
const exactly = (points: number, before = 0, after = 0) => ({
	line: Math.round(points * 20),
	lineRule: LineRuleType.EXACT,
	before: Math.round(before * 20),
	after: Math.round(after * 20)
});
const line = (options: IParagraphOptions) => new Paragraph(options);

export async function writeNotice(sheet: Sheet): Promise<Buffer> {
	const { size } = sheet;
	const marks = [sheet.isDemo && '演示数据　非正式文书', sheet.isWithdrawn && '已撤回'].filter(Boolean);
	const children = [
		...marks.map((mark) =>
			line({
				alignment: AlignmentType.CENTER,
				spacing: exactly(18),
				children: [run(String(mark), 11, song, { color: 'B00020', bold: true })]
			})
		),
		line({
			alignment: AlignmentType.CENTER,
			spacing: exactly(36, 6, 4),
			children: [run(sheet.title, 22, song, { bold: true })]
		}),
		line({ alignment: AlignmentType.RIGHT, spacing: exactly(20, 0, 8), children: [run(sheet.label, 12)] }),
		...sheet.paragraphs.map((text, at) =>
			line({
				spacing: exactly(sheet.line),
				indent: at === 0 ? undefined : { firstLine: Math.round(size * 2 * 20) },
				children: [run(text, size)]
			})
		),
		line({
			alignment: AlignmentType.RIGHT,
			spacing: exactly(22, 12),
			children: [run(`${sheet.unit}（盖章）`, 14)]
		}),
		line({
			alignment: AlignmentType.RIGHT,
			spacing: exactly(22),
			children: [run(`经办人：${sheet.issuedBy}`, 12)]
		}),
		line({ alignment: AlignmentType.RIGHT, spacing: exactly(22, 0, 8), children: [run(sheet.date, 14)] }),
		receipt(sheet),
		line({ spacing: exactly(16, 4), children: [run(`案件编号：${sheet.caseNumber}`, 9)] })
	];
	const document = new Document({
		creator: sheet.unit,
		title: `${sheet.title} ${sheet.label}`,
		sections: [
			{
				properties: {
					page: {
						size: { width: 11906, height: 16838 },
						margin: { top: 1418, bottom: 1134, left: 1418, right: 1418, header: 567, footer: 567 }
					}
				},
				children
			}
		]
	});
	return Packer.toBuffer(document);
}

/** 送达回证: filled in where it was served, else for the pen. */
function receipt({ served }: Sheet): Table {
	const cell = (text: string, percent: number) =>
		new TableCell({
			width: { size: percent, type: WidthType.PERCENTAGE },
			margins: { left: 80, right: 80 },
			children: [line({ spacing: exactly(24), children: [run(text, 10.5)] })]
		});
	const rows = [
		['受送达人签名', '', '送达时间', served?.at ?? '　　年　　月　　日'],
		['送达方式', served?.way ?? '', '送达人', served?.by ?? ''],
		['见证人签名', '', '备注', '']
	];
	const border = { style: BorderStyle.SINGLE, size: 4, color: '444444' };
	return new Table({
		width: { size: 100, type: WidthType.PERCENTAGE },
		borders: {
			top: border,
			bottom: border,
			left: border,
			right: border,
			insideHorizontal: border,
			insideVertical: border
		},
		rows: rows.map(
			([a, b, c, d]) => new TableRow({ children: [cell(a!, 20), cell(b!, 30), cell(c!, 18), cell(d!, 32)] })
		)
	});
}
