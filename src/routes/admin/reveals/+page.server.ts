import { fail } from '@sveltejs/kit';
import { call, staffClient } from '#lib/database/client.server.ts';
import { cityNow } from '#lib/database/city-now.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { particularKinds, type ParticularKind } from '#lib/particulars/particular.ts';
import { fingerprint } from '#lib/particulars/particulars.server.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import { wordsOf } from '../admin.server.ts';
import { readRevealFilters, readReveals } from './reveals.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface City {
	time_zone: string;
	reasons: { move: string; code: string; name: string; name_en: string | null }[];
}
export interface Found {
	id: string;
	kind: ParticularKind;
	purpose: string;
	subject: 'report' | 'case' | 'site' | 'vehicle';
	recorded_at: string;
	keep_until: string;
	reveals: number;
}

const ROWS = 100;

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, ['data_officer']);
	const filters = readRevealFilters(event.url.searchParams);
	const [found, city] = await Promise.all([
		readReveals(accessToken, filters, ROWS, event.url.searchParams.get('after')),
		cityNow<City>()
	]);
	return {
		...found,
		filters,
		hasMore: found.reveals.length === ROWS,
		timeZone: city.time_zone,
		reasons: city.reasons.filter(({ move }) => move === 'reveal'),
		erasures: city.reasons.filter(({ move }) => move === 'erase')
	};
};

export const actions: Actions = {
	/** What is kept about one phone or plate. It is sent in a form's body: no address ever holds it. */
	find: async (event) => {
		const { accessToken } = requireStaff(event, ['data_officer']);
		try {
			const words = wordsOf(await readForm(event.request));
			const kind = particularKinds.find((one) => one === words.kind) ?? 'phone';
			const print = fingerprint(kind, words.value ?? '');
			if (!print) throw new ApiProblem(422, 'bad_particular', { field: 'value' });
			return await call<{ particulars: Found[] }>(staffClient(accessToken), 'find_particulars', {
				fingerprint: print
			});
		} catch (problem) {
			return refused(problem, event.locals.language);
		}
	},

	erase: async (event) => {
		const { accessToken } = requireStaff(event, ['data_officer']);
		try {
			const words = wordsOf(await readForm(event.request));
			const args = { particular_id: words.particular_id ?? '', why: words.why ?? '' };
			if (!/^[0-9a-f-]{36}$/.test(args.particular_id)) throw new ApiProblem(404, 'not_found');
			return await call<{ id: string; erased: boolean }>(staffClient(accessToken), 'erase_particular', args);
		} catch (problem) {
			return refused(problem, event.locals.language);
		}
	}
};

function refused(problem: unknown, language: Parameters<typeof problemSentence>[1]) {
	if (!(problem instanceof ApiProblem)) throw problem;
	return fail(problem.status, { problem: problemSentence(problem.code, language, problem.detail) });
}
