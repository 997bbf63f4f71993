import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProblems, generate, parameters, readMessages } from './compile-messages.js';

/** What a message says once compiled; the generated code is TypeScript, so types are taken off by hand. */
function say(
	texts: { 'zh-CN': string; en: string },
	values: Record<string, unknown>,
	locale: string
): string {
	const source = generate({ key: texts }).split('\n').slice(3).join('\n');
	const arrow = source.slice(source.indexOf('=>') + 2, source.lastIndexOf(';')).trim();
	return new Function('p', 'pick', 'o', `return ${arrow}`)(values, () => locale, {}) as string;
}

describe('messages', () => {
	it('are complete in both languages, with the same parameters', () => {
		expect(findProblems(readMessages(resolve('messages')))).toEqual([]);
	});

	it('fill in what they are given', () => {
		expect(say({ 'zh-CN': '{count} 件', en: '{count} cases' }, { count: 3 }, 'zh-CN')).toBe('3 件');
	});

	it.each([
		[1, '1 case'],
		[0, '0 cases'],
		['1', '1 case']
	])('count %j in English', (count, expected) => {
		expect(say({ 'zh-CN': '{count} 件', en: '{count} {count|case|cases}' }, { count }, 'en')).toBe(expected);
	});

	it('cannot run code, whatever a translator writes', () => {
		const nasty = '`${1 + 1}` \\ ${x}';
		expect(say({ 'zh-CN': nasty, en: nasty }, { x: 7 }, 'en')).toBe('`${1 + 1}` \\ $7');
	});

	it('name their parameters once each', () => {
		expect(parameters('{b} {a} {a|one|many}')).toEqual(['a', 'b']);
	});

	it.each([
		[{ shell: { shell_a: { en: 'a' } } }, 'shell: "shell_a" has no zh-CN text'],
		[
			{ shell: { shell_a: { en: '{x}', 'zh-CN': '{y}' } } },
			'shell: "shell_a" has different parameters: y / x'
		],
		[{ shell: { 'shell-a': { en: 'a', 'zh-CN': 'a' } } }, 'shell: "shell-a" is not a name in snake_case'],
		[
			{ shell: { a: { en: 'a', 'zh-CN': 'a' } }, wall: { a: { en: 'a', 'zh-CN': 'a' } } },
			'wall: "a" is defined in another domain too'
		]
	])('a mistake is said in a sentence', (domains, sentence) => {
		expect(findProblems(domains)).toEqual([sentence]);
	});
});
