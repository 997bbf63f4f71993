// The property table of a Shapefile (dBASE III). Its text encoding is told by a .cpg file beside it, by a byte in its
// head, or not at all; what is told is often wrong, so the bytes have the last word.
import type { Findings } from '#lib/city/import/findings.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';

interface Field {
	name: Uint8Array;
	type: string;
	start: number;
	length: number;
}

/**
 * The table's rows, every one with all fields; an empty field is null. Throws `RefusedFile` for a broken table.
 *
 * @param cpg the text of the .cpg file; null when there is none
 */
export function readDbf(
	bytes: Uint8Array,
	cpg: string | null,
	findings: Findings
): Record<string, unknown>[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 33) throw refuseFile('ground', 'dbf_broken', { row: 0 });
	const count = view.getUint32(4, true);
	const head = view.getUint16(8, true);
	const width = view.getUint16(10, true);
	const fields: Field[] = [];
	let start = 1;
	for (let at = 32; at + 32 <= head && at + 32 <= bytes.length && bytes[at] !== 0x0d; at += 32) {
		const raw = bytes.subarray(at, at + 11);
		const end = raw.indexOf(0);
		const length = bytes[at + 16]!;
		fields.push({
			name: end < 0 ? raw : raw.subarray(0, end),
			type: String.fromCharCode(bytes[at + 11]!),
			start,
			length
		});
		start += length;
	}
	if (fields.length === 0 || start > width || head > bytes.length)
		throw refuseFile('ground', 'dbf_broken', { row: 0 });
	const there = Math.floor((bytes.length - head) / width);
	if (there < count) throw refuseFile('ground', 'dbf_broken', { row: there + 1 });

	const cell = (row: number, field: Field) => {
		const from = head + row * width + field.start;
		return trimmed(bytes.subarray(from, from + field.length));
	};
	const texts: Text[] = fields.map(({ name }) => ({ text: name, isFull: name.length >= 10 }));
	for (let row = 0; row < count; row++) {
		for (const field of fields) {
			const text = cell(row, field);
			if (field.type === 'C') texts.push({ text, isFull: text.length === field.length });
		}
	}
	const encoding = encodingOf(texts, cpg, bytes[29]!, findings);
	const decode = (text: Uint8Array, isFull: boolean) => decoded(text, encoding, isFull) ?? '\uFFFD';
	const names = fields.map(({ name }) => decode(name, name.length >= 10).trim());
	return Array.from({ length: count }, (_, row) => {
		const properties: Record<string, unknown> = {};
		for (const [i, field] of fields.entries()) {
			const raw = cell(row, field);
			const text = decode(raw, raw.length === field.length).trim();
			const isNumber =
				(field.type === 'N' || field.type === 'F') && text !== '' && Number.isFinite(Number(text));
			properties[names[i]!] = text === '' ? null : isNumber ? Number(text) : text;
		}
		return properties;
	});
}

function trimmed(text: Uint8Array): Uint8Array {
	let end = text.length;
	while (end > 0 && (text[end - 1] === 0x20 || text[end - 1] === 0)) end -= 1;
	return text.subarray(0, end);
}

/** Bytes as they stand, and whether they fill their field to its end. */
interface Text {
	text: Uint8Array;
	isFull: boolean;
}

type Encoding = 'utf-8' | 'gb18030' | 'big5' | 'latin1';

function encodingOf(
	texts: readonly Text[],
	cpg: string | null,
	language: number,
	findings: Findings
): Encoding {
	const foreign = texts.filter(({ text }) => text.some((byte) => byte > 0x7f));
	const told = (cpg === null ? null : named(cpg)) ?? byLanguage(language);
	if (foreign.length === 0) return told ?? 'utf-8';
	// Text in another encoding is next to never valid UTF-8 by accident; the other way round it often is.
	const fits = (encoding: Encoding) =>
		foreign.every(({ text, isFull }) => decoded(text, encoding, isFull) !== null);
	const candidates: Encoding[] = ['utf-8', ...(told ? [told] : []), 'gb18030', 'big5'];
	const encoding = candidates.find(fits);
	if (!encoding) throw refuseFile('ground', 'encoding_unknown');
	if (told && told !== encoding) {
		const said = (cpg ?? told).trim().slice(0, 20);
		findings.say('encoding_not_as_told', 'warning', 1, { told: said, used: shown[encoding] });
	}
	return encoding;
}

const shown: Record<Encoding, string> = { 'utf-8': 'UTF-8', gb18030: 'GBK', big5: 'Big5', latin1: 'Latin-1' };

function named(cpg: string): Encoding | null {
	const word = cpg
		.replace(/^\u00ef\u00bb\u00bf/, '')
		.trim()
		.toLowerCase();
	if (/utf-?8|65001/.test(word)) return 'utf-8';
	if (/gbk|gb2312|gb18030|936/.test(word)) return 'gb18030';
	if (/big-?5|950/.test(word)) return 'big5';
	return /8859-?1|1252|latin-?1/.test(word) ? 'latin1' : null;
}

function byLanguage(language: number): Encoding | null {
	if (language === 0x4d || language === 0x7a) return 'gb18030';
	return language === 0x4f || language === 0x78 ? 'big5' : null;
}

const decoders = new Map<Encoding, TextDecoder>();

/**
 * Null when the bytes are not of this encoding. A value that fills its field may have been cut in the middle of a
 * character, as programs that count bytes do: the broken end is dropped.
 */
function decoded(text: Uint8Array, encoding: Encoding, mayBeCut: boolean): string | null {
	let decoder = decoders.get(encoding);
	if (!decoder) decoders.set(encoding, (decoder = new TextDecoder(encoding, { fatal: true })));
	for (let cut = 0; cut <= (mayBeCut ? 3 : 0) && cut < Math.max(1, text.length); cut++) {
		try {
			return decoder.decode(text.subarray(0, text.length - cut));
		} catch {
			continue;
		}
	}
	return null;
}
