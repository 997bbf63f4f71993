import { formatNumber, m } from '#lib/i18n/messages.ts';
import type { BoardCounts } from '../board.ts';
import { hoursWord } from '../board-words.ts';
import { factSources } from '../facts/fact-table.ts';
import { percent } from '../percent.ts';
import { rate } from '../rates.ts';
import { shareFrom, type Count, type NumberDefinition } from './definitions.ts';
import { sourceNames } from './filter-words.ts';

/** All counts of a board's row, by the registry's names. */
export function countsFrom(counts: BoardCounts): Record<Count, number> {
	return { ...counts, on_time_due: counts.due - counts.suspended_due };
}

/** A number as it is read, “—” for a share of nothing. */
export function valueWord(definition: NumberDefinition, counts: BoardCounts): string {
	const { id, kind, numerator } = definition;
	switch (kind) {
		case 'share':
			return percent(rate(shareFrom(countsFrom(counts), id)), 2);
		case 'median':
			return hoursWord(counts.median_hours);
		case 'mix':
			return mixWord(counts.by_source);
		case 'count': {
			const n = numerator === 'received' ? counts.received : countsFrom(counts)[numerator];
			return n === null ? m.board_none() : formatNumber(n);
		}
	}
}

/** The three largest sources; “—” of none. */
function mixWord(bySource: readonly number[]): string {
	const all = bySource.reduce((sum, n) => sum + n, 0);
	if (all === 0) return m.board_none();
	return factSources
		.map((source, code) => ({ source, n: bySource[code] ?? 0 }))
		.filter(({ n }) => n > 0)
		.sort((a, b) => b.n - a.n)
		.slice(0, 3)
		.map(({ source, n }) => m.numbers_mix_of({ name: sourceNames[source](), share: percent(n / all, 0) }))
		.join(m.numbers_and());
}
