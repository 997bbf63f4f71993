import { localName, m } from '#lib/i18n/messages.ts';
import type { BoardFilters } from '../board-filters.ts';
import { factSources, type FactSource } from '../facts/fact-table.ts';
import type { Named } from './ground.ts';

export const sourceNames: Record<FactSource, () => string> = {
	citizen: m.desk_source_citizen,
	volunteer: m.desk_source_volunteer,
	inspector: m.desk_source_inspector,
	hotline: m.desk_source_hotline,
	import: m.desk_source_import,
	api: m.desk_source_api
};

export const patrolNames: Record<BoardFilters['patrol'], () => string> = {
	with: m.numbers_patrol_with,
	without: m.numbers_patrol_without,
	only: m.numbers_patrol_only
};

/** What filters are named by. */
export interface FilterGround {
	categories: readonly { code: string; name: string; name_en: string | null }[];
	areas: readonly Named[];
	units: readonly Named[];
	streets: readonly Named[];
}

/** The filters that are set, each as a name and what was chosen; without the period, which has its own words. */
export function filterWords(filters: BoardFilters, ground: FilterGround): { name: string; value: string }[] {
	const said: { name: string; value: string }[] = [];
	const say = (name: string, value: string | undefined) => {
		if (value) said.push({ name, value });
	};
	const named = (among: readonly Named[], id: string) => {
		const one = among.find((thing) => String(thing.id) === id);
		return one && localName(one);
	};
	const category = ground.categories.find(({ code }) => code === filters.category);
	say(m.board_category(), category && localName(category));
	say(m.numbers_street(), named(ground.streets, filters.street));
	const unit = named(ground.units, filters.unit);
	say(m.numbers_unit(), unit && filters.below === 'without' ? m.numbers_unit_alone({ unit }) : unit);
	say(m.numbers_area(), named(ground.areas, filters.area));
	say(m.numbers_class(), filters.class);
	const source = factSources.find((word) => word === filters.source);
	say(m.numbers_source(), source && sourceNames[source]());
	if (filters.patrol !== 'with') say(m.numbers_patrol(), patrolNames[filters.patrol]());
	return said;
}

/** The same in one line; null without filters. */
export function filtersSaid(filters: BoardFilters, ground: FilterGround): string | null {
	const said = filterWords(filters, ground).map(({ name, value }) => m.numbers_filter_of({ name, value }));
	return said.length > 0 ? said.join(m.numbers_and()) : null;
}
