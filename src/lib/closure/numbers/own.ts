import type { Share } from '../rates.ts';

/** One segment, street or category on the own page of a street, unit or area. */
export interface OwnRow {
	id: number;
	/** The page's indicator. */
	share: Share;
	due: number;
	open: number;
	overdue: number;
}
