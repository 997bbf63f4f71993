import { formatTime, localName, m } from '#lib/i18n/messages.ts';
import type { BoardFilters } from './board-filters.ts';
import { countWord, formulaOf, indicatorNames, periodSaid, ruleNames } from './board-words.ts';
import type { BoardAnswer, BoardLine } from './board.ts';
import { definitionOf, shareId } from './numbers/definitions.ts';
import { percent } from './percent.ts';

export interface WordBoard {
	title: string;
	/** Lines under the title: period, moment of reading, filters. */
	about: string[];
	columns: { title: string; isNumber: boolean }[];
	rows: string[][];
	/** Lines under the table: definitions. */
	notes: string[];
}

/** What a board says on paper: the columns people read, in words. Everything else is in the spreadsheet. */
export function wordBoard(
	answer: BoardAnswer,
	lines: readonly BoardLine[],
	{ indicator, rule }: Pick<BoardFilters, 'indicator' | 'rule'>,
	filters: string | null,
	timeZone: string
): WordBoard {
	const id = shareId(indicator, rule);
	const cells: [title: string, cell: (line: BoardLine) => string][] = [
		[m.board_column_name(), (line) => localName(line)],
		[indicatorNames[indicator](), (line) => rateWord(line)],
		[m.board_interval(), ({ interval }) => intervalWord(interval)],
		[m.board_group(), ({ group }) => (group ? String(group.group) : m.board_unranked())],
		[m.board_column_numerator(), ({ share }) => String(share.part)],
		[m.board_column_denominator(), ({ share }) => String(share.of)],
		[m.board_open(), (line) => countWord('open', line)],
		[m.board_overdue(), (line) => countWord('overdue', line)],
		[m.board_hours(), (line) => countWord('hours', line)]
	];
	return {
		title: m.board_title(),
		about: [
			periodSaid(answer, timeZone),
			m.board_taken({ time: formatTime(answer.taken_at, timeZone) }),
			...(rule === 'standard' ? [] : [ruleNames[rule]()]),
			...(filters ? [m.numbers_filter_of({ name: m.numbers_filters(), value: filters })] : [])
		],
		columns: cells.map(([title], i) => ({ title, isNumber: i > 0 })),
		rows: lines
			.filter((line) => line.due > 0 || line.open > 0 || line.overdue > 0)
			.map((line) => cells.map(([, cell]) => cell(line))),
		notes: [
			`${formulaOf(indicator, rule)}（${id}，${m.numbers_version({ version: definitionOf(id)!.version })}）`,
			m.board_def_due(),
			m.board_def_small({ minimum: answer.minimum_sample }),
			m.board_def_group()
		]
	};
}

function rateWord({ standing, rate }: BoardLine): string {
	return standing === 'small' ? m.board_small() : percent(rate, 2);
}

function intervalWord(interval: BoardLine['interval']): string {
	return interval
		? m.board_interval_of({ low: percent(interval.low), high: percent(interval.high) })
		: m.board_none();
}
