import { factSources, factTable, type FactRow, type FactTable } from '../facts/fact-table.ts';

/** Seconds of a day. */
export const day = 86_400;
const start = Date.parse('2026-01-01T00:00:00Z');

/** So many cases over a year, of a dozen streets and a handful of units, in every state; the same for the same `random`. */
export function anyRows(n: number, random: () => number): FactRow[] {
	const chance = (p: number) => random() < p;
	const one = (of: number) => Math.floor(random() * of);
	return Array.from({ length: n }, (): FactRow => {
		const filed = start + one(365 * day) * 1000;
		const dispatched = chance(0.95) ? filed + one(day) * 1000 : null;
		const due = dispatched !== null && chance(0.97) ? dispatched + one(9 * day) * 1000 : null;
		const isClosed = chance(0.8);
		const closed = isClosed ? (dispatched ?? filed) + one(20 * day) * 1000 : null;
		return {
			filedAt: filed,
			dispatchedAt: dispatched,
			dueAt: due,
			closedAt: closed,
			workSeconds: dispatched !== null && chance(0.98) ? one(chance(0.1) ? 900_000 : 90_000) : null,
			street: one(13),
			segment: one(40),
			area: one(5),
			unit: one(4),
			category: ['0504', '0551', '0509'][one(3)]!,
			source: factSources[one(factSources.length)]!,
			streetClass: ['', 'primary', 'residential'][one(3)]!,
			isVoided: chance(0.05),
			isSuspended: chance(0.1),
			isVerified: chance(0.7),
			isReturned: chance(0.2),
			hasRecurred: chance(0.1)
		};
	});
}

export function anyTable(n: number, random: () => number): FactTable {
	return factTable(anyRows(n, random));
}
