import { fail } from '@sveltejs/kit';
import { call } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { forgetPeople } from '#lib/staff/session.server.ts';
import { administrator, answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

const numbers = [
	'grace_days',
	'free_tries',
	'window_minutes',
	'first_wait_s',
	'longest_wait_s',
	'network_tries',
	'idle_hours',
	'longest_hours'
] as const;
type Rules = Record<(typeof numbers)[number], number> & {
	second_factor: boolean | null;
	is_demanded: boolean;
};

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	return { rules: await call<Rules>(client, 'sign_in_rules') };
};

export const actions: Actions = {
	default: (event) =>
		answering(event, async (words, client) => {
			const wanted = Object.fromEntries(numbers.map((name) => [name, Number(words[name] || Number.NaN)]));
			if (!Object.values(wanted).every(Number.isInteger))
				return fail(422, { problem: m.account_rules_bad(), words });
			const choice = { on: true, off: false }[words.second_factor ?? ''] ?? null;
			await call(client, 'set_sign_in_rules', { rules: { ...wanted, second_factor: choice } });
			forgetPeople();
			return { said: m.admin_saved() };
		})
};
