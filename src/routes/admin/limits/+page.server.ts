import { fail } from '@sveltejs/kit';
import { stages, stageName, whomCodes, type Stage } from '#lib/cases/case-time.ts';
import { call } from '#lib/database/client.server.ts';
import { localName, m } from '#lib/i18n/messages.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { readForm } from '#server/form.ts';
import { administrator } from '../admin.server.ts';
import { cellName, everyone, readHours } from './limit-form.ts';
import type { Actions, PageServerLoad } from './$types';

interface Limits {
	categories: { code: string; parent: string; name: string; name_en: string | null; handling: number }[];
	limits: { category: string | null; stage: Stage; working_hours: number }[];
	rungs: {
		rung: string;
		measure: 'share' | 'hours_past';
		value: number;
		whom: string[];
		name: string;
		name_en: string;
		is_active: boolean;
	}[];
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [limits, { gaps }] = await Promise.all([
		call<Limits>(client, 'limits', {}),
		call<{ gaps: { year: number; cases: number }[] }>(client, 'calendar_gaps', {})
	]);
	return { ...limits, gaps };
};

/** Reads a form and runs what it asks for; what is refused comes back with all that was typed. */
async function answering(
	event: Parameters<Actions[string]>[0],
	part: 'limits' | 'ladder',
	work: (form: FormData, client: ReturnType<typeof administrator>['client']) => Promise<string | null>
) {
	const { client } = administrator(event);
	const typed: Record<string, string[]> = {};
	const refuse = (status: number, problem: string) => fail(status, { part, problem, typed });
	try {
		const form = await readForm(event.request);
		for (const name of new Set(form.keys()))
			typed[name] = form.getAll(name).map((value) => (typeof value === 'string' ? value.slice(0, 200) : ''));
		const problem = await work(form, client);
		return problem === null ? { part, said: m.admin_saved() } : refuse(422, problem);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		const sentence = problemSentence(problem.code, event.locals.language);
		return refuse(problem.status >= 500 ? 503 : problem.status, sentence);
	}
}

export const actions: Actions = {
	limits: (event) =>
		answering(event, 'limits', async (form, client) => {
			const { categories, limits } = await call<Limits>(client, 'limits', {});
			const rows = [
				{ code: everyone, name: m.limits_everyone(), name_en: null, handling: null },
				...categories
			];
			const changed: { category: string | null; stage: Stage; working_hours: number | null }[] = [];
			const bad: string[] = [];
			for (const row of rows) {
				const category = row.code === everyone ? null : row.code;
				for (const stage of stages) {
					const text = form.get(cellName(row.code, stage));
					if (typeof text !== 'string') continue;
					const hours = readHours(text);
					const isNeeded = stage === 'handling' || category === null;
					if (hours === undefined || (hours === null && isNeeded)) {
						bad.push(m.limits_cell({ category: localName(row), stage: stageName(stage) }));
						continue;
					}
					const now =
						stage === 'handling'
							? row.handling
							: (limits.find((one) => one.category === category && one.stage === stage)?.working_hours ??
								null);
					if (hours !== now) changed.push({ category, stage, working_hours: hours });
				}
			}
			if (bad.length > 0) return m.limits_bad({ cells: bad.slice(0, 5).join(m.time_comma()) });
			if (changed.length > 0) await call(client, 'set_limits', { limits: changed });
			return null;
		}),

	ladder: (event) =>
		answering(event, 'ladder', async (form, client) => {
			const said = (name: string) => String(form.get(name) ?? '').trim();
			const rungs = form
				.getAll('rung')
				.filter((rung) => typeof rung === 'string')
				.filter((rung) => rung !== 'new' || said('name.new') !== '')
				.map((rung) => ({
					rung: rung === 'new' ? `rung_${Date.now().toString(36)}` : rung,
					measure: said(`measure.${rung}`),
					value: said(`value.${rung}`).normalize('NFKC'),
					whom: form.getAll(`whom.${rung}`).filter((whom) => whomCodes.some((code) => code === whom)),
					name: said(`name.${rung}`),
					name_en: said(`name_en.${rung}`) || said(`name.${rung}`),
					is_active: form.get(`is_active.${rung}`) === 'yes'
				}));
			await call(client, 'set_ladder', { rungs });
			return null;
		})
};
