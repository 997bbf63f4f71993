import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { readCity } from '#lib/cases/cases.server.ts';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { instantIn, isUuid, typedIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readNotice, serveNotice, withdrawNotice } from '#lib/enforcement/enforcement.server.ts';
import { sheetOf } from '#lib/enforcement/sheet.ts';
import { localDay } from '#lib/live/local-day.ts';
import { reveal, seal } from '#lib/particulars/particulars.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import { openAddressee } from './opened.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, deskRoles);
	const { id } = event.params;
	return reading(event.locals.language, async () => {
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		const [notice, city] = await Promise.all([readNotice(accessToken, id), readCity()]);
		return {
			notice,
			timeZone: city.time_zone,
			today: localDay(new Date(), city.time_zone),
			reasons: city.reasons.filter(({ move }) => move === 'reveal' || move === 'withdraw'),
			sheet: sheetOf(notice, city.time_zone)
		};
	});
};

async function answering<T>(
	event: RequestEvent,
	about: string,
	work: (accessToken: string, id: string, form: FormData) => Promise<T>
) {
	const { accessToken } = requireStaff(event, deskRoles);
	const { id } = event.params;
	let form = new FormData();
	try {
		form = await readForm(event.request);
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		return await work(accessToken, id, form);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		const typed = typedIn(form);
		delete typed.witness;
		return fail(problem.status, { refusal: refusalOf(problem, about, typed, event.locals.language) });
	}
}

export const actions: Actions = {
	/** The sheet with its addressee's name, for this one print. */
	open: (event) =>
		answering(event, 'open', async (accessToken, id, form) => {
			const [notice, city] = await Promise.all([readNotice(accessToken, id), readCity()]);
			const opened = await openAddressee(
				accessToken,
				notice,
				wordsOf(form, 'reason_code'),
				wordsOf(form, 'note')
			);
			return { sheet: sheetOf(notice, city.time_zone, opened) };
		}),

	reveal: (event) =>
		answering(event, 'reveal', async (accessToken, _, form) => ({
			revealed: await reveal(
				accessToken,
				uuidOf(form, 'particular_id') ?? '00000000-0000-0000-0000-000000000000',
				wordsOf(form, 'reason_code'),
				wordsOf(form, 'note')
			)
		})),

	serve: async (event) => {
		const refused = await answering(event, 'serve', async (accessToken, id, form) => {
			const { time_zone } = await readCity();
			const day = wordsOf(form, 'served_on');
			const witness = wordsOf(form, 'witness');
			const time = wordsOf(form, 'served_time') ?? '12:00';
			await serveNotice(accessToken, id, {
				way: wordsOf(form, 'way'),
				// Without a day it was just now.
				served_at: day && instantIn(time_zone, day, time),
				photo: uuidOf(form, 'photo'),
				witness: witness ? seal('name', witness, 'witness') : null
			});
		});
		return refused ?? redirect(303, `/desk/notices/${event.params.id}`);
	},

	withdraw: async (event) => {
		const refused = await answering(event, 'withdraw', async (accessToken, id, form) => {
			await withdrawNotice(accessToken, id, wordsOf(form, 'reason_code'), wordsOf(form, 'note'));
		});
		return refused ?? redirect(303, `/desk/notices/${event.params.id}`);
	}
};
