import { describe, expect, it } from 'vitest';
import type { Delivery } from '#lib/notify/deliveries.server.ts';
import { readStopToken } from '#lib/notify/sealing.server.ts';
import { STEPS } from './follow.ts';
import { nextSentence, stateWord, stepSentence } from './follow-words.ts';
import { letterOf, messageOf } from './updates.server.ts';

const secret = Buffer.alloc(32, 3);
const site = 'https://kerbside.city.example';
const code = '7KQ2M4XD9RT5B';
const delivery: Delivery = {
	id: '01900000-0000-7000-8000-00000000000b',
	kind: 'email',
	sealed: 'sealed',
	language: 'zh-CN',
	number: 123,
	step: 'case.dispatched',
	contact_id: '01900000-0000-7000-8000-00000000000a'
};

describe('a letter', () => {
	it('says which report, what happened, where to look, and how to end it', () => {
		const { subject, text, stopUrl, to } = letterOf(delivery, code, 'wang@city.example', site, secret);
		expect(to).toBe('wang@city.example');
		expect(subject).toBe('上报 #123 有新进展');
		expect(text).toContain('派给了责任单位');
		expect(text).toContain(`${site}/track#7KQ2-M4XD-9RT5B`);
		expect(text).toContain(stopUrl);
		expect(readStopToken(secret, stopUrl!.split('/').at(-1)!)).toBe(delivery.contact_id);
	});

	it("is in the reader's language", () => {
		const { subject, text } = letterOf({ ...delivery, language: 'en' }, code, 'a@b.example', site, secret);
		expect(subject).toBe('Report #123 has news');
		expect(text).toContain('Assigned to the unit responsible');
		expect(text).not.toMatch(/[\u4e00-\u9fff]/);
	});
});

describe('a notification', () => {
	it('says a number and nothing else, on whatever screen it lights up', () => {
		const { title, body, path } = messageOf(delivery, code);
		expect(`${title} ${body}`).toBe('上报 #123 有新进展 点开查看');
		expect(path).toBe('/track#7KQ2-M4XD-9RT5B');
	});
});

describe('the words of a report', () => {
	it.each(STEPS)('%s has a sentence in both languages', (step) => {
		expect(stepSentence(step, 'zh-CN')).toMatch(/[\u4e00-\u9fff]/);
		expect(stepSentence(step, 'en')).toMatch(/[a-z]/);
	});

	const states = ['received', 'to_verify', 'declined', 'filed', 'dispatched', 'handling', 'handled'];
	it.each([...states, 'returned', 'suspended', 'reassigned', 'closed', 'voided'])(
		'%s has a word',
		(state) => {
			expect(stateWord(state)).not.toBe('');
		}
	);

	it('say what comes next, and of a disputed closure that it is the answer that is looked into', () => {
		const handled = { status: 'filed', case_status: 'handled' } as const;
		expect(nextSentence({ ...handled, confirmed: null })).toContain('没有参与处理的人');
		expect(nextSentence({ ...handled, confirmed: false })).toContain('您说还没解决');
		expect(nextSentence({ status: 'filed', case_status: 'closed', confirmed: null })).toBe('');
	});
});
