import webPush from 'web-push';
import { describe, expect, it } from 'vitest';
import { readNotifySettings } from './settings.server.ts';

const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const push = {
	VAPID_PUBLIC_KEY: publicKey,
	VAPID_PRIVATE_KEY: privateKey,
	VAPID_SUBJECT: 'mailto:office@city.example'
};
const mail = {
	SMTP_URL: 'smtps://bot:p%40ss@mail.city.example',
	MAIL_FROM: '街面 <noreply@city.example>'
};

function problemOf(environment: Record<string, string>): string {
	try {
		readNotifySettings(environment, environment.ORIGIN !== '');
	} catch (problem) {
		return (problem as Error).message;
	}
	return '';
}

describe('how people are told', () => {
	it('is off, and calls nobody, when nothing is set', () => {
		expect(readNotifySettings({ VAPID_SUBJECT: ' ' }, false)).toEqual({
			push: null,
			mail: null,
			webhooks: { mayBePrivate: false }
		});
	});

	it('is web push to the services browsers have, with one pair of keys', () => {
		expect(readNotifySettings(push, false).push).toEqual({
			publicKey,
			privateKey,
			subject: 'mailto:office@city.example',
			hosts: expect.arrayContaining(['fcm.googleapis.com', '*.push.apple.com'])
		});
		expect(
			readNotifySettings({ ...push, PUSH_HOSTS: 'Push.City.example, 127.0.0.1:99' }, false).push?.hosts
		).toEqual(['push.city.example', '127.0.0.1:99']);
	});

	it('is e-mail through one server', () => {
		expect(readNotifySettings(mail, true).mail).toEqual({
			host: 'mail.city.example',
			port: 465,
			isSecure: true,
			isLocal: false,
			user: 'bot',
			password: 'p@ss',
			from: '街面 <noreply@city.example>'
		});
		expect(readNotifySettings({ ...mail, SMTP_URL: 'smtp://127.0.0.1:2525' }, true).mail).toMatchObject({
			port: 2525,
			isSecure: false,
			isLocal: true,
			user: null
		});
	});

	it.each([
		[{ ...push, VAPID_PRIVATE_KEY: '' }, /set VAPID_PRIVATE_KEY too/],
		[{ ...push, VAPID_PUBLIC_KEY: webPush.generateVAPIDKeys().publicKey }, /not one pair/],
		[{ ...push, VAPID_SUBJECT: 'somebody' }, /VAPID_SUBJECT=somebody/],
		[{ ...push, PUSH_HOSTS: 'https://push.example/' }, /PUSH_HOSTS: "https:/],
		[{ PUSH_HOSTS: 'push.example' }, /does nothing without/],
		[{ ...mail, SMTP_URL: 'mail.city.example' }, /SMTP_URL: expected/],
		[{ ...mail, SMTP_URL: 'smtps://bot@mail.city.example' }, /go together/],
		[{ ...mail, SMTP_URL: 'smtps://mail.city.example/?pool=true' }, /nothing may follow/],
		[{ ...mail, MAIL_FROM: '' }, /MAIL_FROM is needed/],
		[{ ...mail, MAIL_FROM: 'office' }, /MAIL_FROM=office/],
		[{ ...mail, ORIGIN: '' }, /needs ORIGIN/],
		[{ MAIL_FROM: 'a@b.example' }, /does nothing without SMTP_URL/]
	])('is refused with a sentence: %o', (environment, sentence) => {
		expect(problemOf(environment)).toMatch(sentence);
	});

	it('never repeats a private key or a password', () => {
		const said = problemOf({
			...push,
			...mail,
			VAPID_SUBJECT: '',
			SMTP_URL: 'smtps://bot:hush@mail/x',
			MAIL_FROM: ''
		});
		expect(said).not.toContain(privateKey);
		expect(said).not.toContain('hush');
	});
});
