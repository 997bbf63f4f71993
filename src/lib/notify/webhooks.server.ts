// What happens, told to other systems of the city: signed, without anything personal, again and again until it is taken.
import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { secretsOf } from '#lib/particulars/particulars.server.ts';
import { writeLog } from '#server/log.ts';
import { Deliveries, type Outcome } from './deliveries.server.ts';
import { notifySettings } from './settings.server.ts';
import { addressFault, hostOf, isPrivateAddress } from './webhook-address.ts';
import { openSigningSecret, signatureOf } from './webhook-sealing.server.ts';

/** What `api.claim_webhooks` hands out. The event holds ids, numbers and codes. */
export interface WebhookDelivery {
	id: string;
	url: string;
	sealed_secret: string;
	attempt: number;
	event: { position: number; kind: string; at: string } & Record<string, unknown>;
}

/** Well below the minute for which a delivery is ours. */
const LIMIT_MS = 10_000;

export interface Sending {
	secrets: readonly Buffer[];
	/** Addresses of the city's own network may be called. */
	mayBePrivate: boolean;
	limitMs?: number;
	now?: () => number;
}

/** Sends one, to the address that was looked at and nowhere else: no redirect is followed, no answer is read. */
export async function sendWebhook(delivery: WebhookDelivery, sending: Sending): Promise<Outcome> {
	const { secrets, mayBePrivate, limitMs = LIMIT_MS, now = Date.now } = sending;
	const fault = addressFault(delivery.url, mayBePrivate);
	if (fault) return { outcome: 'failed', why: fault };
	const signing = openSigningSecret(secrets, delivery.sealed_secret);
	if (signing === null) return { outcome: 'failed', why: 'secret_unreadable' };
	const url = new URL(delivery.url);
	const body = JSON.stringify({ id: delivery.id, ...delivery.event });
	const timestamp = String(Math.floor(now() / 1000));
	const options: RequestOptions = {
		method: 'POST',
		// A connection of its own: one that was kept might lead where its name does not lead any more.
		agent: false,
		signal: AbortSignal.timeout(limitMs),
		lookup: mayBePrivate ? undefined : publicLookup,
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'content-length': Buffer.byteLength(body),
			'user-agent': 'Kerbside-Webhook/1',
			'kerbside-event': delivery.event.kind,
			// The same at every try: a receiver that has it already may leave the others.
			'kerbside-delivery': delivery.id,
			'kerbside-attempt': String(delivery.attempt),
			'kerbside-timestamp': timestamp,
			'kerbside-signature': signatureOf(signing, timestamp, body)
		}
	};
	try {
		const status = await post(url, options, body);
		return status >= 200 && status < 300
			? { outcome: 'sent', why: `status_${status}` }
			: { outcome: 'failed', why: `status_${status}` };
	} catch (error) {
		return { outcome: 'failed', why: whyOf(error as NodeJS.ErrnoException) };
	}
}

function post(url: URL, options: RequestOptions, body: string): Promise<number> {
	return new Promise((resolve, reject) => {
		const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
			resolve(response.statusCode ?? 0);
			response.destroy();
		});
		request.on('error', reject);
		request.end(body);
	});
}

/** The name's addresses at the moment of connecting, all of them public: a name may mean something else than when it was typed. */
export const publicLookup: NonNullable<RequestOptions['lookup']> = (hostname, options, callback) => {
	lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
		const first = addresses?.[0];
		if (error || !first) return callback(error ?? new Error('no address'), '', 0);
		if (addresses.some(({ address }) => isPrivateAddress(address)))
			return callback(Object.assign(new Error('private address'), { code: 'PRIVATE_ADDRESS' }), '', 0);
		if (options.all) return callback(null, addresses);
		callback(null, first.address, first.family);
	});
};

function whyOf({ name, code }: NodeJS.ErrnoException): string {
	if (code === 'PRIVATE_ADDRESS') return 'private_address';
	if (name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR') return 'too_slow';
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name_unknown';
	return /CERT|TLS|SSL/.test(code ?? '') ? 'certificate' : 'unreachable';
}

/** What is wrong with an address that was typed, its name's addresses included; null when nothing is. A name nobody knows yet is no fault. */
export async function webhookFault(typed: string): Promise<ReturnType<typeof addressFault>> {
	const { webhooks } = notifySettings();
	const fault = addressFault(typed, webhooks.mayBePrivate);
	if (fault || webhooks.mayBePrivate) return fault;
	const host = hostOf(new URL(typed));
	if (isIP(host)) return null;
	const addresses = await new Promise<LookupAddress[]>((resolve) =>
		lookUp(host, { all: true }, (error, found) => resolve(error ? [] : found))
	);
	return addresses.some(({ address }) => isPrivateAddress(address)) ? 'private_address' : null;
}

const key = Symbol.for('kerbside.webhooks');
const shared = globalThis as {
	[key]?: { home: Home; deliveries: Deliveries<WebhookDelivery & { kind: string }> };
};

/** Sends what is due, from now until the server stops. Any number of processes may: the database gives each delivery to one of them. */
export function startWebhooks(home: Home = getHome()): void {
	const { webhooks } = notifySettings();
	if (shared[key]?.home === home) return;
	void shared[key]?.deliveries.stop();
	const client = serviceClient(home);
	const deliveries = new Deliveries<WebhookDelivery & { kind: string }>(
		{
			claim: async (max_rows) => {
				const claimed = await call<{ deliveries: WebhookDelivery[] }>(client, 'claim_webhooks', { max_rows });
				return claimed.deliveries.map((one) => ({ ...one, kind: one.event.kind }));
			},
			done: (id, outcome, why) => call(client, 'webhook_done', { id, outcome, ...(why && { why }) }),
			send: (delivery) => sendWebhook(delivery, { secrets: secretsOf(home), ...webhooks }),
			onEvent: (listener) => home.onEvent(listener),
			log: writeLog
		},
		{ name: 'webhook' }
	);
	shared[key] = { home, deliveries };
	deliveries.start();
}

/** Begins nothing more; what is being sent just now ends within its time limit or is sent again by the next start. */
export function endWebhooks(): void {
	void shared[key]?.deliveries.stop();
	delete shared[key];
}
