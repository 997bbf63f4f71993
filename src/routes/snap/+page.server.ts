import { fail, type Actions } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { intakeCity } from '#lib/reports/reports.server.ts';
import { findStreets, sendForm, type SnapRefusal } from '#lib/reports/snap-form.server.ts';
import { readForm } from '#server/form.ts';
import type { PageServerLoad } from './$types';

/** The id is made once per draft, before anything is sent: however often Send is pressed, it is one report. */
export const load: PageServerLoad = async ({ setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store' });
	const { name, name_en, is_demo, time_zone, bbox, center, streets_version, categories } = await intakeCity();
	return {
		id: uuidv7(),
		observedAt: new Date().toISOString(),
		city: { name, name_en, is_demo, time_zone, bbox, center, version: streets_version },
		categories: categories.filter((category) => category.is_leaf)
	};
};

export const actions: Actions = {
	find: ({ request, locals, getClientAddress }) =>
		refusing(locals, async () => {
			const found = await findStreets(await readForm(request), getClientAddress());
			return { refusal: inWords(found, locals) };
		}),

	send: ({ request, locals, getClientAddress }) =>
		refusing(locals, async () => {
			const result = await sendForm(await readForm(request), getClientAddress());
			if ('receipt' in result) return { receipt: result.receipt };
			const { refusal } = result;
			if (refusal.errors.form === 'sent_already') refusal.values.id = uuidv7();
			return fail(refusal.status, { refusal: inWords(refusal, locals) });
		})
};

/** Stable words become sentences in the reader's language. */
function inWords(refusal: SnapRefusal, locals: App.Locals) {
	const errors = Object.fromEntries(
		Object.entries(refusal.errors).map(([field, code]) => [field, problemSentence(code, locals.language)])
	);
	return { values: refusal.values, streets: refusal.streets, errors: errors as SnapRefusal['errors'] };
}

async function refusing<T>(locals: App.Locals, work: () => Promise<T>) {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof ApiProblem)) throw error;
		const errors: SnapRefusal['errors'] = { form: problemSentence(error.code, locals.language) };
		return fail(error.status, { refusal: { values: null, streets: [], errors } });
	}
}
