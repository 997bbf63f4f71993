import { fail, type Actions, type RequestEvent } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import type { FollowAnswer } from '#lib/reports/follow-answer.ts';
import type { Asker } from '#lib/reports/follow-tries.server.ts';
import { answerClosure, followReport } from '#lib/reports/follow.server.ts';
import { fieldErrors, problemSentence } from '#lib/reports/problem-document.ts';
import { intakeCity } from '#lib/reports/reports.server.ts';
import { addContact, eraseContacts, readContact, updateChannels } from '#lib/reports/updates.server.ts';
import { readForm } from '#server/form.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store' });
	const { name, name_en, is_demo, time_zone } = await intakeCity();
	return { city: { name, name_en, is_demo, timeZone: time_zone }, channels: updateChannels() };
};

export const actions: Actions = {
	follow: (event) => answering(event, 'code', async ({ asker }) => ({ followed: await followReport(asker) })),

	answer: (event) =>
		answering(event, 'answer', async ({ asker, form, kept }) => {
			const solved = form.get('solved');
			const requestId = kept.requestId ?? '';
			if (solved !== 'yes' && solved !== 'no') throw new ApiProblem(422, 'answer_needed');
			if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(requestId))
				throw new ApiProblem(422, 'bad_request');
			const isSolved = solved === 'yes';
			// Kept for the next try, so that a photo that has arrived need not be chosen again.
			if (!isSolved) kept.photo = (await takePhoto(form, asker.address)) ?? kept.photo;
			const photo = kept.photo ?? null;
			const followed = await answerClosure(asker, { isSolved, requestId, photo });
			if (photo && !isSolved) photoIntake().named([photo]);
			return { followed, answered: solved };
		}),

	subscribe: (event) =>
		answering(event, 'updates', async ({ asker, form }) => {
			const kind = textOf(form, 'kind');
			const contact = readContact(kind, textOf(form, kind === 'email' ? 'email' : 'contact', 4000));
			return { followed: await addContact(asker, contact, event.locals.language), added: contact.kind };
		}),

	erase: (event) =>
		answering(event, 'updates', async ({ asker }) => {
			await eraseContacts(asker);
			return { followed: await followReport(asker), hasErased: true };
		})
};

interface Asked {
	asker: Asker;
	form: FormData;
	/** What the next try of the same form takes up again. */
	kept: { requestId?: string; photo?: string };
}

/**
 * Code and PIN travel in the body and come back in the page, never in an address. Whatever is refused below the report is
 * answered with the report as it stands now.
 */
async function answering(
	event: RequestEvent,
	where: FollowAnswer['where'],
	work: (asked: Asked) => Promise<Partial<FollowAnswer>>
) {
	const asker: Asker = { code: '', pin: '', address: event.getClientAddress() };
	const kept: Asked['kept'] = {};
	try {
		const form = await readForm(event.request);
		asker.code = textOf(form, 'code');
		asker.pin = textOf(form, 'pin');
		kept.requestId = textOf(form, 'request_id');
		const sha256 = textOf(form, 'photo_sha256');
		if (/^[0-9a-f]{64}$/.test(sha256)) kept.photo = sha256;
		const answer = await work({ asker, form, kept });
		// The next answer is another one: a case may be closed and disputed twice.
		return answerOf(asker, where, { ...answer, requestId: crypto.randomUUID() });
	} catch (error) {
		if (!(error instanceof ApiProblem)) throw error;
		const field = fieldErrors(error)[0]?.pointer.slice(1) ?? 'form';
		const isAboutCode = where === 'code' || error.code === 'code_or_pin_wrong' || /^(code|pin)$/.test(field);
		const followed =
			isAboutCode || !asker.code ? undefined : await followReport(asker).catch(() => undefined);
		const problem = sentenceOf(error, event.locals.language);
		return fail(error.status, answerOf(asker, where, { field, problem, followed, ...kept }));
	}
}

function answerOf(
	{ code, pin }: Asker,
	where: FollowAnswer['where'],
	more: Partial<FollowAnswer>
): FollowAnswer {
	return { code, pin, where, ...more };
}

/** Whoever has to wait is told how long. */
function sentenceOf({ status, code, detail }: ApiProblem, locale: App.Locals['language']): string {
	if (status !== 429 || code.startsWith('photo')) return problemSentence(code, locale, detail);
	const minutes = Math.max(1, Math.ceil(Number(detail.retry_after ?? 60) / 60));
	return problemSentence('too_many_tries', locale, { minutes });
}

/** The photo itself, from a page without scripts; null when there is none. */
async function takePhoto(form: FormData, address: string): Promise<string | null> {
	const photo = form.get('photo');
	if (!(photo instanceof Blob) || photo.size === 0) return null;
	try {
		return (await photoIntake().receive(photo.stream(), null, photo.size, address)).sha256;
	} catch (error) {
		if (!(error instanceof ApiProblem)) throw error;
		throw new ApiProblem(error.status, error.code, { ...error.detail, field: 'photo' });
	}
}

function textOf(form: FormData, name: string, longest = 300): string {
	const value = form.get(name);
	return typeof value === 'string' ? value.slice(0, longest) : '';
}
