// Which rows of a table are its header. Offices put a title above it, and merge cells into two rows of names.
import type { Findings } from '#lib/city/import/findings.ts';
import type { RawRow } from './separated.ts';

export interface Header {
	columns: string[];
	/** The row of the names, the last of them when there are two. */
	row: number;
}

/** How many rows at the top are looked at. */
export const headerRows = 20;

const looksLikeData = /^[\s\d.,:：/\\年月日时分秒+\-()%°']+$|^\d{4}[-/年.]\d/;

/** Columns and header row of a table by its first rows; null when there is nothing but blanks. */
export function findHeader(
	top: readonly RawRow[],
	findings: Findings,
	wanted: number | null = null
): Header | null {
	const rows = top.map(({ row, cells }) => ({ row, cells: cells.map((cell) => cell.trim()) }));
	const width = Math.max(0, ...rows.map(({ cells }) => filled(cells)));
	if (width === 0) return null;
	const at =
		wanted === null
			? rows.findIndex(({ cells }) => filled(cells) >= Math.ceil(width * 0.6) && isNames(cells))
			: rows.findIndex(({ row }) => row === wanted);
	const found = Math.max(at, 0);
	// Told which row it is, the one above may still hold the names of its groups.
	const isLower = wanted !== null && found > 0 && isSecondRow(rows[found - 1]!.cells, rows[found]!.cells);
	const first = isLower ? found - 1 : found;
	const names = rows[first]!;
	const below = rows[first + 1];
	const isDouble =
		isLower || (wanted === null && below !== undefined && isSecondRow(names.cells, below.cells));
	if (first > 0)
		findings.add(
			'title_rows',
			'note',
			{ row: rows[0]!.row, text: rows[0]!.cells.find(Boolean) ?? '' },
			{ rows: first }
		);
	if (!isDouble || !below) return { columns: distinct(names.cells), row: names.row };
	findings.add('two_header_rows', 'note', { row: names.row }, { first: names.row, second: below.row });
	return { columns: distinct(joined(names.cells, below.cells)), row: below.row };
}

function filled(cells: readonly string[]): number {
	return cells.filter(Boolean).length;
}

/** Names are words: a row with a number or a date among few cells is data. */
function isNames(cells: readonly string[]): boolean {
	const texts = cells.filter(Boolean);
	return (
		texts.filter((text) => looksLikeData.test(text)).length <= texts.length * 0.2 &&
		new Set(texts).size > texts.length / 2
	);
}

/** Names under names: only beneath a group's name or a gap of the row above, and beneath every gap. */
function isSecondRow(above: readonly string[], below: readonly string[]): boolean {
	const width = Math.max(above.length, below.length);
	if (filled(below) === 0 || below.some((text) => text !== '' && looksLikeData.test(text))) return false;
	let gaps = 0;
	let plain = 0;
	for (let i = 0; i < width; i += 1) {
		const [here, left, right] = [above[i], above[i - 1], above[i + 1]];
		if (!here && !below[i]) return false;
		if (!here || here === left) gaps += 1;
		else if (!below[i] || below[i] === here) plain += 1;
		else if (i + 1 === width || (right && right !== here)) return false;
	}
	return gaps > 0 && plain > 0;
}

function joined(above: readonly string[], below: readonly string[]): string[] {
	let group = '';
	return Array.from({ length: Math.max(above.length, below.length) }, (_, i) => {
		if (above[i]) group = above[i]!;
		const name = below[i] ?? '';
		if (!name || name === above[i]) return above[i] ?? '';
		return group && group !== name ? `${group} ${name}` : name;
	});
}

/** No two alike and none empty, so that every column can be called by its name. */
function distinct(names: readonly string[]): string[] {
	const seen = new Set<string>();
	let last = names.length;
	while (last > 0 && !names[last - 1]) last -= 1;
	return names.slice(0, last).map((raw, i) => {
		const name = raw.normalize('NFKC').replace(/\s+/g, ' ').trim().slice(0, 120) || letterOf(i);
		let own = name;
		for (let time = 2; seen.has(own); time += 1) own = `${name} (${time})`;
		seen.add(own);
		return own;
	});
}

/** A, B, … Z, AA: what a spreadsheet calls a column. */
export function letterOf(index: number): string {
	let letters = '';
	for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26))
		letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
	return letters;
}
