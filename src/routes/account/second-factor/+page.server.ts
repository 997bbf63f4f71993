import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import {
	beginFactor,
	dropFactors,
	proveFactor,
	type NewFactor
} from '#lib/database/second-factors.server.ts';
import { m } from '#lib/i18n/messages.ts';
import {
	countedCode,
	dropRecoveryCodes,
	giveRecoveryCodes,
	isPassword,
	readAccount,
	refusePersona,
	requireAccount,
	tokensOf,
	type Account
} from '#lib/staff/account.server.ts';
import { isPersona } from '#lib/staff/personas.ts';
import { forgetPeople, safeNext, stepAddress, takeSeat } from '#lib/staff/session.server.ts';
import type { Session } from '#lib/staff/staff.ts';
import { answering, type Words } from '../account.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const session = requireAccount(event);
	const next = safeNext(event.url.searchParams.get('next'), '');
	if (session.step === 'code' || session.step === 'password') redirect(303, stepAddress(event, next)!);
	const { second_factor } = await readAccount(session);
	return {
		factor: second_factor,
		isDue: session.step === 'enrol',
		isLost: event.url.searchParams.has('lost'),
		isDemoPerson: isPersona(session.id),
		next
	};
};

export const actions: Actions = {
	begin: (event) =>
		answering(event, async (_, session) => {
			const { name, login } = await readable(event, session);
			return { begun: await beginFactor(tokensOf(event), m.shell_name(), login ?? name) };
		}),

	/** Switches the factor on: whoever can read a code from the app will be able to tomorrow, too. */
	confirm: (event) =>
		answering(event, async (words, session) => {
			await readable(event, session);
			const begun: NewFactor = { id: words('factor'), secret: words('secret'), uri: words('uri') };
			const tokens = await countedCode(session, () =>
				proveFactor(tokensOf(event), words('code').replaceAll(/\s/g, ''), begun.id)
			);
			if (tokens === 'locked') return fail(429, { begun, problem: m.shell_sign_in_locked() });
			if (tokens === 'wrong') return fail(422, { begun, problem: m.account_code_wrong() });
			// The codes first: whoever is let in has them.
			const codes = await giveRecoveryCodes(session.id);
			await takeSeat(event, tokens);
			return { codes, said: m.account_factor_on() };
		}),

	codes: (event) =>
		answering(event, async (words, session) => {
			const refused = await refuseStranger(event, session, words);
			if (refused) return refused;
			return { codes: await giveRecoveryCodes(session.id), said: m.account_codes_new() };
		}),

	off: (event) =>
		answering(event, async (words, session) => {
			const refused = await refuseStranger(event, session, words);
			if (refused) return refused;
			await dropFactors(session.id);
			await dropRecoveryCodes(session.id);
			forgetPeople();
			return { said: m.account_factor_off() };
		})
};

/** The account, of somebody who is past the code and no demo person. */
async function readable(event: RequestEvent, session: Session): Promise<Account> {
	refusePersona(session);
	const account = await readAccount(session);
	if (account.step === 'code' || account.step === 'password')
		redirect(303, stepAddress(event, '') ?? '/sign-in');
	return account;
}

/** Whoever finds a desk open still has to know the password. */
async function refuseStranger(event: RequestEvent, session: Session, words: Words) {
	const account = await readable(event, session);
	const known = await isPassword(event, account.login ?? '', words('password'));
	if (known === 'locked') return fail(429, { problem: m.shell_sign_in_locked() });
	return known === 'wrong' ? fail(422, { problem: m.account_password_old_wrong() }) : null;
}
