import { localName, m } from '#lib/i18n/messages.ts';
import { indicatorNames } from './board-words.ts';
import type { BoardAnswer, BoardLine, Indicator, Rule } from './board.ts';
import { definitionOf, shareId } from './numbers/definitions.ts';

/**
 * A board as a plain table: what a spreadsheet needs to check every rate on it. Rates are shares between 0 and 1.
 * @param said the filters in words; null without any
 */
export function boardTable(
	answer: Pick<BoardAnswer, 'period' | 'taken_at'>,
	lines: readonly BoardLine[],
	indicator: Indicator,
	rule: Rule = 'standard',
	said: string | null = null
): { columns: string[]; rows: Record<string, string | number | null>[] } {
	const id = shareId(indicator, rule);
	const cells: [title: string, cell: (line: BoardLine) => string | number | null][] = [
		[m.board_column_name(), (line) => localName(line)],
		[m.board_column_indicator(), () => indicatorNames[indicator]()],
		[m.board_column_numerator(), ({ share }) => share.part],
		[m.board_column_denominator(), ({ share }) => share.of],
		[indicatorNames[indicator](), ({ rate }) => rounded(rate)],
		[m.board_column_low(), ({ interval }) => rounded(interval?.low ?? null)],
		[m.board_column_high(), ({ interval }) => rounded(interval?.high ?? null)],
		[m.board_shrunken(), ({ shrunken }) => rounded(shrunken)],
		[m.board_group(), ({ group }) => group?.group ?? null],
		[m.board_column_from_rank(), ({ group }) => group?.from ?? null],
		[m.board_column_to_rank(), ({ group }) => group?.to ?? null],
		[m.board_column_standing(), ({ standing }) => (standing === 'small' ? m.board_small() : null)],
		[m.board_due(), ({ due }) => due],
		[m.board_column_suspended(), ({ suspended_due }) => suspended_due],
		[m.board_closed(), ({ closed }) => closed],
		[m.board_on_time_count(), ({ on_time }) => on_time],
		[m.board_verified_count(), ({ verified }) => verified],
		[m.board_returned(), ({ returned }) => returned],
		[m.numbers_window_over(), ({ window_over }) => window_over],
		[m.numbers_recurred(), ({ recurred }) => recurred],
		[m.numbers_filed(), ({ filed }) => filed],
		[m.board_open(), ({ open }) => open],
		[m.board_overdue(), ({ overdue }) => overdue],
		[m.board_received(), ({ received }) => received],
		[m.board_hours(), ({ median_hours }) => median_hours],
		[m.board_column_length(), ({ length_m }) => length_m],
		[m.board_column_from(), () => answer.period.from_day],
		[m.board_column_to(), () => answer.period.to_day],
		[m.board_column_taken(), () => answer.taken_at],
		[m.board_formula_id(), () => `${id} v${definitionOf(id)!.version}`],
		[m.numbers_filters(), () => said]
	];
	return {
		columns: cells.map(([title]) => title),
		rows: lines.map((line) => Object.fromEntries(cells.map(([title, cell]) => [title, cell(line)])))
	};
}

function rounded(share: number | null): number | null {
	return share === null ? null : Math.round(share * 1e6) / 1e6;
}
