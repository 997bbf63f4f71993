import type { Share } from '../rates.ts';

/** A share span by span; spans are weeks or months, oldest first, and the last may not be over. */
export interface Trend {
	/** The first day of each span. */
	days: string[];
	taken_at: string;
	position: number;
	total: Share[];
	/** Cases filed and closed in each span. */
	flow: { filed: number; closed: number }[];
	/** Rows that anything was counted for. */
	rows: { id: number; shares: Share[] }[];
}
