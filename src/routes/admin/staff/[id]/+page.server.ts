import { error, fail } from '@sveltejs/kit';
import { dayAfter, readDay, startOfDay } from '#lib/city/office/cells.ts';
import { call } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { dropFactors, setPassword } from '#lib/database/second-factors.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { makePassword } from '#lib/staff/password.ts';
import { isPersona } from '#lib/staff/personas.ts';
import { forgetPeople } from '#lib/staff/session.server.ts';
import { administrator, answering } from '../../admin.server.ts';
import type { Holds, PersonRole, TendedAccount } from './person.server.ts';
import type { Actions, PageServerLoad } from './$types';

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

export const load: PageServerLoad = async (event) => {
	const { client, staff: me } = administrator(event);
	const { id } = event.params;
	const account = isId(id) ? await call<TendedAccount | null>(client, 'account_of', { staff: id }) : null;
	if (!account) error(404, { message: m.shell_error_404(), code: 'not_found' });
	const [{ roles }, holds, { time_zone }] = await Promise.all([
		call<{ roles: PersonRole[] }>(client, 'staff_roles', { staff_id: id }),
		call<Holds>(client, 'staff_holds', { staff_id: id }),
		call<{ time_zone: string }>(client, 'city')
	]);
	return {
		account,
		roles,
		holds,
		isMe: account.id === me.id,
		isDemoPerson: isPersona(account.id),
		timeZone: time_zone
	};
};

/** The database judges and writes down first; what follows at the auth service is only then done. */
const tend = (what: string, then: (staff: string) => Promise<{ said: string; password?: string }>) =>
	((event) =>
		answering(event, async (_, client) => {
			const staff = event.params.id ?? '';
			if (!isId(staff)) throw new ApiProblem(404, 'not_found');
			if (what !== 'lift_lock' && what !== 'end_sessions' && isPersona(staff))
				throw new ApiProblem(409, 'not_for_demo_people');
			await call(client, 'tend_account', { staff, what });
			forgetPeople();
			return then(staff);
		})) satisfies Actions[string];

export const actions: Actions = {
	dates: (event) =>
		answering(event, async (words, client) => {
			const from = words.from ? readDay(words.from) : null;
			const until = words.until ? readDay(words.until) : null;
			if (from === undefined || until === undefined)
				return fail(422, { problem: m.admin_staff_bad_day(), words });
			const { time_zone } = await call<{ time_zone: string }>(client, 'city');
			await call(client, 'set_role_dates', {
				role_id: Number(words.role_id),
				valid_from: from ? startOfDay(from, time_zone) : null,
				valid_to: until ? startOfDay(dayAfter(until), time_zone) : null
			});
			return { said: m.admin_saved() };
		}),

	active: (event) =>
		answering(event, async (words, client) => {
			const isActive = words.is_active === 'yes';
			await call(client, 'set_staff_active', { staff_id: event.params.id!, is_active: isActive });
			return { said: isActive ? m.people_reactivated() : m.people_deactivated() };
		}),

	lift: tend('lift_lock', async () => ({ said: m.account_lock_lifted() })),

	lost: tend('end_sessions', async () => ({ said: m.account_phone_revoked() })),

	reset: tend('reset_password', async (staff) => {
		const password = makePassword();
		await setPassword(staff, password);
		return { said: m.account_password_reset_done(), password };
	}),

	drop: tend('drop_factor', async (staff) => {
		await dropFactors(staff);
		return { said: m.account_factor_dropped() };
	})
};
