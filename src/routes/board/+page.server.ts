import { filterData, openBoard } from './open-board.server.ts';
import { readFigures } from '#lib/closure/board.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) =>
	reading(event.locals.language, async () => {
		const desk = await openBoard(event);
		const { answer, fault } = await readFigures(desk.accessToken, desk.filters, desk.city, desk.ground);
		return { ...filterData(desk), answer, fault };
	});
