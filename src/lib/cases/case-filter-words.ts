// The filter of the case list in words: what its chips, its export and an empty list say.
import { formatNumber, getLocale, m } from '#lib/i18n/messages.ts';
import { lightName, statusName } from './case.ts';
import { partsOf, sortOf, type CaseFilter, type PartKey, type Sort, type Source } from './case-filter.ts';
import { localText } from './local.ts';

interface Named {
	id: number;
	name: string;
	name_en: string | null;
}
/** What `api.case_choices` answers. */
export interface CaseChoices {
	units: (Named & { parent_id: number | null })[];
	areas: Named[];
}
/** What ids and codes are called. */
export interface FilterNames extends CaseChoices {
	categories: { code: string; parent: string | null; name: string; name_en: string | null }[];
}

const sourceNames: Record<Source, () => string> = {
	citizen: m.desk_source_citizen,
	volunteer: m.desk_source_volunteer,
	inspector: m.desk_source_inspector,
	hotline: m.desk_source_hotline,
	import: m.desk_source_import,
	api: m.desk_source_api
};
export const sourceName = (source: Source) => sourceNames[source]();

const sortNames: Record<Sort, () => string> = {
	urgent: m.lists_sort_urgent,
	newest: m.lists_sort_newest,
	oldest: m.lists_sort_oldest
};
export const sortName = (sort: Sort) => sortNames[sort]();

const labels: Record<PartKey, () => string> = {
	status: m.lists_status,
	unit: m.lists_unit,
	category: m.lists_category,
	area: m.lists_area,
	street: m.lists_street,
	source: m.lists_source,
	light: m.lists_light,
	proof: m.lists_proof,
	overdue: m.lists_overdue,
	returned: m.lists_returned,
	flagged: m.lists_flagged,
	recurring: m.lists_recurring,
	filed_from: m.lists_filed_from,
	filed_to: m.lists_filed_to,
	closed_from: m.lists_closed_from,
	closed_to: m.lists_closed_to,
	due_from: m.lists_due_from,
	due_to: m.lists_due_to,
	text: m.lists_text
};
export const partLabel = (part: PartKey) => labels[part]();

export const categoryName = (category: FilterNames['categories'][number]) =>
	localText(category.name, category.name_en, getLocale()) ?? category.code;
export const namedName = (named: Named) =>
	localText(named.name, named.name_en, getLocale()) ?? String(named.id);

/** What a part of the filter asks for, without its label; empty for a mark, which its label says already. */
function partValue(part: PartKey, filter: CaseFilter, names: FilterNames): string {
	switch (part) {
		case 'status':
			return filter.status
				.map((status) => (status === 'all' ? m.lists_status_all() : statusName(status)))
				.join(m.lists_or());
		case 'unit': {
			const unit = names.units.find(({ id }) => id === filter.unit);
			return unit ? namedName(unit) : String(filter.unit);
		}
		case 'area': {
			const area = names.areas.find(({ id }) => id === filter.area);
			return area ? namedName(area) : String(filter.area);
		}
		case 'category': {
			const category = names.categories.find(({ code }) => code === filter.category);
			return category ? categoryName(category) : String(filter.category);
		}
		case 'source':
			return filter.source ? sourceName(filter.source) : '';
		case 'light':
			return filter.light ? lightName(filter.light) : '';
		case 'proof':
			return filter.proof === 'with' ? m.lists_proof_with() : m.lists_proof_without();
		case 'street':
			return filter.street;
		case 'text':
			return filter.text;
		case 'overdue':
		case 'returned':
		case 'flagged':
		case 'recurring':
			return '';
		default:
			return filter.days[part] ?? '';
	}
}

export function partText(part: PartKey, filter: CaseFilter, names: FilterNames): string {
	const value = partValue(part, filter, names);
	return value === '' ? partLabel(part) : m.lists_part({ label: partLabel(part), value });
}

/** The whole filter in one line, as an export carries it. */
export function filterText(filter: CaseFilter, names: FilterNames): string {
	const parts = partsOf(filter).map((part) => partText(part, filter, names));
	if (filter.status.length === 0)
		parts.unshift(m.lists_part({ label: m.lists_status(), value: m.lists_status_open() }));
	parts.push(m.lists_part({ label: m.lists_sort(), value: sortName(sortOf(filter)) }));
	return parts.join(m.lists_and());
}

/** How many there are: beyond what is counted, "1,000+". */
export function countWords(total: number, isMore: boolean): string {
	return isMore ? `${formatNumber(total)}+` : formatNumber(total);
}
