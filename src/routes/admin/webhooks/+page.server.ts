import { fail } from '@sveltejs/kit';
import { readCity } from '#lib/cases/cases.server.ts';
import { call } from '#lib/database/client.server.ts';
import { getHome } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { formatNumber, m } from '#lib/i18n/messages.ts';
import { newSigningSecret, sealSigningSecret } from '#lib/notify/webhook-sealing.server.ts';
import { webhookFault } from '#lib/notify/webhooks.server.ts';
import { notifySettings } from '#lib/notify/settings.server.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { readForm } from '#server/form.ts';
import { administrator, answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface Webhook {
	id: string;
	name: string;
	url: string;
	kinds: string[];
	is_active: boolean;
	created_at: string;
	waiting: number;
	sent: number;
	gave_up: number;
}
interface Delivery {
	id: string;
	webhook_id: string;
	position: number;
	kind: string;
	state: 'waiting' | 'sent' | 'gave_up';
	attempts: number;
	last_try_at: string | null;
	next_try_at: string;
	last_outcome: string | null;
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [list, { time_zone }] = await Promise.all([
		call<{ kinds: string[]; webhooks: Webhook[]; deliveries: Delivery[] }>(client, 'webhooks', {}),
		readCity()
	]);
	return { ...list, timeZone: time_zone, mayBePrivate: notifySettings().webhooks.mayBePrivate };
};

const faults = {
	bad_address: m.hooks_bad_address,
	https_needed: m.hooks_https_needed,
	private_address: m.hooks_private_address
};

export const actions: Actions = {
	add: async (event) => {
		const { client } = administrator(event);
		const typed = { name: '', url: '', kinds: [] as string[] };
		try {
			const form = await readForm(event.request);
			typed.name = String(form.get('name') ?? '').slice(0, 80);
			typed.url = String(form.get('url') ?? '')
				.slice(0, 500)
				.trim();
			typed.kinds = form.getAll('kinds').filter((kind) => typeof kind === 'string');
			const fault = await webhookFault(typed.url);
			if (fault) return fail(422, { problem: faults[fault](), typed });
			const secret = newSigningSecret();
			const sealed_secret = sealSigningSecret(getHome().secret, secret);
			await call(client, 'set_webhook', { webhook: { ...typed, sealed_secret } });
			return { secret };
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			const sentence = problemSentence(problem.code, event.locals.language);
			return fail(problem.status >= 500 ? 503 : problem.status, { problem: sentence, typed });
		}
	},

	/** Pauses it or lets it send again. */
	switch: (event) =>
		answering(event, async ({ id = '', is_active }, client) => {
			const { webhooks } = await call<{ webhooks: Webhook[] }>(client, 'webhooks', {});
			const kinds = webhooks.find((one) => one.id === id)?.kinds;
			if (!kinds) throw new ApiProblem(404, 'not_found');
			await call(client, 'set_webhook', { webhook: { id, kinds, is_active: is_active === 'yes' } });
			return { said: m.admin_saved() };
		}),

	/** Another secret: what was signed with the one before is not believed any more. */
	secret: (event) =>
		answering(event, async ({ id = '' }, client) => {
			const { webhooks } = await call<{ webhooks: Webhook[] }>(client, 'webhooks', {});
			const kinds = webhooks.find((one) => one.id === id)?.kinds;
			if (!kinds) throw new ApiProblem(404, 'not_found');
			const secret = newSigningSecret();
			const sealed_secret = sealSigningSecret(getHome().secret, secret);
			await call(client, 'set_webhook', { webhook: { id, kinds, sealed_secret } });
			return { secret };
		}),

	retry: (event) =>
		answering(event, async ({ id = '' }, client) => {
			const { waiting } = await call<{ waiting: number }>(client, 'retry_webhook', { webhook_id: id });
			return { said: m.hooks_retried({ count: formatNumber(waiting) }) };
		})
};
