import type { Finding } from './importer.ts';

/** So many examples tell what is wrong; a file that is mended row by row names every row. */
const someExamples = 8;

export interface Example {
	/** Its place in the file, from 1. */
	row?: number | null;
	key?: string | null;
	text?: string;
}

/** Gathers what is to be said about a file: the same matter found again is counted, and a few examples are kept. */
export class Findings {
	readonly #domain: string;
	readonly #examplesKept: number;
	readonly #found = new Map<string, Finding>();

	constructor(domain: string, examplesKept = someExamples) {
		this.#domain = domain;
		this.#examplesKept = examplesKept;
	}

	add(code: string, level: Finding['level'], example?: Example, detail: Finding['detail'] = {}): void {
		const finding = this.#at(code, level, detail);
		finding.count += 1;
		if (example && finding.examples.length < this.#examplesKept) {
			const { row = null, key = null, text = '' } = example;
			finding.examples.push({ row, key, text: text.slice(0, 200) });
		}
	}

	/** Says a matter at once, with its count. Nothing is said of a count of 0. */
	say(
		code: string,
		level: Finding['level'],
		count: number,
		detail: Finding['detail'] = {},
		examples: Example[] = []
	): void {
		if (count <= 0) return;
		const finding = this.#at(code, level, detail);
		finding.count += count;
		for (const { row = null, key = null, text = '' } of examples.slice(0, this.#examplesKept)) {
			finding.examples.push({ row, key, text: text.slice(0, 200) });
		}
	}

	/** How many rows are refused. */
	get refused(): number {
		return this.list()
			.filter(({ level }) => level === 'refused')
			.reduce((sum, { count }) => sum + count, 0);
	}

	/** The gravest first. */
	list(): Finding[] {
		const order = { refused: 0, warning: 1, note: 2 };
		return [...this.#found.values()].sort((a, b) => order[a.level] - order[b.level]);
	}

	#at(code: string, level: Finding['level'], detail: Finding['detail']): Finding {
		let finding = this.#found.get(code);
		if (!finding) {
			finding = { domain: this.#domain, code, level, count: 0, detail: { ...detail }, examples: [] };
			this.#found.set(code, finding);
		}
		Object.assign(finding.detail, detail);
		return finding;
	}
}
