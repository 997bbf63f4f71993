import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestEvent } from '@sveltejs/kit';
import type { BoardFilters } from '#lib/closure/board-filters.ts';
import {
	boardRoles,
	filtersOf,
	readBoardCity,
	readGround,
	type BoardCity
} from '#lib/closure/board.server.ts';
import type { FilterData } from '#lib/closure/filter-data.ts';
import { campaignOf, type NumberGround } from '#lib/closure/numbers/ground.ts';

/** Who asks for numbers, and what they ask for. */
export interface BoardDesk {
	accessToken: string;
	city: BoardCity;
	ground: NumberGround;
	filters: BoardFilters;
}

/** Opens the board to whoever may read it, with the filters of the address. */
export async function openBoard(event: RequestEvent): Promise<BoardDesk> {
	const { accessToken } = requireStaff(event, boardRoles);
	const [city, ground] = await Promise.all([readBoardCity(), readGround(accessToken)]);
	return { accessToken, city, ground, filters: filtersOf(event.url.searchParams, ground, city) };
}

export function filterData({ city, ground, filters }: BoardDesk): FilterData {
	return {
		filters,
		timeZone: city.time_zone,
		today: ground.today,
		campaign: campaignOf(ground),
		categories: city.categories,
		streets: ground.streets,
		units: ground.units,
		areas: ground.areas,
		streetClasses: ground.street_classes,
		minimum: ground.minimum_sample
	};
}
