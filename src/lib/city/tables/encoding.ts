// Which encoding a text file is in, found out from all of its bytes: offices' files are UTF-8, GBK or UTF-16, and now and
// then a header of one was pasted over a body of another.
import { isUtf8 } from 'node:buffer';
import type { Findings } from '#lib/city/import/findings.ts';
import { TableProblem } from './table.ts';

/** A name that TextDecoder knows, or `mixed`: some lines UTF-8, the others GB18030. */
export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'mixed';

const names: Record<string, Encoding> = {
	'utf-8': 'utf-8',
	utf8: 'utf-8',
	gbk: 'gb18030',
	gb2312: 'gb18030',
	gb18030: 'gb18030',
	cp936: 'gb18030',
	'utf-16': 'utf-16le',
	'utf-16le': 'utf-16le',
	'utf-16be': 'utf-16be',
	'windows-1252': 'windows-1252',
	latin1: 'windows-1252',
	mixed: 'mixed'
};

/** What a person may have written for an encoding; null for none we know. */
export function encodingNamed(name: string): Encoding | null {
	return names[name.toLowerCase().trim()] ?? null;
}

type Pieces = () => AsyncIterable<Uint8Array>;

interface Lines {
	utf8: number;
	gbk: number;
	/** Lines that are no UTF-8 at all. */
	invalid: number;
	/** High bytes that stand alone between ASCII ones, as Latin letters with accents do. */
	lonely: number;
	high: number;
	/** What the first line with anything but ASCII is, and whether it is the very first of the file. */
	header: 'ascii' | 'utf-8' | 'gb18030';
}

/** Looks through the whole file once. Says what it found when that is not plain UTF-8. */
export async function findEncoding(pieces: Pieces, findings: Findings): Promise<Encoding> {
	const start = await firstBytes(pieces, 4096);
	if (start[0] === 0xff && start[1] === 0xfe) return named('utf-16le', findings);
	if (start[0] === 0xfe && start[1] === 0xff) return named('utf-16be', findings);
	const wide = wideWithoutMark(start);
	if (wide) return named(wide, findings);

	const lines: Lines = { utf8: 0, gbk: 0, invalid: 0, lonely: 0, high: 0, header: 'ascii' };
	let isFirst = true;
	for await (const block of blocksOfLines(pieces())) {
		if (isFirst || !isUtf8(block)) {
			for (const line of linesOf(block)) {
				count(line, lines, isFirst);
				isFirst = false;
			}
		} else if (block.some((byte) => byte > 0x7f)) lines.utf8 += 1;
	}
	if (lines.invalid === 0) return 'utf-8';
	if (lines.lonely > lines.high * 0.6) return named('windows-1252', findings);
	if (lines.utf8 === 0) return named('gb18030', findings);
	findings.add(
		lines.header === 'utf-8' && lines.utf8 === 1 ? 'header_utf8_body_gbk' : 'mixed_encoding',
		'warning',
		{},
		{ utf8: lines.utf8, gbk: lines.gbk }
	);
	return 'mixed';
}

function named(encoding: Encoding, findings: Findings): Encoding {
	findings.add(
		'encoding',
		'note',
		{},
		{ encoding: encoding === 'gb18030' ? 'GBK / GB18030' : encoding.toUpperCase() }
	);
	return encoding;
}

function count(line: Uint8Array, lines: Lines, isHeader: boolean): void {
	if (line.every((byte) => byte < 0x80)) return;
	const utf8 = isCertainlyUtf8(line);
	if (isHeader) lines.header = utf8 ? 'utf-8' : 'gb18030';
	if (utf8) {
		lines.utf8 += 1;
		return;
	}
	lines.gbk += 1;
	if (!isUtf8(line)) lines.invalid += 1;
	for (let i = 0; i < line.length; i += 1) {
		if (line[i]! < 0x80) continue;
		lines.high += 1;
		if ((line[i - 1] ?? 0) < 0x80 && (line[i + 1] ?? 0) < 0x80) lines.lonely += 1;
	}
}

/** A few pairs of GBK are UTF-8 by accident (联通 is the famous one); three bytes for one sign hardly ever are. */
function isCertainlyUtf8(line: Uint8Array): boolean {
	if (!isUtf8(line)) return false;
	return line.some((byte) => byte >= 0xe0) || !line.some((byte) => byte >= 0xa1);
}

/** UTF-16 that lost its mark: every other byte of ASCII is zero. */
function wideWithoutMark(start: Uint8Array): Encoding | null {
	if (start.length < 8) return null;
	let [even, odd] = [0, 0];
	for (let i = 0; i < start.length; i += 1) {
		if (start[i] !== 0) continue;
		if (i % 2 === 0) even += 1;
		else odd += 1;
	}
	const half = start.length / 2;
	if (odd > half * 0.3 && even < half * 0.02) return 'utf-16le';
	return even > half * 0.3 && odd < half * 0.02 ? 'utf-16be' : null;
}

/** The file as text, in pieces. NUL signs, which no text has, are taken out and counted. */
export async function* decode(
	pieces: AsyncIterable<Uint8Array>,
	encoding: Encoding,
	findings: Findings
): AsyncGenerator<string> {
	const clean = (text: string) => {
		if (!text.includes('\0')) return text;
		findings.add('nul_signs', 'warning');
		return text.replaceAll('\0', '');
	};
	if (encoding === 'mixed') {
		const [utf8, gbk] = [new TextDecoder('utf-8'), new TextDecoder('gb18030')];
		for await (const block of blocksOfLines(pieces)) {
			let text = '';
			for (const line of linesOf(block)) text += (isCertainlyUtf8(line) ? utf8 : gbk).decode(line);
			yield clean(text);
		}
		return;
	}
	const decoder = new TextDecoder(encoding);
	for await (const piece of pieces) yield clean(decoder.decode(piece, { stream: true }));
	yield decoder.decode();
}

async function firstBytes(pieces: Pieces, wanted: number): Promise<Uint8Array> {
	for await (const piece of pieces()) return piece.subarray(0, wanted);
	return new Uint8Array();
}

const longestLine = 16 * 1024 * 1024;

/** Pieces cut anew so that each ends with a line. In GBK as in UTF-8 the byte 0x0A is always the end of one. */
async function* blocksOfLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let kept: Uint8Array[] = [];
	let size = 0;
	for await (const piece of pieces) {
		const end = piece.lastIndexOf(0x0a) + 1;
		if (end === 0) {
			kept.push(piece);
			size += piece.length;
			if (size > longestLine)
				throw new TableProblem('line_too_long', { megabytes: longestLine / 1024 / 1024 });
			continue;
		}
		yield Buffer.concat([...kept, piece.subarray(0, end)]);
		kept = end < piece.length ? [piece.subarray(end)] : [];
		size = piece.length - end;
	}
	if (kept.length > 0) yield Buffer.concat(kept);
}

function* linesOf(block: Uint8Array): Generator<Uint8Array> {
	for (let at = 0; at < block.length;) {
		const end = block.indexOf(0x0a, at);
		const next = end < 0 ? block.length : end + 1;
		yield block.subarray(at, next);
		at = next;
	}
}
