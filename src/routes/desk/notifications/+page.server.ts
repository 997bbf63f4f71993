import { fail, redirect } from '@sveltejs/kit';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { readCity } from '#lib/cases/cases.server.ts';
import { readNotifications, seeNotifications } from '#lib/cases/notifications.server.ts';
import { numberOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

const pageLength = 50;

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, deskRoles);
	const typed = event.url.searchParams.get('before') ?? '';
	const before = /^\d{1,15}$/.test(typed) ? Number(typed) : null;
	return reading(event.locals.language, async () => {
		const [{ unseen, notifications }, { time_zone }] = await Promise.all([
			readNotifications(accessToken, before, pageLength + 1),
			readCity()
		]);
		const shown = notifications.slice(0, pageLength);
		return {
			unseen,
			notifications: shown,
			isFirst: before === null,
			older: notifications.length > pageLength ? shown.at(-1)!.id : null,
			timeZone: time_zone
		};
	});
};

export const actions: Actions = {
	see: async (event) => {
		const { accessToken } = requireStaff(event, deskRoles);
		try {
			const upTo = numberOf(await readForm(event.request), 'up_to');
			if (upTo === null) throw new ApiProblem(422, 'bad_request');
			await seeNotifications(accessToken, upTo);
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status, { problem: problemSentence(problem.code, event.locals.language) });
		}
		redirect(303, '/desk/notifications');
	}
};
