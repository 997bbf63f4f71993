import { daysAsked, readPeriod } from '#lib/closure/board.server.ts';
import { daysCompared } from '#lib/closure/numbers/ground.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { filterData, openBoard } from '../open-board.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) =>
	reading(event.locals.language, async () => {
		const desk = await openBoard(event);
		const { accessToken, filters, city, ground } = desk;
		const days = daysAsked(filters, ground);
		if (typeof days === 'string') return { ...filterData(desk), fault: days, before: null, after: null };
		const [before, after] = await Promise.all(
			[daysCompared(days, filters.than), days].map((one) =>
				readPeriod(accessToken, filters, one, city, ground)
			)
		);
		return { ...filterData(desk), fault: null, before: before!, after: after! };
	});
