import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { proveFactor } from '#lib/database/second-factors.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { countedCode, requireAccount, tokensOf, useRecoveryCode } from '#lib/staff/account.server.ts';
import { safeNext, stepAddress, takeSeat } from '#lib/staff/session.server.ts';
import type { Session } from '#lib/staff/staff.ts';
import { answering } from '../../account/account.server.ts';
import { startOf } from '../start.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const { step, name } = requireAccount(event);
	const next = safeNext(event.url.searchParams.get('next'), '');
	if (step !== 'code') redirect(303, stepAddress(event, next) ?? (next || startOf(event.locals.staff)));
	return { next, name };
};

export const actions: Actions = {
	code: (event) =>
		answering(event, async (words, session) => {
			passed(event, session, words('next'));
			const code = words('code').normalize('NFKC').replaceAll(/\s/g, '');
			const tokens = await countedCode(session, async () =>
				/^\d{6}$/.test(code) ? proveFactor(tokensOf(event), code) : null
			);
			if (tokens === 'locked') return fail(429, { problem: m.shell_sign_in_locked() });
			if (tokens === 'wrong') return fail(422, { problem: m.account_code_wrong() });
			await takeSeat(event, tokens);
			const next = safeNext(words('next'), startOf(event.locals.staff));
			redirect(303, stepAddress(event, next) ?? next);
		}),

	recovery: (event) =>
		answering(event, async (words, session) => {
			passed(event, session, words('next'));
			const used = await countedCode(session, () => useRecoveryCode(session, words('recovery')));
			if (used === 'locked') return fail(429, { isRecovery: true, problem: m.shell_sign_in_locked() });
			if (used === 'wrong') return fail(422, { isRecovery: true, problem: m.account_recovery_wrong() });
			await takeSeat(event, tokensOf(event));
			redirect(303, stepAddress(event, '') ?? '/account/second-factor?lost');
		})
};

function passed(event: RequestEvent, { step }: Session, next: string): void {
	if (step !== 'code') redirect(303, stepAddress(event, '') ?? safeNext(next, startOf(event.locals.staff)));
}
