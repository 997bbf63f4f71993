import { describe, expect, it } from 'vitest';
import { isPushService, readEmail, readPushAddress } from './contact.ts';

describe('an e-mail address', () => {
	it.each([
		['wang@city.example', 'wang@city.example'],
		['  Wang.Li+街@mail.city.example ', 'Wang.Li+街@mail.city.example'],
		['ｗａｎｇ＠city。example', 'wang@city.example'],
		['王@邮箱.中国', '王@邮箱.中国']
	])('is read as typed: %s', (typed, email) => expect(readEmail(typed)).toBe(email));

	it.each([
		'',
		'wang',
		'wang@city',
		'wang@@city.example',
		'wang@-city.example',
		'a b@city.example',
		'wang@city.example\r\nBcc: everybody@city.example',
		'Wang <wang@city.example>',
		'wang@city.example,li@city.example',
		`${'a'.repeat(65)}@city.example`,
		`a@${'b.'.repeat(140)}example`
	])('is not %j', (typed) => expect(readEmail(typed)).toBeNull());
});

const hosts = ['fcm.googleapis.com', '*.push.apple.com', '127.0.0.1:4767'];

describe('a push service', () => {
	it.each([
		['https://fcm.googleapis.com/fcm/send/x', true],
		['https://web.push.apple.com/x', true],
		['http://127.0.0.1:4767/x', true],
		['http://fcm.googleapis.com/x', false],
		['https://fcm.googleapis.com:8443/x', false],
		['https://push.apple.com/x', false],
		['https://evil-push.apple.com.example/x', false],
		['https://notpush.apple.com/x', false],
		['http://127.0.0.1:5432/x', false],
		['http://169.254.169.254/latest', false],
		['https://fcm.googleapis.com@evil.example/x', false],
		['https://a:b@fcm.googleapis.com/x', false],
		['file:///etc/passwd', false],
		['no address', false]
	])('%s: %s', (endpoint, is) => expect(isPushService(endpoint, hosts)).toBe(is));

	const keys = { p256dh: 'B' + 'a'.repeat(86), auth: 'c'.repeat(22) };
	const said = (more: object) => JSON.stringify({ endpoint: 'https://fcm.googleapis.com/x', keys, ...more });

	it("'s address is read as a browser says it, and only what is needed of it", () => {
		expect(readPushAddress(said({ expirationTime: null, name: 'Wang' }), hosts)).toEqual({
			endpoint: 'https://fcm.googleapis.com/x',
			keys
		});
	});

	it.each([
		'',
		'null',
		'[]',
		'{"endpoint":3}',
		said({ keys: {} }),
		said({ keys: { ...keys, auth: 'short' } }),
		said({ keys: { ...keys, p256dh: 'C' + 'a'.repeat(86) } }),
		said({ endpoint: 'https://elsewhere.example/x' }),
		said({ padding: 'x'.repeat(5000) })
	])('is not %j', (text) => expect(readPushAddress(text, hosts)).toBeNull());
});
