import { readBoardFilters } from '#lib/closure/board-filters.ts';
import { boardRoles, readBoardCity, readFigures } from '#lib/closure/board.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, boardRoles);
	return reading(event.locals.language, async () => {
		const city = await readBoardCity();
		const filters = readBoardFilters(event.url.searchParams, city.categories);
		const { answer, fault } = await readFigures(accessToken, filters, city.time_zone);
		return { filters, answer, fault, timeZone: city.time_zone, categories: city.categories };
	});
};
