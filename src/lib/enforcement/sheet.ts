// What stands on a notice's one A4 page: the template's words filled in, and in which size they fit. The HTML page and the Word
// file are made of the same.
import type { Notice, Placeholder } from './enforcement.ts';

export interface Sheet {
	title: string;
	label: string;
	/** Paragraphs; the first is whom it is to. */
	paragraphs: string[];
	/** In points: text and its line. */
	size: number;
	line: number;
	unit: string;
	issuedBy: string;
	date: string;
	caseNumber: string;
	isDemo: boolean;
	isWithdrawn: boolean;
	served: { way: string; at: string; by: string | null } | null;
}

/** Where somebody writes by hand what the database does not show. */
const BLANK = '＿＿＿＿＿＿＿＿';

/** Room for the words, and how many signs go into a line of them. In points: 454 wide, 410 high. */
const sizes = [
	{ size: 14, line: 25 },
	{ size: 12, line: 21 },
	{ size: 10.5, line: 17 }
];
const WIDE = 454;
const HIGH = 410;

/** 2026年9月28日, as it is written on paper, by the city's clock. */
export function chineseDate(iso: string, timeZone: string): string {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		year: 'numeric',
		month: 'numeric',
		day: 'numeric'
	}).formatToParts(new Date(iso));
	const part = (type: string) => parts.find((found) => found.type === type)?.value;
	return `${part('year')}年${part('month')}月${part('day')}日`;
}

/** `opened`: values that were revealed for this print, as they are spoken, by id. Whatever was not is left blank for the pen. */
export function sheetOf(notice: Notice, timeZone: string, opened: Record<string, string> = {}): Sheet {
	const plate = notice.particulars.find(({ kind, id }) => kind === 'plate' && opened[id]);
	const vehicle = notice.vehicle ? `${notice.vehicle}（${plate ? opened[plate.id] : `车牌${BLANK}`}）` : '';
	const name = notice.addressee ? (opened[notice.addressee] ?? BLANK) : '';
	const words: Record<Placeholder, string> = {
		addressee: [notice.site, vehicle, name].filter(Boolean).join('　'),
		unit: notice.unit,
		date: chineseDate(notice.issued_at, timeZone),
		street: notice.street ?? '现场',
		category: notice.category,
		found: notice.found.replace(/\s+/g, ' ').replace(/[。.；;]+$/, ''),
		deadline: notice.deadline ? chineseDate(notice.deadline, timeZone) : BLANK,
		case: notice.case_number,
		vehicle,
		site: notice.site ?? ''
	};
	const paragraphs = notice.body
		.split('\n')
		.map((line) => line.trim())
		.filter(Boolean)
		.map((line) => line.replace(/\{\{(\w+)\}\}/g, (all, word: string) => words[word as Placeholder] ?? all));
	return {
		title: notice.title,
		label: notice.label,
		paragraphs,
		...fitting(paragraphs),
		unit: notice.unit,
		issuedBy: notice.issued_by,
		date: chineseDate(notice.issued_at, timeZone),
		caseNumber: notice.case_number,
		isDemo: notice.is_demo,
		isWithdrawn: notice.withdrawn_at !== null,
		served: notice.served_at
			? {
					way: notice.served_way ?? '',
					at: chineseDate(notice.served_at, timeZone),
					by: notice.served_by
				}
			: null
	};
}

/** The largest size in which all of it stays on the page. */
export function fitting(paragraphs: readonly string[]): { size: number; line: number } {
	return sizes.find(({ size, line }) => linesAt(paragraphs, size) * line <= HIGH) ?? sizes[sizes.length - 1]!;
}

/** A paragraph begins two signs further in; letters and figures are half as wide. */
export function linesAt(paragraphs: readonly string[], size: number): number {
	const signs = Math.floor(WIDE / size);
	return paragraphs.reduce((lines, text, at) => {
		const width = [...text].reduce((sum, sign) => sum + (sign.codePointAt(0)! < 0x2000 ? 0.55 : 1), 0);
		return lines + Math.max(1, Math.ceil((width + (at === 0 ? 0 : 2)) / signs));
	}, 0);
}
