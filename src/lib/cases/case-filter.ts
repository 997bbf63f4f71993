// What the list of cases shows: one filter for the list, its map and its export. All of it is in the address, always in the
// same order, so that a list can be sent to a colleague, bookmarked, or kept as a view.
import { namesSomebody } from '#lib/streets/search.ts';
import { isCaseStatus, type CaseStatus, type TrafficLight } from './case.ts';

export const dayKeys = ['filed_from', 'filed_to', 'closed_from', 'closed_to', 'due_from', 'due_to'] as const;
export type DayKey = (typeof dayKeys)[number];

/** Marks a case has or has not. */
export const markKeys = ['overdue', 'returned', 'flagged', 'recurring'] as const;
export type MarkKey = (typeof markKeys)[number];

export const sorts = ['urgent', 'newest', 'oldest'] as const;
export type Sort = (typeof sorts)[number];
export const sources = ['citizen', 'volunteer', 'inspector', 'hotline', 'import', 'api'] as const;
export type Source = (typeof sources)[number];
export const lights: readonly TrafficLight[] = ['green', 'yellow', 'red'];

export interface CaseFilter {
	/** These states; none: all that are open. */
	status: readonly (CaseStatus | 'all')[];
	/** With the units below it. */
	unit: number | null;
	/** A class covers its categories. */
	category: string | null;
	area: number | null;
	/** A street's name, or part of one: names outlive the numbers a street has in one installation. */
	street: string;
	source: Source | null;
	light: TrafficLight | null;
	proof: 'with' | 'without' | null;
	marks: readonly MarkKey[];
	/** Days of the city, both counted in. */
	days: Partial<Record<DayKey, string>>;
	text: string;
	sort: Sort;
	/** Where a later page of the list begins. */
	after: string | null;
}

/** Names of the filter's parts in the address. */
export type PartKey =
	| 'status'
	| 'unit'
	| 'category'
	| 'area'
	| 'street'
	| 'source'
	| 'light'
	| 'proof'
	| MarkKey
	| DayKey
	| 'text';

const oneOf = <T extends string>(known: readonly T[], text: string | null): T | null =>
	known.find((one) => one === text) ?? null;
const numberIn = (text: string | null) => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null);

function isDay(text: string): boolean {
	return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
}

/** A plate or a phone number is no filter: a list that was left by such an address forgets it. */
function searchable(typed: string): string {
	const text = typed.trim().slice(0, 80);
	return namesSomebody(text) ? '' : text;
}

/** `usualSort` counts where the address says none. */
export function readCaseFilter(search: URLSearchParams, usualSort: Sort = 'newest'): CaseFilter {
	const states = [...new Set(search.getAll('status').flatMap((text) => text.split(',')))];
	const status = states.includes('all') ? (['all'] as const) : states.filter(isCaseStatus).sort();
	const category = search.get('category') ?? '';
	const days: CaseFilter['days'] = {};
	for (const key of dayKeys) {
		const day = search.get(key) ?? '';
		if (isDay(day)) days[key] = day;
	}
	const after = search.get('after') ?? '';
	return {
		status,
		unit: numberIn(search.get('unit')),
		category: /^[0-9A-Z]{2,8}$/.test(category) ? category : null,
		area: numberIn(search.get('area')),
		street: (search.get('street_name') ?? '').trim().slice(0, 80),
		source: oneOf(sources, search.get('source')),
		light: oneOf(lights, search.get('light')),
		proof: oneOf(['with', 'without'] as const, search.get('proof')),
		marks: markKeys.filter((key) => search.get(key) === '1'),
		days,
		text: searchable(search.get('q') ?? ''),
		sort: oneOf(sorts, search.get('sort')) ?? usualSort,
		after: /^(infinity|\d{4,6}-\d\d-\d\dT[\d:.]{8,15}Z)_[0-9a-f-]{36}$/.test(after) ? after : null
	};
}

/** Writes the filter into an address, what is not asked for left out; the order of the list always stands there. */
export function writeCaseFilter(filter: CaseFilter, search = new URLSearchParams()): URLSearchParams {
	const set = (name: string, value: string | number | null | undefined) => {
		if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
	};
	set('status', filter.status.join(','));
	set('unit', filter.unit);
	set('category', filter.category);
	set('area', filter.area);
	set('street_name', filter.street);
	set('source', filter.source);
	set('light', filter.light);
	set('proof', filter.proof);
	for (const key of markKeys) if (filter.marks.includes(key)) search.set(key, '1');
	for (const key of dayKeys) set(key, filter.days[key]);
	set('q', filter.text);
	set('sort', filter.sort);
	set('after', filter.after);
	return search;
}

/** The same filter without one of its parts; the list begins at its first page again. */
export function without(filter: CaseFilter, part: PartKey): CaseFilter {
	const first = { ...filter, after: null };
	if (part === 'status') return { ...first, status: [] };
	if (part === 'street' || part === 'text') return { ...first, [part]: '' };
	if (markKeys.some((key) => key === part))
		return { ...first, marks: filter.marks.filter((key) => key !== part) };
	if (dayKeys.some((key) => key === part)) {
		const days = { ...filter.days };
		delete days[part as DayKey];
		return { ...first, days };
	}
	return { ...first, [part]: null };
}

/** Which parts ask for something, in the order they are shown. */
export function partsOf(filter: CaseFilter): PartKey[] {
	const parts: PartKey[] = [];
	if (filter.status.length > 0) parts.push('status');
	for (const key of ['unit', 'category', 'area', 'street', 'source', 'light', 'proof'] as const)
		if (filter[key] !== null && filter[key] !== '') parts.push(key);
	parts.push(...filter.marks);
	for (const key of dayKeys) if (filter.days[key]) parts.push(key);
	if (filter.text) parts.push('text');
	return parts;
}

/** By urgency there are only open cases: a list that shows others is read by when they were filed. */
export function sortOf(filter: CaseFilter): Sort {
	const showsOver = filter.status.some((status) => ['all', 'closed', 'voided'].includes(status));
	return filter.sort === 'urgent' && showsOver ? 'newest' : filter.sort;
}

/** The filter as the database takes it. */
export function filterArgument(filter: CaseFilter): Record<string, unknown> {
	const { status, unit, category, area, street, source, light, proof, marks, days, text } = filter;
	const told: Record<string, unknown> = { unit, category, area, street, source, light, proof, text, ...days };
	for (const mark of marks) told[mark] = true;
	if (status.length > 0) told.status = status;
	return Object.fromEntries(
		Object.entries(told).filter(([, value]) => value !== null && value !== '' && value !== undefined)
	);
}

/** Whoever works in the field begins with what is due first. */
export function usualSortFor(roles: readonly string[]): Sort {
	return roles.some((role) => ['registrar', 'dispatcher', 'closer', 'office', 'admin'].includes(role))
		? 'newest'
		: 'urgent';
}
