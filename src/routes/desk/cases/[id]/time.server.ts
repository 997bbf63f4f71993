import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { askRequest, decideFlag, decideRequest, withdrawRequest } from '#lib/cases/case-time.server.ts';
import { readCity } from '#lib/cases/cases.server.ts';
import { backTo, deskRoles } from '#lib/cases/desk.server.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { instantIn, isUuid, typedIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';

/** Runs one form of the case's time: what is refused comes back beside it, with what was typed; what is done shows the case again. */
async function answering(
	event: RequestEvent,
	about: string,
	work: (accessToken: string, id: string, form: FormData) => Promise<unknown>
) {
	const { accessToken } = requireStaff(event, deskRoles);
	const { id } = event.params;
	let form = new FormData();
	try {
		form = await readForm(event.request);
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		await work(accessToken, id, form);
	} catch (problem) {
		// A case that was handed back may be out of sight for whoever approved it.
		if (!(problem instanceof ApiProblem)) throw problem;
		return fail(problem.status, {
			refusal: refusalOf(problem, `time:${about}`, typedIn(form), event.locals.language)
		});
	}
	redirect(303, backTo(event.url, `/desk/cases/${id}`));
}

const requestOf = (form: FormData): string => {
	const id = uuidOf(form, 'id');
	if (!id) throw new ApiProblem(404, 'not_found');
	return id;
};
const saidIn = (form: FormData) => ({
	reason_code: wordsOf(form, 'reason_code'),
	note: wordsOf(form, 'note'),
	request_id: uuidOf(form, 'request_id')
});

/** What is asked for and decided about a case's time, from the case's page. */
export const timeActions = {
	timeAsk: (event: RequestEvent) =>
		answering(event, 'ask', async (accessToken, id, form) => {
			const { time_zone } = await readCity();
			const [hours, review] = [wordsOf(form, 'hours'), wordsOf(form, 'review_at')];
			await askRequest(accessToken, id, {
				kind: wordsOf(form, 'kind') ?? '',
				details: {
					...(hours !== null && { hours: hours.normalize('NFKC').replace(',', '.') }),
					...(review !== null && { review_at: instantIn(time_zone, review) ?? '' }),
					...(form.get('stops_clock') === 'yes' && { stops_clock: true })
				},
				...saidIn(form)
			});
		}),

	timeApprove: (event: RequestEvent) =>
		answering(event, 'approve', (accessToken, _, form) =>
			decideRequest(accessToken, requestOf(form), { approve: true, ...saidIn(form) })
		),

	timeDecline: (event: RequestEvent) =>
		answering(event, 'decline', (accessToken, _, form) =>
			decideRequest(accessToken, requestOf(form), { approve: false, ...saidIn(form) })
		),

	timeWithdraw: (event: RequestEvent) =>
		answering(event, 'withdraw', (accessToken, _, form) => withdrawRequest(accessToken, requestOf(form))),

	timeFlag: (event: RequestEvent) =>
		answering(event, 'flag', (accessToken, id, form) =>
			decideFlag(accessToken, id, { decision: wordsOf(form, 'decision') ?? '', ...saidIn(form) })
		)
};
