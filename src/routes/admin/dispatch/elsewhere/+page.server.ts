import { fail, type RequestEvent } from '@sveltejs/kit';
import { randomUUID } from 'node:crypto';
import { moveCase, readCity } from '#lib/cases/cases.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { isUuid } from '#lib/cases/words.ts';
import { staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readElsewhere } from '#lib/dispatch/rules.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

/** Whoever may see all cases, and administrators, who come here from putting rules in force. */
const staffOf = (event: RequestEvent) => requireStaff(event, ['dispatcher', 'office', 'admin']);

export const load: PageServerLoad = (event) => {
	const staff = staffOf(event);
	const mayRead = hasRole(staff, 'dispatcher', 'office');
	return reading(event.locals.language, async () => {
		const [elsewhere, { time_zone, reasons }] = await Promise.all([
			mayRead ? readElsewhere(staffClient(staff.accessToken)) : null,
			readCity()
		]);
		return {
			elsewhere,
			timeZone: time_zone,
			reasons: reasons.filter(({ move }) => move === 'redispatch'),
			isDispatcher: hasRole(staff, 'dispatcher'),
			/** The version that was just put in force. */
			applied: Number(event.url.searchParams.get('applied')) || null
		};
	});
};

export const actions: Actions = {
	/** Sends the chosen cases where today's rules name, each by itself: one that is refused stays and says why. */
	default: async (event) => {
		const { accessToken } = staffOf(event);
		try {
			const form = await readForm(event.request);
			const reason = String(form.get('reason_code') ?? '');
			const chosen = form.getAll('case').map(String).slice(0, 200);
			if (chosen.length === 0) return fail(422, { problem: m.dispatch_none_chosen(), reason });
			const { rows } = await readElsewhere(staffClient(accessToken));
			let count = 0;
			const refused: { number: string; why: string }[] = [];
			for (const id of chosen) {
				const row = rows.find((one) => one.id === id);
				if (!row || !isUuid(id)) continue;
				try {
					await moveCase(accessToken, id, {
						move: 'redispatch',
						expected_version: Number(form.get(`version:${id}`)) || row.version,
						details: { unit_id: row.to_unit_id },
						reason_code: reason || null,
						note: null,
						occurred_at: null,
						request_id: randomUUID()
					} as Parameters<typeof moveCase>[2]);
					count += 1;
				} catch (problem) {
					if (!(problem instanceof ApiProblem) || problem.status >= 500) throw problem;
					const why = problemSentence(problem.code, event.locals.language, problem.detail);
					refused.push({ number: row.number, why });
				}
			}
			return { count, refused, reason };
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status >= 500 ? 503 : problem.status, {
				problem: problemSentence(problem.code, event.locals.language, problem.detail),
				reason: ''
			});
		}
	}
};
