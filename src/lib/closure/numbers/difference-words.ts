import { formatNumber, m } from '#lib/i18n/messages.ts';
import type { Difference } from './difference.ts';

export const readingNames: Record<Difference['reading'], () => string> = {
	higher: m.numbers_reading_higher,
	lower: m.numbers_reading_lower,
	same: m.numbers_reading_same
};

/** A difference of shares in percentage points with its sign: +3.2. */
export function pointsWord(difference: number): string {
	return formatNumber(difference * 100, {
		signDisplay: 'exceptZero',
		minimumFractionDigits: 1,
		maximumFractionDigits: 1
	});
}
