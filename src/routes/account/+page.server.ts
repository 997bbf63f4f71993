import { redirect } from '@sveltejs/kit';
import { call, staffClient } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { closeStreamsOf } from '#lib/live/stream.server.ts';
import { readAccount, requireAccount } from '#lib/staff/account.server.ts';
import { isPersona } from '#lib/staff/personas.ts';
import { forgetPeople, stepAddress } from '#lib/staff/session.server.ts';
import { answering } from './account.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const session = requireAccount(event);
	const step = stepAddress(event, '');
	if (step) redirect(303, step);
	return {
		account: await readAccount(session),
		isDemoPerson: isPersona(session.id),
		isChanged: event.url.searchParams.get('changed') === 'password'
	};
};

export const actions: Actions = {
	/** Ends one session of one's own; without an id all others. */
	end: (event) =>
		answering(event, async (words, { accessToken }) => {
			const id = words('id') || null;
			const { ended } = await call<{ ended: number }>(staffClient(accessToken), 'end_sessions', {
				session: id
			});
			if (id) closeStreamsOf(id);
			forgetPeople();
			return { said: m.account_sessions_ended({ n: ended }) };
		}),

	noticed: (event) =>
		answering(event, async (_, { accessToken }) => {
			await call(staffClient(accessToken), 'notice_sessions');
			return { said: m.account_noticed() };
		})
};
