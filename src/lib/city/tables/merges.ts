import type { Findings } from '#lib/city/import/findings.ts';
import { TableProblem } from './table.ts';
import type { RawRow } from './separated.ts';

interface Merge {
	top: number;
	bottom: number;
	left: number;
	right: number;
	text: string;
}

const mostMerges = 100_000;
/** What stands behind the rows of a sheet; merges are a small part of it. */
const mostBehind = 16 * 1024 * 1024;
const rowsEnd = '</sheetData>';

/** Merged cells of a sheet. They stand at its end, so the sheet is unpacked once for them and once for its rows. */
export class Merges {
	readonly #merges: Merge[];

	private constructor(merges: Merge[]) {
		this.#merges = merges.sort((a, b) => a.top - b.top);
	}

	static async read(pieces: AsyncIterable<Uint8Array>): Promise<Merges> {
		const decoder = new TextDecoder();
		let behind = '';
		let isBehind = false;
		for await (const piece of pieces) {
			behind += decoder.decode(piece, { stream: true });
			if (!isBehind) {
				const end = behind.indexOf(rowsEnd);
				isBehind = end >= 0;
				behind = isBehind ? behind.slice(end) : behind.slice(-rowsEnd.length);
			}
			if (behind.length > mostBehind) throw new TableProblem('damaged');
		}
		const merges: Merge[] = [];
		for (const [, left, top, right, bottom] of behind.matchAll(
			/<(?:x:)?mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g
		)) {
			merges.push({
				top: Number(top),
				bottom: Number(bottom),
				left: indexOf(left!),
				right: indexOf(right!),
				text: ''
			});
			if (merges.length > mostMerges) throw new TableProblem('too_many_merges', { most: mostMerges });
		}
		return new Merges(merges);
	}

	/** Rows with the text of a merged cell in every cell it covers. */
	async *fill(rows: AsyncIterable<RawRow>, findings: Findings): AsyncGenerator<RawRow> {
		let next = 0;
		let open: Merge[] = [];
		for await (const row of rows) {
			while (next < this.#merges.length && this.#merges[next]!.top <= row.row) {
				const merge = this.#merges[next]!;
				next += 1;
				if (merge.top === row.row) merge.text = row.cells[merge.left] ?? '';
				if (merge.text !== '') open.push(merge);
			}
			if (open.length > 1000) throw new TableProblem('too_many_merges', { most: 1000 }, row.row);
			open = open.filter(({ bottom }) => bottom >= row.row);
			for (const { top, left, right, text } of open) {
				for (let column = left; column <= Math.min(right, 999); column += 1) {
					if (row.row === top && column === left) continue;
					while (row.cells.length <= column) row.cells.push('');
					row.cells[column] = text;
				}
				if (row.row > top) findings.add('merged_cells', 'note', { row: row.row, text });
			}
			yield row;
		}
	}
}

function indexOf(letters: string): number {
	let column = 0;
	for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
	return column - 1;
}
