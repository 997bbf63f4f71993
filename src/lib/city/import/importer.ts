import type { FeatureCollection } from 'geojson';
import type { Locale } from '#lib/i18n/locale.ts';

/** A file as it came: from a command line, or from a form. */
export interface ImportFile {
	name: string;
	bytes: Uint8Array;
}

/** What an import is of. Each kind has one reader and one writer. */
export const importKinds = [
	'city',
	'areas',
	'units',
	'staff',
	'history',
	'categories',
	'calendar',
	'facilities',
	'shifts',
	'retention'
] as const;
export type ImportKind = (typeof importKinds)[number];

/**
 * Something a person should know about a file before it is written: what is odd, what was left out, what is refused.
 * Its sentence is the message `<domain>_<code>` with `detail` as parameters.
 */
export interface Finding {
	domain: string;
	code: string;
	/** `refused`: the rows concerned are not imported. `warning`: they are, and may be wrong. `note`: good to know. */
	level: 'note' | 'warning' | 'refused';
	/** How many rows it is about. */
	count: number;
	detail: Record<string, string | number>;
	/** A few of those rows: their place in the file (from 1; null for the file as a whole) and what stands there. */
	examples: { row: number | null; key: string | null; text: string }[];
}

/** A line of the summary: the message `<domain>_<code>` and its number. */
export interface SummaryLine {
	domain: string;
	code: string;
	value: number | string;
}

/** What reading a file gave: rows ready to be written, and everything to be said about them. Plain data, cloneable. */
export interface Draft {
	kind: ImportKind;
	/** The file's name. */
	source: string;
	/** Of the bytes read, in hex. */
	sha256: string;
	summary: SummaryLine[];
	findings: Finding[];
	/** Rows that cannot be imported. With any, nothing is, unless the person chose to leave them out. */
	refused: number;
	/** A picture of what would be imported and of what is wrong with it, at most some thousand features; null when there is no place to show. */
	preview: FeatureCollection | null;
}

/** What writing did, or (dry run) would do. */
export interface Applied {
	added: number;
	changed: number;
	unchanged: number;
	gone: number;
	/** Refused by the database. */
	rejected: { key: string | null; problem: string; detail?: Record<string, unknown> }[];
}

export interface ApplyOptions {
	/** Answers what would happen and writes nothing. */
	dryRun?: boolean;
	/** Rows done, of so many. */
	onProgress?: (done: number, of: number) => void;
}

/** The finding's sentence in a language. `messages` is the compiled `m`, passed in so that workers need not load it. */
export function describeFinding(
	finding: Pick<Finding, 'domain' | 'code' | 'detail' | 'count'>,
	messages: Record<string, unknown>,
	locale?: Locale
): string {
	const message = messages[`${finding.domain}_${finding.code}`];
	if (typeof message !== 'function') return `${finding.domain}_${finding.code}`;
	return (message as (inputs: object, options?: { locale?: Locale }) => string)(
		{ ...finding.detail, count: finding.count },
		locale ? { locale } : undefined
	);
}

/** What the database refused of a row, as a sentence: in the words of the kind, of problems in general, or else its code. */
export function describeRejection(
	{ problem, detail = {} }: Pick<Applied['rejected'][number], 'problem' | 'detail'>,
	messages: Record<string, unknown>,
	locale?: Locale
): string {
	const domain = ['office', 'ground', 'problem', 'area'].find((one) => `${one}_${problem}` in messages);
	if (!domain) return problem;
	return describeFinding(
		{ domain, code: problem, detail: detail as Finding['detail'], count: 1 },
		messages,
		locale
	);
}
