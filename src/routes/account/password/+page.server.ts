import { fail, redirect } from '@sveltejs/kit';
import { changeOwnPassword, setPassword } from '#lib/database/second-factors.server.ts';
import { m } from '#lib/i18n/messages.ts';
import {
	isPassword,
	notePasswordChanged,
	readAccount,
	refusePersona,
	requireAccount,
	tokensOf
} from '#lib/staff/account.server.ts';
import { passwordFault, type PasswordFault } from '#lib/staff/password-rules.ts';
import { isPersona } from '#lib/staff/personas.ts';
import { safeNext, signOut, stepAddress } from '#lib/staff/session.server.ts';
import { answering } from '../account.server.ts';
import type { Actions, PageServerLoad } from './$types';

const faults: Record<PasswordFault, () => string> = {
	short: m.account_password_short,
	long: m.account_password_long,
	yours: m.account_password_own,
	common: m.account_password_common,
	monotonous: m.account_password_monotonous
};

export const load: PageServerLoad = async (event) => {
	const session = requireAccount(event);
	const next = safeNext(event.url.searchParams.get('next'), '');
	if (session.step === 'code') redirect(303, stepAddress(event, next)!);
	const { name, login } = await readAccount(session);
	return {
		owner: { name, login },
		isDue: session.step === 'password',
		isDemoPerson: isPersona(session.id),
		next
	};
};

export const actions: Actions = {
	change: (event) =>
		answering(event, async (words, session) => {
			refusePersona(session);
			const account = await readAccount(session);
			if (account.step === 'code') redirect(303, stepAddress(event, '') ?? '/sign-in/code');
			const [old, wanted] = [words('old'), words('new')];
			const fault = passwordFault(wanted, account);
			if (fault) return fail(422, { field: 'new', problem: faults[fault]() });
			if (wanted !== words('again'))
				return fail(422, { field: 'again', problem: m.account_password_differs() });
			if (old === wanted) return fail(422, { field: 'new', problem: m.account_password_same() });
			const known = await isPassword(event, account.login ?? '', old);
			if (known === 'locked') return fail(429, { problem: m.shell_sign_in_locked() });
			if (known === 'wrong') return fail(422, { field: 'old', problem: m.account_password_old_wrong() });

			const result = await changeOwnPassword(tokensOf(event), wanted);
			if (result === 'same') return fail(422, { field: 'new', problem: m.account_password_same() });
			if (result === 'weak') return fail(422, { field: 'new', problem: m.account_password_weak() });
			if (result === 'factor_needed') {
				// A recovery code has let them in, which the auth service knows nothing of: it ends this session, too.
				await setPassword(session.id, wanted);
				await notePasswordChanged(session);
				await signOut(event);
				redirect(303, '/sign-in');
			}
			await notePasswordChanged(session);
			redirect(303, safeNext(words('next'), '/account?changed=password'));
		})
};
