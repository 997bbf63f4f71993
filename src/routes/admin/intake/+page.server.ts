import { call } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { administrator, answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface Limit {
	kind: string;
	capacity: number;
	per_hour: number;
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	return call<{ limits: Limit[] }>(client, 'intake_limits');
};

export const actions: Actions = {
	default: (event) =>
		answering(event, async (words, client) => {
			const { limits } = await call<{ limits: Limit[] }>(client, 'intake_limits');
			const numberOf = (name: string) => Number((words[name] ?? '').replaceAll(/[,，\s]/g, '') || Number.NaN);
			const wanted = limits.map(({ kind }) => ({
				kind,
				capacity: numberOf(`${kind}_capacity`),
				per_hour: numberOf(`${kind}_per_hour`)
			}));
			const isSound = wanted.every(
				({ capacity, per_hour }) => capacity >= 1 && capacity <= 1e6 && per_hour >= 0.1 && per_hour <= 1e7
			);
			if (!isSound) return { problem: m.admin_intake_bad_number(), words };
			await call(client, 'set_intake_limits', { limits: wanted });
			return { said: m.admin_saved() };
		})
};
