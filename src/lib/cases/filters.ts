import { isCaseStatus, type CaseStatus } from './case.ts';

/** What the desk's list shows. All of it is in the address, so a list can be sent to a colleague or bookmarked. */
export interface Filters {
	list: 'inbox' | 'cases';
	/** Reports: which pile of undecided ones. */
	pile: 'received' | 'to_verify';
	/** Cases: in this state only; null: all that are open. */
	status: CaseStatus | null;
	isOverdue: boolean;
	query: string;
	/** Where an older page of the list begins: a report's number, or the time a case was filed. */
	before: string | null;
}

export function readFilters(search: URLSearchParams, usual: Filters['list'] = 'inbox'): Filters {
	const asked = search.get('list');
	const list = asked === 'inbox' || asked === 'cases' ? asked : usual;
	const status = search.get('status');
	const before = search.get('before') ?? '';
	const isPlace =
		list === 'inbox' ? /^\d{1,15}$/.test(before) : before.length < 40 && !Number.isNaN(Date.parse(before));
	return {
		list,
		pile: list === 'inbox' && search.get('pile') === 'to_verify' ? 'to_verify' : 'received',
		status: isCaseStatus(status) ? status : null,
		isOverdue: search.get('overdue') === '1',
		query: (search.get('q') ?? '').trim().slice(0, 80),
		before: isPlace ? before : null
	};
}

/** The address's search part for filters, without the question mark; what is usual is left out. */
export function writeFilters(filters: Filters): string {
	const search = new URLSearchParams({ list: filters.list });
	if (filters.list === 'inbox') {
		if (filters.pile !== 'received') search.set('pile', filters.pile);
	} else {
		if (filters.status) search.set('status', filters.status);
		if (filters.isOverdue) search.set('overdue', '1');
		if (filters.query) search.set('q', filters.query);
	}
	if (filters.before !== null) search.set('before', filters.before);
	return search.toString();
}
