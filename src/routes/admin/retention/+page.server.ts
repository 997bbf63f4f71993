import { call, staffClient } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface Rule {
	kind: string;
	name: string;
	name_en: string;
	basis: string;
	basis_en: string;
	days: number;
	least_days: number;
	most_days: number;
	due: number;
	last_sweep: string | null;
	erased: number;
}

/** The data officer reads it, administrators change it. */
export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, ['admin', 'data_officer']);
	const client = staffClient(staff.accessToken);
	const [{ rules, sweeps }, city] = await Promise.all([
		call<{ rules: Rule[]; sweeps: { kind: string; swept_at: string; days: number; erased: number }[] }>(
			client,
			'retention'
		),
		call<{ time_zone: string }>(client, 'city')
	]);
	return { rules, sweeps, timeZone: city.time_zone, mayChange: hasRole(staff, 'admin') };
};

export const actions: Actions = {
	default: (event) =>
		answering(event, async (words, client) => {
			const { due } = await call<{ due: number }>(client, 'set_retention', {
				kind: words.kind ?? '',
				days: /^\d{1,5}$/.test(words.days ?? '') ? Number(words.days) : null
			});
			return { said: m.retention_saved({ count: due }) };
		})
};
