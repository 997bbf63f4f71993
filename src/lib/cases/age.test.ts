import { expect, it } from 'vitest';
import { agoText, dueText, spanText } from './age.ts';

const minute = 60_000;
const at = Date.parse('2026-03-16T08:00:00Z');
const iso = (ms: number) => new Date(at + ms).toISOString();

it.each([
	[0, '0 秒'],
	[59_400, '59 秒'],
	[minute, '1 分钟'],
	[119 * minute, '1 小时'],
	[47 * 60 * minute, '47 小时'],
	[49 * 60 * minute, '2 天'],
	[-5, '0 秒']
])('says %d ms as %s', (ms, text) => {
	expect(spanText(ms)).toBe(text);
});

it('calls the last moments just now, also when the clocks disagree a little', () => {
	expect(agoText(iso(-10_000), at)).toBe('刚刚');
	expect(agoText(iso(5_000), at)).toBe('刚刚');
	expect(agoText(iso(-3 * minute), at)).toBe('3 分钟前');
});

it('tells time left from time past', () => {
	expect(dueText(iso(90 * minute), at)).toBe('还有 1 小时');
	expect(dueText(iso(-5 * minute), at)).toBe('超期 5 分钟');
});
