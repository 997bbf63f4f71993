import { numberQuestions } from '../numbers/questions.ts';
import { factFlag, type FactTable } from './fact-table.ts';

/**
 * What can be asked of the facts: pure functions of the table, of what is asked, and of the moment it was read at (fact seconds
 * by the database's clock). They run in the facts' thread, so question and answer are plain data. Add yours here.
 */
export const questions = {
	/** How much there is. */
	extent: (facts: FactTable) => {
		let cases = 0;
		let open = 0;
		for (let at = 0; at < facts.length; at += 1) {
			const flags = facts.flags[at]!;
			if (!(flags & factFlag.absent)) cases += 1;
			if (flags & factFlag.open) open += 1;
		}
		return { rows: facts.length, cases, open };
	},
	...numberQuestions
} satisfies Record<string, (facts: FactTable, asked: never, at: number) => unknown>;

type Questions = typeof questions;
export type QuestionName = keyof Questions;
export type Asked<Name extends QuestionName> = Questions[Name] extends (
	facts: FactTable,
	asked: infer A,
	...rest: never[]
) => unknown
	? A
	: undefined;
export type Answered<Name extends QuestionName> = ReturnType<Questions[Name]>;
