import { describe, expect, it, vi } from 'vitest';
import { onNotificationClick, onPush, readMessage, type PushMessage } from './push-event.ts';

const message: PushMessage = {
	title: 'Report #123 has news',
	body: 'Tap to see it',
	language: 'en',
	tag: 'report-123',
	path: '/track#7KQ2-M4XD-9RT5B'
};

async function pushed(text: string | null) {
	const shown = vi.fn(async () => {});
	const work: Promise<unknown>[] = [];
	const data = text === null ? null : { text: () => text };
	onPush({ data, waitUntil: (promise) => void work.push(promise) }, { showNotification: shown });
	await Promise.all(work);
	return shown.mock.calls[0] as unknown as [string, NotificationOptions];
}

async function tapped(path: unknown, urls: string[]) {
	const went: string[] = [];
	const work: Promise<unknown>[] = [];
	const tabs = urls.map((url) => ({
		url,
		focus: async () => went.push(`focus ${url}`),
		navigate: async (to: string) => went.push(`navigate ${to}`)
	}));
	const close = vi.fn();
	onNotificationClick(
		{ notification: { data: { path }, close }, waitUntil: (promise) => void work.push(promise) },
		{ matchAll: async () => tabs, openWindow: async (url) => went.push(`open ${url}`) },
		'https://kerbside.example'
	);
	await Promise.all(work);
	expect(close).toHaveBeenCalledOnce();
	return went;
}

describe('a push', () => {
	it('shows what the server wrote, in the place of what was there of the same report', async () => {
		const [title, options] = await pushed(JSON.stringify(message));
		expect(title).toBe('Report #123 has news');
		expect(options).toMatchObject({
			body: 'Tap to see it',
			lang: 'en',
			tag: 'report-123',
			data: { path: message.path }
		});
	});

	it.each([null, '', 'null', '[]', '{"title":3,"path":"https://evil.example/"}'])(
		'that cannot be read (%j) is shown in general words and leads to us',
		async (text) => {
			const [title, options] = await pushed(text);
			expect(title).toBe('街面 Kerbside');
			expect(options.data).toEqual({ path: '/track' });
		}
	);

	it.each([
		'//evil.example',
		'/track#a b',
		'/track?code=1',
		'/desk',
		'javascript:alert(1)',
		'/track#' + 'A'.repeat(41)
	])('does not lead to %s', (path) =>
		expect(readMessage(JSON.stringify({ ...message, path })).path).toBe('/track')
	);
});

describe('a tap on a notification', () => {
	it('goes on in the tab that follows reports already', async () => {
		expect(
			await tapped(message.path, ['https://kerbside.example/snap', 'https://kerbside.example/track#X'])
		).toEqual(['focus https://kerbside.example/track#X', `navigate ${message.path}`]);
	});

	it('leaves a form alone that somebody is filling in', async () => {
		expect(
			await tapped(message.path, ['https://kerbside.example/snap', 'https://other.example/track'])
		).toEqual([`open ${message.path}`]);
	});

	it('never leaves our site', async () => {
		expect(await tapped('https://evil.example/', [])).toEqual(['open /track']);
	});
});
