// A board as a Word file: what the screen says, its period, filters and definitions, in one table that can be edited.
import {
	AlignmentType,
	Document,
	Packer,
	PageOrientation,
	Paragraph,
	Table,
	TableCell,
	TableRow,
	TextRun,
	WidthType
} from 'docx';
import type { WordBoard } from './board-word.ts';

const font = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'SimSun', eastAsia: '宋体' };
const text = (words: string, points: number, isBold = false) =>
	new TextRun({ text: words, size: points * 2, bold: isBold, font });
const line = (words: string, points: number, isBold = false) =>
	new Paragraph({ spacing: { after: 60 }, children: [text(words, points, isBold)] });

export async function writeWordBoard({ title, about, columns, rows, notes }: WordBoard): Promise<Buffer> {
	const cell = (words: string, isNumber: boolean, isHead = false) =>
		new TableCell({
			margins: { top: 40, bottom: 40, left: 80, right: 80 },
			children: [
				new Paragraph({
					alignment: isNumber ? AlignmentType.RIGHT : AlignmentType.LEFT,
					children: [text(words, 9, isHead)]
				})
			]
		});
	const head = new TableRow({
		tableHeader: true,
		children: columns.map((column) => cell(column.title, column.isNumber, true))
	});
	const table = new Table({
		width: { size: 100, type: WidthType.PERCENTAGE },
		rows: [
			head,
			...rows.map(
				(words) =>
					new TableRow({
						cantSplit: true,
						children: words.map((word, i) => cell(word, columns[i]!.isNumber))
					})
			)
		]
	});
	const document = new Document({
		title,
		sections: [
			{
				properties: {
					page: {
						size: { width: 11906, height: 16838, orientation: PageOrientation.LANDSCAPE },
						margin: { top: 850, bottom: 850, left: 850, right: 850 }
					}
				},
				children: [
					line(title, 16, true),
					...about.map((words) => line(words, 10)),
					table,
					new Paragraph({}),
					...notes.map((words) => line(words, 9))
				]
			}
		]
	});
	return Packer.toBuffer(document);
}
