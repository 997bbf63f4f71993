import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { readCity } from '#lib/cases/cases.server.ts';
import { backTo, deskRoles } from '#lib/cases/desk.server.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { isUuid, typedIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readAct, readSubjectForm } from '#lib/enforcement/act-form.ts';
import { linkCase, recordAct, unlinkCase } from '#lib/enforcement/enforcement.server.ts';
import { reveal, seal } from '#lib/particulars/particulars.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';

/** Plates and names that were typed do not come back into a page: they are typed again. */
const secret = ['plate', 'addressee', 'witness'];

/** Runs one form of the panel: what is refused comes back beside it, with what was typed. */
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
		for (const name of secret) delete typed[name];
		return fail(problem.status, { refusal: refusalOf(problem, about, typed, event.locals.language) });
	}
}

const backToCase = (event: RequestEvent) =>
	redirect(303, backTo(event.url, `/desk/cases/${event.params.id}`));

/** What is done at the kerb, from the case's page. */
export const kerbActions = {
	kerbAct: async (event: RequestEvent) => {
		const refused = await answering(event, 'kerb:act', async (accessToken, id, form) => {
			const { time_zone } = await readCity();
			const act = readAct(form, time_zone, seal);
			const { late, in_sight } = await recordAct(accessToken, id, act, uuidOf(form, 'request_id'));
			// The case has gone to another unit: its page would not open, but what was done is there beside what they do.
			if (late && !in_sight) redirect(303, '/desk?list=cases&kept=late');
		});
		return refused ?? backToCase(event);
	},

	kerbLink: async (event: RequestEvent) => {
		const refused = await answering(event, 'kerb:link', async (accessToken, id, form) => {
			await linkCase(accessToken, id, readSubjectForm(form, seal));
		});
		return refused ?? backToCase(event);
	},

	kerbUnlink: async (event: RequestEvent) => {
		const refused = await answering(event, 'kerb:unlink', async (accessToken, _, form) => {
			await unlinkCase(accessToken, uuidOf(form, 'link_id') ?? '00000000-0000-0000-0000-000000000000');
		});
		return refused ?? backToCase(event);
	},

	kerbReveal: (event: RequestEvent) =>
		answering(event, 'kerb:reveal', async (accessToken, _, form) => ({
			revealed: await reveal(
				accessToken,
				uuidOf(form, 'particular_id') ?? '00000000-0000-0000-0000-000000000000',
				wordsOf(form, 'reason_code'),
				wordsOf(form, 'note')
			)
		}))
};
