import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headOf, openMailbox, textOf, type Mailbox } from '#test/support/mailbox.ts';
import { sendMail, type Letter } from './mail.server.ts';
import type { MailSettings } from './settings.server.ts';

const LIMIT_MS = 900;
const letter: Letter = {
	id: '01900000-0000-7000-8000-00000000000a',
	to: 'wang@city.example',
	subject: '上报 #123 有新进展',
	text: '上报 #123 有新进展：\n\n    派给了责任单位\n\nhttps://kerbside.city.example/track#7KQ2-M4XD-9RT5B',
	stopUrl: 'https://kerbside.city.example/track/stop/abc'
};

let mailbox: Mailbox;
let settings: MailSettings;

beforeAll(async () => {
	mailbox = await openMailbox();
	settings = {
		host: '127.0.0.1',
		port: mailbox.port,
		isSecure: false,
		isLocal: true,
		user: null,
		password: null,
		from: '街面 <noreply@city.example>'
	};
});

beforeEach(() => {
	mailbox.letters.length = mailbox.commands.length = 0;
	mailbox.reply = undefined;
});

afterAll(() => mailbox.close());

const send = (more: Partial<Letter> = {}, own: Partial<MailSettings> = {}) =>
	sendMail({ ...letter, ...more }, { ...settings, ...own }, LIMIT_MS);

describe('an e-mail', () => {
	it('arrives as it was written, with the way to end them in its head', async () => {
		expect(await send()).toEqual({ outcome: 'sent' });
		const [arrived = ''] = mailbox.letters;
		expect(textOf(arrived).trim()).toBe(letter.text);
		expect(headOf(arrived, 'subject')).toBe(letter.subject);
		expect(headOf(arrived, 'from')).toBe('街面 <noreply@city.example>');
		expect(headOf(arrived, 'to')).toBe('wang@city.example');
		expect(headOf(arrived, 'list-unsubscribe')).toBe(`<${letter.stopUrl}>`);
		expect(headOf(arrived, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
		expect(headOf(arrived, 'auto-submitted')).toBe('auto-generated');
	});

	it('sent again is the same letter', async () => {
		await send();
		await send();
		const [one, two] = mailbox.letters.map((arrived) => headOf(arrived, 'message-id'));
		expect(one).toBe(`<${letter.id}@city.example>`);
		expect(two).toBe(one);
	});

	it.each([
		['550 5.1.1 no such mailbox: wang@city.example', { outcome: 'gone', why: 'no_mailbox' }],
		['550 5.7.1 we do not like you', { outcome: 'failed', why: 'reply_550' }],
		['452 4.2.2 mailbox full', { outcome: 'failed', why: 'reply_452' }]
	])('whose reader is refused with %s', async (reply, outcome) => {
		mailbox.reply = (command) => (/^RCPT/i.test(command) ? reply : undefined);
		expect(await send()).toEqual(outcome);
		expect(mailbox.letters).toEqual([]);
	});

	it('that the server takes without a word fails in time', async () => {
		mailbox.reply = () => null;
		const began = performance.now();
		expect(await send()).toMatchObject({ outcome: 'failed' });
		expect(performance.now() - began).toBeLessThan(LIMIT_MS + 1500);
	});

	it('to a server that is not there fails', async () => {
		expect(await send({}, { port: 9 })).toEqual({ outcome: 'failed', why: 'esocket' });
	});

	it('goes to no other machine in clear', async () => {
		expect(await send({}, { isLocal: false })).toMatchObject({ outcome: 'failed' });
		expect(mailbox.commands.join()).not.toMatch(/MAIL FROM|wang/i);
	});
});
