import type { Decided } from './incoming.ts';

/** What came of a decision about one of several reports: done, or refused with a sentence. Nothing else of it happened then. */
export interface Outcome {
	id: string;
	/** Its number; null when even that is not known. */
	number: number | null;
	decision: string;
	decided: Decided | null;
	refused: { code: string; sentence: string } | null;
}

/** How many reports are decided at once. */
export const mostAtOnce = 100;
