import { statusName, type CaseStatus } from '#lib/cases/case.ts';
import { localName, m } from '#lib/i18n/messages.ts';
import type { BoardAnswer } from '../board.ts';
import { countWords, numberWords } from './definition-words.ts';
import { factSources } from '../facts/fact-table.ts';
import { rate } from '../rates.ts';
import { shareFrom, type Count, type NumberDefinition } from './definitions.ts';
import { sourceNames, type FilterGround } from './filter-words.ts';
import type { Named } from './ground.ts';
import type { NumberCase } from './number-case.ts';
import type { TallyRow } from './tally.ts';

/**
 * The cases behind a number as a plain table; each row says which number, what it is and is made of, which part the cases are of and how
 * many of them there are in all, which period, and when it was read. Without a case there is one row that says just that.
 */
export function caseTable(
	definition: NumberDefinition,
	number: {
		counts: TallyRow;
		received: number | null;
		part: Count | null;
		/** How many cases the part counts; more than are listed where the list ends or the person may not see them. */
		of: number;
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
	const sources = new Map<string, string>(factSources.map((word) => [word, sourceNames[word]()]));
	const { id, version } = definition;
	const cells: [title: string, cell: (one: NumberCase) => string | number | null][] = [
		[m.numbers_case_number(), (one) => one.number],
		[m.numbers_status(), (one) => statusName(one.status as CaseStatus)],
		[m.board_category(), (one) => categories.get(one.category) ?? one.category],
		[m.numbers_street(), (one) => streets.get(one.street_id ?? 0) ?? null],
		[m.numbers_area(), (one) => areas.get(one.area_id ?? 0) ?? null],
		[m.numbers_unit(), (one) => units.get(one.unit_id ?? 0) ?? null],
		[m.numbers_source(), ({ source }) => sources.get(source) ?? source],
		[m.numbers_filed_at(), (one) => one.filed_at],
		[m.numbers_due_at(), (one) => one.due_at],
		[m.numbers_closed_at(), (one) => one.closed_at],
		[m.board_returned(), (one) => one.returned_count]
	];
	const whole: [title: string, value: string | number | null][] = [
		[m.numbers_which(), number.part && countWords[number.part].name()],
		[m.numbers_cases_all(), number.part && number.of],
		[m.numbers_name(), numberWords[id].name()],
		[m.numbers_value(), valueOf(definition, number)],
		...sharedParts(definition, number.counts),
		[m.board_formula_id(), `${id} v${version}`],
		[m.board_column_from(), number.period.from_day],
		[m.board_column_to(), number.period.to_day],
		[m.board_column_taken(), number.taken_at],
		[m.numbers_filters(), filters]
	];
	const about = Object.fromEntries(whole);
	const rows = number.cases.map((one) => ({
		...Object.fromEntries(cells.map(([title, cell]) => [title, cell(one)])),
		...about
	}));
	const none = Object.fromEntries(cells.map(([title]) => [title, null]));
	return {
		columns: [...cells.map(([title]) => title), ...whole.map(([title]) => title)],
		rows: rows.length > 0 ? rows : [{ ...none, ...about }]
	};
}

/** As a cell: shares between 0 and 1, medians in working hours; null of a share of nothing, and of a mix, which is no one number. */
function valueOf(
	{ id, kind, numerator }: NumberDefinition,
	{ counts, received }: { counts: TallyRow; received: number | null }
): number | null {
	switch (kind) {
		case 'share': {
			const share = rate(shareFrom(counts, id));
			return share === null ? null : Math.round(share * 1e6) / 1e6;
		}
		case 'median':
			return counts.medianHours;
		case 'count':
			return numerator === 'received' ? received : counts[numerator];
		case 'mix':
			return null;
	}
}

function sharedParts({ id, kind }: NumberDefinition, counts: TallyRow): [title: string, value: number][] {
	if (kind !== 'share') return [];
	const { part, of } = shareFrom(counts, id);
	return [
		[m.board_column_numerator(), part],
		[m.board_column_denominator(), of]
	];
}
