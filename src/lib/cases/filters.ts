import { readCaseFilter, writeCaseFilter, type CaseFilter, type Sort } from './case-filter.ts';

/** What the desk's list shows. All of it is in the address, so a list can be sent to a colleague or bookmarked. */
export interface Filters {
	list: 'inbox' | 'cases';
	/** Reports: which pile of undecided ones. */
	pile: 'received' | 'to_verify';
	/** Reports: where an older page of the list begins, a report's number. */
	before: string | null;
	cases: CaseFilter;
}

export function readFilters(
	search: URLSearchParams,
	usual: Filters['list'] = 'inbox',
	usualSort: Sort = 'newest'
): Filters {
	const asked = search.get('list');
	const list = asked === 'inbox' || asked === 'cases' ? asked : usual;
	const before = search.get('before') ?? '';
	return {
		list,
		pile: list === 'inbox' && search.get('pile') === 'to_verify' ? 'to_verify' : 'received',
		before: list === 'inbox' && /^\d{1,15}$/.test(before) ? before : null,
		// The inbox's address says nothing of cases.
		cases: readCaseFilter(list === 'cases' ? search : new URLSearchParams(), usualSort)
	};
}

/** The address's search part for filters, without the question mark; what is usual is left out. */
export function writeFilters(filters: Filters): string {
	const search = new URLSearchParams({ list: filters.list });
	if (filters.list === 'cases') return writeCaseFilter(filters.cases, search).toString();
	if (filters.pile !== 'received') search.set('pile', filters.pile);
	if (filters.before !== null) search.set('before', filters.before);
	return search.toString();
}
