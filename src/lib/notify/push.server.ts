import webPush from 'web-push';
import { isPushService, type PushAddress } from './contact.ts';
import type { Outcome } from './deliveries.server.ts';
import type { PushMessage } from './push-event.ts';
import type { PushSettings } from './settings.server.ts';

/** A phone that was off for three days looks for itself. */
const KEEP_S = 3 * 86_400;

/**
 * Hands one message to a browser's push service: encrypted for that browser alone (RFC 8291), signed with our VAPID key
 * (RFC 8292). The library makes the request and we send it: with a time limit of our own, to known hosts only, and
 * without following anybody elsewhere.
 */
export async function sendPush(
	address: PushAddress,
	message: PushMessage,
	/** The same for every message that should replace the one before on a device that was off. */
	topic: string,
	settings: PushSettings,
	limitMs: number
): Promise<Outcome> {
	const { publicKey, privateKey, subject, hosts } = settings;
	if (!isPushService(address.endpoint, hosts)) return { outcome: 'failed', why: 'host_not_listed' };
	let request: webPush.RequestDetails;
	try {
		request = webPush.generateRequestDetails(address, JSON.stringify(message), {
			vapidDetails: { publicKey, privateKey, subject },
			TTL: KEEP_S,
			urgency: 'normal',
			topic
		});
	} catch {
		// Keys that are no point on the curve: no later try will do better.
		return { outcome: 'gone', why: 'keys_unusable' };
	}
	const headers = new Headers();
	for (const [name, value] of Object.entries(request.headers)) {
		if (name.toLowerCase() !== 'content-length') headers.set(name, String(value));
	}
	try {
		const response = await fetch(request.endpoint, {
			method: 'POST',
			headers,
			body: new Uint8Array(request.body ?? []),
			redirect: 'manual',
			signal: AbortSignal.timeout(limitMs)
		});
		await response.body?.cancel();
		if (response.ok) return { outcome: 'sent' };
		return {
			outcome: [404, 410].includes(response.status) ? 'gone' : 'failed',
			why: `status_${response.status}`
		};
	} catch (error) {
		return { outcome: 'failed', why: (error as Error).name === 'TimeoutError' ? 'too_slow' : 'unreachable' };
	}
}
