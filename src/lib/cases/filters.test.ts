import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseStatuses } from './case.ts';
import { readFilters, writeFilters, type Filters } from './filters.ts';

describe("the list's filters", () => {
	it('are the usual list when the address says nothing', () => {
		expect(readFilters(new URLSearchParams(), 'cases')).toEqual({
			list: 'cases',
			pile: 'received',
			status: null,
			isOverdue: false,
			query: '',
			before: null
		});
	});

	it('ignore what they do not know', () => {
		const search = new URLSearchParams('list=secrets&pile=all&status=burnt&overdue=yes&before=tomorrow');
		expect(readFilters(search)).toMatchObject({
			list: 'inbox',
			pile: 'received',
			status: null,
			before: null
		});
		expect(readFilters(search).isOverdue).toBe(false);
	});

	it('come back from the address as they went in', () => {
		const inbox = fc.record({
			list: fc.constant('inbox' as const),
			pile: fc.constantFrom('received' as const, 'to_verify' as const),
			status: fc.constant(null),
			isOverdue: fc.constant(false),
			query: fc.constant(''),
			before: fc.option(fc.nat().map(String))
		});
		const cases = fc.record({
			list: fc.constant('cases' as const),
			pile: fc.constant('received' as const),
			status: fc.option(fc.constantFrom(...caseStatuses)),
			isOverdue: fc.boolean(),
			query: fc.string({ maxLength: 40 }).map((text) => text.trim()),
			before: fc.option(fc.constant('2026-03-16T08:00:00.000Z'))
		});
		fc.assert(
			fc.property(fc.oneof<fc.Arbitrary<Filters>[]>(inbox, cases), (filters) => {
				expect(readFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
			})
		);
	});
});
