import type { Stage } from '#lib/cases/case-time.ts';

/** The row of the limits that count where a category has none of its own. */
export const everyone = '*';

/** The name of a cell's field. */
export const cellName = (category: string, stage: Stage): string => `${category}.${stage}`;

/** Working hours as they are typed: null for nothing, undefined for what is no limit. */
export function readHours(typed: string): number | null | undefined {
	const text = typed.normalize('NFKC').trim().replace(',', '.');
	if (text === '') return null;
	const hours = /^\d{1,4}(\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
	return hours > 0 && hours <= 2000 ? hours : undefined;
}
