import { statusName, type CaseStatus } from '#lib/cases/case.ts';
import { localName, m } from '#lib/i18n/messages.ts';
import type { BoardAnswer } from '../board.ts';
import { countWords } from './definition-words.ts';
import type { Count, NumberDefinition } from './definitions.ts';
import type { FilterGround } from './filter-words.ts';
import type { Named } from './ground.ts';
import type { NumberCase } from './number-case.ts';

/** The cases behind a number as a plain table; each row says which number, which part, which period and when it was read. */
export function caseTable(
	{ id, version }: NumberDefinition,
	number: {
		part: Count | null;
		cases: readonly NumberCase[];
		period: BoardAnswer['period'];
		taken_at: string;
	},
	filters: string | null,
	ground: FilterGround
): { columns: string[]; rows: Record<string, string | number | null>[] } {
	const named = (things: readonly Named[]) => new Map(things.map((thing) => [thing.id, localName(thing)]));
	const [streets, units, areas] = [named(ground.streets), named(ground.units), named(ground.areas)];
	const categories = new Map(ground.categories.map((one) => [one.code, localName(one)]));
	const cells: [title: string, cell: (one: NumberCase) => string | number | null][] = [
		[m.numbers_case_number(), (one) => one.number],
		[m.numbers_status(), (one) => statusName(one.status as CaseStatus)],
		[m.board_category(), (one) => categories.get(one.category) ?? one.category],
		[m.numbers_street(), (one) => streets.get(one.street_id ?? 0) ?? null],
		[m.numbers_area(), (one) => areas.get(one.area_id ?? 0) ?? null],
		[m.numbers_unit(), (one) => units.get(one.unit_id ?? 0) ?? null],
		[m.numbers_source(), (one) => one.source],
		[m.numbers_filed_at(), (one) => one.filed_at],
		[m.numbers_due_at(), (one) => one.due_at],
		[m.numbers_closed_at(), (one) => one.closed_at],
		[m.board_returned(), (one) => one.returned_count],
		[m.numbers_which(), () => number.part && countWords[number.part].name()],
		[m.board_formula_id(), () => `${id} v${version}`],
		[m.board_column_from(), () => number.period.from_day],
		[m.board_column_to(), () => number.period.to_day],
		[m.board_column_taken(), () => number.taken_at],
		[m.numbers_filters(), () => filters]
	];
	return {
		columns: cells.map(([title]) => title),
		rows: number.cases.map((one) => Object.fromEntries(cells.map(([title, cell]) => [title, cell(one)])))
	};
}
