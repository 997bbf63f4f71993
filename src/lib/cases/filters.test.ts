import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseStatuses } from './case.ts';
import {
	dayKeys,
	filterArgument,
	lights,
	markKeys,
	partsOf,
	readCaseFilter,
	sortOf,
	sorts,
	sources,
	without,
	type CaseFilter
} from './case-filter.ts';
import { readFilters, writeFilters, type Filters } from './filters.ts';
import { canonicalQuery } from './saved-views.ts';

const empty = readCaseFilter(new URLSearchParams());
const day = fc.constantFrom('2026-03-15', '2026-12-31', '2024-02-29');
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const filter: fc.Arbitrary<CaseFilter> = fc.record({
	status: fc.oneof(
		fc.subarray([...caseStatuses]).map((states) => states.sort()),
		fc.constant(['all' as const])
	),
	unit: maybe(fc.nat()),
	category: maybe(fc.constantFrom('05', '0551')),
	area: maybe(fc.nat()),
	street: fc.string({ maxLength: 30 }).map((text) => text.trim()),
	source: maybe(fc.constantFrom(...sources)),
	light: maybe(fc.constantFrom(...lights)),
	proof: maybe(fc.constantFrom('with' as const, 'without' as const)),
	marks: fc.subarray([...markKeys]),
	days: fc.record(
		Object.fromEntries(dayKeys.map((key) => [key, day])) as Record<(typeof dayKeys)[number], typeof day>,
		{ requiredKeys: [] }
	),
	text: fc.string({ maxLength: 40 }).map((text) => text.trim()),
	sort: fc.constantFrom(...sorts),
	after: maybe(
		fc.constantFrom(
			'2026-03-16T08:00:00.000123Z_01900000-0000-7000-8000-000000000001',
			'infinity_01900000-0000-7000-8000-000000000001'
		)
	)
});

describe("the list's filters", () => {
	it('are the usual list when the address says nothing', () => {
		expect(readFilters(new URLSearchParams(), 'cases')).toEqual({
			list: 'cases',
			pile: 'received',
			before: null,
			cases: empty
		});
		expect(partsOf(empty)).toEqual([]);
	});

	it('ignore what they do not know', () => {
		const search = new URLSearchParams(
			'list=cases&status=burnt&overdue=yes&after=tomorrow&unit=1;drop&category=%27&light=pink&proof=maybe&filed_from=2026-02-30&sort=x'
		);
		expect(readFilters(search).cases).toEqual(empty);
		expect(readFilters(new URLSearchParams('list=secrets&pile=all&before=x'))).toMatchObject({
			list: 'inbox',
			pile: 'received',
			before: null
		});
	});

	it('come back from the address as they went in, in one order', () => {
		const inbox = fc.record({
			list: fc.constant('inbox' as const),
			pile: fc.constantFrom('received' as const, 'to_verify' as const),
			before: fc.option(fc.nat().map(String)),
			cases: fc.constant(empty)
		});
		const cases = fc.record({
			list: fc.constant('cases' as const),
			pile: fc.constant('received' as const),
			before: fc.constant(null),
			cases: filter
		});
		fc.assert(
			fc.property(fc.oneof<fc.Arbitrary<Filters>[]>(inbox, cases), (filters) => {
				const address = writeFilters(filters);
				expect(readFilters(new URLSearchParams(address))).toEqual(filters);
				expect(
					writeFilters(readFilters(new URLSearchParams([...new URLSearchParams(address)].reverse())))
				).toBe(address);
			})
		);
	});

	it('lose exactly the part that is taken off', () => {
		fc.assert(
			fc.property(filter, (some) => {
				for (const part of partsOf(some)) {
					const less = without(some, part);
					expect(partsOf(less)).toEqual(partsOf(some).filter((other) => other !== part));
					expect(less.after).toBeNull();
				}
			})
		);
	});

	it('ask the database only for what is set', () => {
		expect(filterArgument(empty)).toEqual({});
		const search = new URLSearchParams(
			'status=filed,closed&overdue=1&street_name=金桥路&closed_to=2026-03-15'
		);
		expect(filterArgument(readCaseFilter(search))).toEqual({
			status: ['closed', 'filed'],
			overdue: true,
			street: '金桥路',
			closed_to: '2026-03-15'
		});
	});

	it('read by urgency only what is open', () => {
		const urgent = { ...empty, sort: 'urgent' as const };
		expect(sortOf(urgent)).toBe('urgent');
		expect(sortOf({ ...urgent, status: ['handled', 'returned'] })).toBe('urgent');
		expect(sortOf({ ...urgent, status: ['all'] })).toBe('newest');
		expect(sortOf({ ...urgent, status: ['closed'] })).toBe('newest');
	});

	it('are kept in a view without a page, and nothing else with them', () => {
		const query =
			'x=1&list=cases&q=盲道&after=infinity_01900000-0000-7000-8000-000000000001&sort=urgent&returned=1';
		expect(canonicalQuery(query)).toEqual({
			list: 'cases',
			query: new URLSearchParams('list=cases&returned=1&q=盲道&sort=urgent').toString()
		});
	});
});
