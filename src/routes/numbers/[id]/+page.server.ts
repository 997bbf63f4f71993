import { error } from '@sveltejs/kit';
import { countsOf } from '#lib/closure/board.ts';
import { daysAsked } from '#lib/closure/board.server.ts';
import { definitionOf } from '#lib/closure/numbers/definitions.ts';
import { partsOf } from '#lib/closure/numbers/definition-words.ts';
import { partAsked, readNumber } from '#lib/closure/numbers/number.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { filterData, openBoard } from '../../board/open-board.server.ts';
import type { PageServerLoad } from './$types';

/** A list is for looking; the export holds more. */
const most = 200;

export const load: PageServerLoad = (event) =>
	reading(event.locals.language, async () => {
		const desk = await openBoard(event);
		const definition = definitionOf(event.params.id);
		if (!definition) error(404, { message: m.numbers_not_found(), code: 'not_found' });
		const days = daysAsked(desk.filters, desk.ground);
		const common = { ...filterData(desk), definition };
		if (typeof days === 'string') return { ...common, fault: days, number: null, counts: null };
		const part = partAsked(partsOf(definition), event.url.searchParams.get('part'));
		const { accessToken, filters, city, ground } = desk;
		const number = await readNumber(accessToken, filters, days, part, city, ground, most);
		return { ...common, fault: null, number, counts: countsOf(number.counts, number.received) };
	});
