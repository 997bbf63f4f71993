import { readFigures } from '#lib/closure/board.server.ts';
import { readTrend } from '#lib/closure/numbers/trend.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { filterData, openBoard } from '../open-board.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) =>
	reading(event.locals.language, async () => {
		const desk = await openBoard(event);
		const { accessToken, filters, city, ground } = desk;
		const [{ answer, fault }, trend] = await Promise.all([
			readFigures(accessToken, filters, city, ground),
			readTrend(filters, filters.by, city, ground)
		]);
		return { ...filterData(desk), answer, fault, trend };
	});
