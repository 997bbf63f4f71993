import { formatNumber, m } from '#lib/i18n/messages.ts';

/** A share as a percentage with one decimal; null, a share of nothing, reads “—”. */
export function percent(share: number | null, digits = 1): string {
	if (share === null) return m.wall_none();
	return formatNumber(share, {
		style: 'percent',
		minimumFractionDigits: digits,
		maximumFractionDigits: digits
	});
}
