import type { Finding } from './importer.ts';

/** A file that cannot be read at all: it is refused as a whole, with findings that say why and what to do. */
export class RefusedFile extends Error {
	readonly findings: Finding[];

	constructor(findings: Finding[]) {
		super(findings.map(({ domain, code }) => `${domain}_${code}`).join(', '));
		this.name = 'RefusedFile';
		this.findings = findings;
	}
}

/** `throw refuseFile('network', 'xml_broken', { line: 7 })` in a reader ends the reading; the sentence is `network_xml_broken`. */
export function refuseFile(
	domain: string,
	code: string,
	detail: Finding['detail'] = {},
	row: number | null = null,
	text = ''
): RefusedFile {
	const examples = row === null && text === '' ? [] : [{ row, key: null, text }];
	return new RefusedFile([{ domain, code, level: 'refused', count: 1, detail, examples }]);
}
