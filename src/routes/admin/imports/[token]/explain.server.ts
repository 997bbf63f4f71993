import { describeFinding, type Finding, type SummaryLine } from '#lib/city/import/importer.ts';
import { m } from '#lib/i18n/messages.ts';

export interface Explained {
	level: Finding['level'];
	sentence: string;
	count: number;
	examples: Finding['examples'];
}

/** Findings and summary lines as sentences in the reader's language, the gravest first. */
export function explain(
	findings: readonly Finding[],
	summary: readonly SummaryLine[]
): { findings: Explained[]; summary: { label: string; value: string | number }[] } {
	const weight = { refused: 0, warning: 1, note: 2 };
	return {
		findings: [...findings]
			.sort((a, b) => weight[a.level] - weight[b.level])
			.map((finding) => ({
				level: finding.level,
				sentence: describeFinding(finding, m),
				count: finding.count,
				examples: finding.examples.slice(0, 8)
			})),
		summary: summary.map(({ domain, code, value }) => ({
			label: describeFinding({ domain, code, detail: { value }, count: Number(value) || 0 }, m),
			value
		}))
	};
}
