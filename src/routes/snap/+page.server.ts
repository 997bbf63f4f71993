import { fail, type Actions } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { intakeCity } from '#lib/reports/reports.server.ts';
import { findStreets, sendForm, type SnapRefusal } from '#lib/reports/snap-form.server.ts';
import { localName, m } from '#lib/i18n/messages.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import type { PageServerLoad } from './$types';

/**
 * `id` is for forms without scripts: made once per page, before anything is sent, so that however often Send is pressed it
 * is one report. A page with scripts makes its own.
 */
export const load: PageServerLoad = async ({ locals, setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store' });
	const { name, name_en, is_demo, time_zone, bbox, center, streets_version, categories } = await intakeCity();
	return {
		id: uuidv7(),
		city: { name, name_en, is_demo, time_zone, bbox, center, version: streets_version },
		categories: categories.filter((category) => category.is_leaf),
		consent: consentDetails(),
		isSent: sent.has(locals),
		staff: reporter(locals)
	};
};

function consentDetails() {
	return [
		{ title: m.snap_consent_what(), text: m.snap_consent_what_text() },
		{ title: m.snap_consent_who(), text: m.snap_consent_who_text() },
		{ title: m.snap_consent_erase(), text: m.snap_consent_erase_text() }
	];
}

/** Requests whose report was taken: their page is the receipt. */
const sent = new WeakSet<App.Locals>();

/** As whom somebody signed in reports; other staff report as citizens do. */
function reporter({ staff, language }: App.Locals): { id: string; name: string; role: string } | null {
	if (!staff || !hasRole(staff, ...reporters)) return null;
	const held = staff.roles.find(({ role }) => reporters.some((one) => one === role));
	return { id: staff.id, name: staff.name, role: held ? localName(held, language) : '' };
}
const reporters = ['volunteer', 'inspector', 'registrar'] as const;

export const actions: Actions = {
	find: ({ request, locals, getClientAddress }) =>
		refusing(locals, async () => {
			const found = await findStreets(await readForm(request), getClientAddress());
			return { refusal: inWords(found, locals) };
		}),

	send: ({ request, locals, getClientAddress }) =>
		refusing(locals, async () => {
			const result = await sendForm(await readForm(request), getClientAddress());
			if ('receipt' in result) {
				sent.add(locals);
				return { receipt: result.receipt };
			}
			const { refusal } = result;
			if (refusal.errors.form === 'sent_already') refusal.values.id = uuidv7();
			return fail(refusal.status, { refusal: inWords(refusal, locals) });
		})
};

/** Stable words become sentences in the reader's language. */
function inWords(refusal: SnapRefusal, locals: App.Locals) {
	const errors = Object.fromEntries(
		Object.entries(refusal.errors).map(([field, code]) => [
			field,
			problemSentence(code, locals.language, refusal.detail)
		])
	);
	return { values: refusal.values, streets: refusal.streets, errors: errors as SnapRefusal['errors'] };
}

async function refusing<T>(locals: App.Locals, work: () => Promise<T>) {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof ApiProblem)) throw error;
		const errors: SnapRefusal['errors'] = {
			form: problemSentence(error.code, locals.language, error.detail)
		};
		return fail(error.status, { refusal: { values: null, streets: [], errors } });
	}
}
