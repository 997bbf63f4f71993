import type { Filters } from './filters.ts';
import { readFilters, writeFilters } from './filters.ts';

/** A filter somebody goes back to, by name. */
export interface SavedView {
	id: string;
	name: string;
	list: Filters['list'];
	/** The list's address in its one order, without a page. */
	query: string;
	/** The role whose people see it too. */
	shared_with: string | null;
	is_mine: boolean;
	/** Kept as a tab at the desk. */
	is_tab: boolean;
	/** What the desk opens with. */
	is_default: boolean;
}

/** An address's filters as a view keeps them: what it does not know is left out, and every list begins at its first page. */
export function canonicalQuery(query: string): { list: Filters['list']; query: string } {
	const filters = readFilters(new URLSearchParams(query));
	const first = { ...filters, before: null, cases: { ...filters.cases, after: null } };
	return { list: filters.list, query: writeFilters(first) };
}
