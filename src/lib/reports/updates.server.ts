// News of a report for whoever asked for it: what may be asked for here, keeping it sealed, and writing what is sent.
import { call, serviceClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m, type Locale } from '#lib/i18n/messages.ts';
import { readEmail, readPushAddress, type Contact } from '#lib/notify/contact.ts';
import { Deliveries, LIMIT_MS, type Delivery, type Outcome } from '#lib/notify/deliveries.server.ts';
import { sendMail, type Letter } from '#lib/notify/mail.server.ts';
import type { PushMessage } from '#lib/notify/push-event.ts';
import { sendPush } from '#lib/notify/push.server.ts';
import { readStopToken, sealContact, stopToken, unsealContact } from '#lib/notify/sealing.server.ts';
import { notifySettings } from '#lib/notify/settings.server.ts';
import { log, writeLog } from '#server/log.ts';
import { addressOf, getSettings } from '#server/settings.ts';
import { takeToken } from './admission.server.ts';
import { showCode } from './codes.ts';
import type { Followed } from './follow.ts';
import { proving } from './follow.server.ts';
import type { Asker } from './follow-tries.server.ts';
import { stepSentence } from './follow-words.ts';

/** What a page may offer: nothing where nothing is set up. */
export interface UpdateChannels {
	/** The key browsers ask for before they let us send to them. */
	pushKey: string | null;
	hasEmail: boolean;
}

export function updateChannels(): UpdateChannels {
	const { push, mail } = notifySettings();
	return { pushKey: push?.publicKey ?? null, hasEmail: mail !== null };
}

/** What somebody entered, as an address we can send to; refused with the field it is about. */
export function readContact(kind: string, typed: string): Contact {
	const { push, mail } = notifySettings();
	if (kind === 'email' && mail) {
		const email = readEmail(typed);
		if (!email) throw new ApiProblem(422, 'bad_email', { field: 'email' });
		return { kind, email };
	}
	if (kind === 'push' && push) {
		const address = readPushAddress(typed, push.hosts);
		if (!address) throw new ApiProblem(422, 'push_service_unknown', { field: 'contact' });
		return { kind, push: address };
	}
	throw new ApiProblem(422, 'updates_off', { field: 'contact' });
}

/** Seals the contact with the code it is for (the PIN is never kept) and keeps it. Adding the same again is one. */
export async function addContact(
	asker: Asker,
	contact: Contact,
	language: Locale,
	home: Home = getHome()
): Promise<Followed> {
	await takeToken('contact', asker.address, home);
	return proving(
		asker,
		'add_contact',
		({ code }) => ({ kind: contact.kind, sealed: sealContact(home.secret, { code, contact }), language }),
		home
	);
}

export async function eraseContacts(asker: Asker, home: Home = getHome()): Promise<number> {
	return (await proving<{ erased: number }>(asker, 'erase_contacts', undefined, home)).erased;
}

/** Whether a "no more of these" link is one of ours. It may have reached somebody who has neither code nor PIN. */
export function isStopToken(token: string, home: Home = getHome()): boolean {
	return readStopToken(home.secret, token) !== null;
}

export async function stopUpdates(token: string, home: Home = getHome()): Promise<void> {
	const contact_id = readStopToken(home.secret, token);
	if (!contact_id) throw new ApiProblem(404, 'not_found');
	await call(serviceClient(home), 'erase_contact', { contact_id });
}

/** The e-mail about one step. Number, step, link; the PIN is what the reader has. */
export function letterOf(delivery: Delivery, code: string, to: string, site: string, secret: Buffer): Letter {
	const { id, number, step, contact_id } = delivery;
	const options = { locale: localeOf(delivery) };
	const url = `${site}/track#${showCode(code)}`;
	const stopUrl = contact_id ? `${site}/track/stop/${stopToken(secret, contact_id)}` : null;
	return {
		id,
		to,
		stopUrl,
		subject: m.track_news_title({ number }, options),
		text: [
			m.track_news_lead({ number }, options),
			`    ${stepSentence(step, options.locale)}`,
			m.track_news_link({}, options) + '\n' + url,
			stopUrl ? m.track_news_stop({}, options) + '\n' + stopUrl : m.track_news_stop_by_hand({}, options),
			m.track_news_no_reply({}, options)
		].join('\n\n')
	};
}

/** What a phone shows, on its locked screen too. */
export function messageOf(delivery: Delivery, code: string): PushMessage {
	const locale = localeOf(delivery);
	return {
		title: m.track_news_title({ number: delivery.number }, { locale }),
		body: m.track_news_tap({}, { locale }),
		language: locale,
		tag: `report-${delivery.number}`,
		path: `/track#${showCode(code)}`
	};
}

function localeOf({ language }: Delivery): Locale {
	return language === 'en' ? 'en' : 'zh-CN';
}

async function send(delivery: Delivery, home: Home): Promise<Outcome> {
	const { push, mail } = notifySettings();
	const sealed = unsealContact(home.secret, delivery.sealed);
	// Sealed under a secret that is lost: nobody will ever read it again.
	if (!sealed) return { outcome: 'gone', why: 'unreadable' };
	const { code, contact } = sealed;
	if (contact.kind === 'email') {
		if (!mail) return { outcome: 'failed', why: 'not_configured' };
		const letter = letterOf(delivery, code, contact.email, addressOf(getSettings()), home.secret);
		return sendMail(letter, mail, LIMIT_MS);
	}
	if (!push) return { outcome: 'failed', why: 'not_configured' };
	// One undelivered message a report: a phone that was off shows the newest.
	const topic = delivery.sealed.slice(2, 34);
	return sendPush(contact.push, messageOf(delivery, code), topic, push, LIMIT_MS);
}

const key = Symbol.for('kerbside.updates');
const shared = globalThis as { [key]?: { home: Home; deliveries: Deliveries } };

/**
 * Sends what is due, from now until the server stops. Where nothing is set up, the database is still asked once an hour, so
 * that contacts from before go when they have served. Throws when a setting is not understood.
 */
export function startUpdates(home: Home = getHome()): void {
	const { push, mail } = notifySettings();
	if (shared[key]?.home === home) return;
	void shared[key]?.deliveries.stop();
	const isOn = push !== null || mail !== null;
	const client = serviceClient(home);
	const deliveries = new Deliveries(
		{
			claim: async (max_rows) =>
				(await call<{ deliveries: Delivery[] }>(client, 'claim_deliveries', { max_rows })).deliveries,
			done: (id, outcome) => call(client, 'delivery_done', { id, outcome }),
			send: (delivery) => send(delivery, home),
			onEvent: (listener) => (isOn ? home.onEvent(listener) : () => {}),
			log: writeLog
		},
		{ every: isOn ? 20_000 : 3_600_000 }
	);
	shared[key] = { home, deliveries };
	deliveries.start();
	if (isOn) log.info('updates_on', { push: push !== null, email: mail !== null });
}

/** Begins nothing more; what is being sent just now ends within its time limit or is sent again by the next start. */
export function endUpdates(): void {
	void shared[key]?.deliveries.stop();
	delete shared[key];
}
