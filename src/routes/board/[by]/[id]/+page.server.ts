import { error } from '@sveltejs/kit';
import { daysAsked } from '#lib/closure/board.server.ts';
import { countsOf, type BoardBy } from '#lib/closure/board.ts';
import { readOwn } from '#lib/closure/numbers/own.server.ts';
import { readTrend } from '#lib/closure/numbers/trend.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { readGround as readMapGround, readPublicStreet } from '#lib/streets/streets.server.ts';
import { filterData, openBoard } from '../../open-board.server.ts';
import type { PageServerLoad } from './$types';

const bys: readonly BoardBy[] = ['street', 'unit', 'area'];

export const load: PageServerLoad = (event) =>
	reading(event.locals.language, async () => {
		const desk = await openBoard(event);
		const { accessToken, city, ground } = desk;
		const by = bys.find((one) => one === event.params.by);
		const things = { street: ground.streets, unit: ground.units, area: ground.areas };
		const one = by && things[by].find(({ id }) => String(id) === event.params.id);
		if (!by || !one) error(404, { message: m.numbers_unknown(), code: 'not_found' });
		const filters = { ...desk.filters, [by]: String(one.id) };
		const days = daysAsked(filters, ground);
		const [trend, map, own] = await Promise.all([
			readTrend(filters, null, city, ground),
			by === 'street' ? Promise.all([readPublicStreet(one.id), readMapGround()]) : null,
			typeof days === 'string' ? null : readOwn(accessToken, filters, by, days, city, ground)
		]);
		return {
			...filterData(desk),
			by,
			one: { id: one.id, name: one.name, name_en: one.name_en },
			numberFilters: filters,
			fault: typeof days === 'string' ? days : null,
			trend,
			map: map && { street: map[0], version: map[1].streets_version },
			own: own && { ...own, counts: countsOf(own.counts, own.received) }
		};
	});
