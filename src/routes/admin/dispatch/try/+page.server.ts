import { fail, redirect } from '@sveltejs/kit';
import { instantIn } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { applyRules, readRuleBook, tryRules } from '#lib/dispatch/rules.server.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import { readingRules, ruleWriter, timeZoneOf } from '../dispatch.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) =>
	readingRules(event, async (client, staff) => {
		const days = Math.min(366, Math.max(1, Number(event.url.searchParams.get('days')) || 31));
		const [book, timeZone] = await Promise.all([readRuleBook(client), timeZoneOf(client)]);
		return {
			days,
			timeZone,
			draft: book.draft && { id: book.draft.id, revision: book.draft.revision, isMine: book.draft.is_mine },
			trial: book.draft ? await tryRules(client, days) : null,
			list: book.draft?.list ?? [],
			isAdmin: hasRole(staff, 'admin'),
			isDesk: hasRole(staff, 'registrar', 'dispatcher', 'closer', 'office')
		};
	});

export const actions: Actions = {
	default: async (event) => {
		const { client } = ruleWriter(event);
		const words = { in_force_from: '', note: '' };
		/** The version, when it holds from now on. */
		let applied: number | '' = '';
		try {
			const form = await readForm(event.request);
			words.in_force_from = String(form.get('in_force_from') ?? '').slice(0, 20);
			words.note = String(form.get('note') ?? '').trim();
			const [day = '', time = ''] = words.in_force_from.split('T');
			const from = words.in_force_from ? instantIn(await timeZoneOf(client), day, time.slice(0, 5)) : null;
			if (words.in_force_from && !from) throw new ApiProblem(422, 'bad_rules_moment');
			const { version } = await applyRules(client, {
				rule_set: String(form.get('rule_set')),
				revision: Number(form.get('revision')),
				in_force_from: from,
				note: words.note || null
			});
			if (!from) applied = version;
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status >= 500 ? 503 : problem.status, {
				problem: problemSentence(problem.code, event.locals.language, problem.detail),
				words
			});
		}
		redirect(303, `/admin/dispatch/elsewhere?applied=${applied}`);
	}
};
