import { describe, expect, it } from 'vitest';
import { chooseLanguage, speaking } from './language.server.ts';
import { getLocale, m } from './messages.ts';

describe('the language of a request', () => {
	it.each([
		['en', 'zh-CN', 'en', 'the cookie wins'],
		['xx', 'en-GB,en;q=0.9', 'en', 'a cookie nobody set is ignored'],
		[undefined, null, 'zh-CN', 'nothing said: Chinese'],
		[undefined, 'fr-FR,fr;q=0.9', 'zh-CN', 'a language we lack: Chinese'],
		[undefined, 'fr,en;q=0.5,zh;q=0.7', 'zh-CN', 'the better of the two'],
		[undefined, 'zh-TW;q=0.4, en-US;q=0.6', 'en', 'order does not matter, quality does'],
		[undefined, 'en;q=0', 'zh-CN', 'a language refused'],
		[undefined, 'zh-Hant-HK', 'zh-CN', 'any Chinese'],
		[undefined, 'english', 'zh-CN', 'a word that only begins like a tag'],
		[undefined, `${'x,'.repeat(100_000)}en`, 'zh-CN', 'a header made to be slow']
	] as const)('cookie %s, Accept-Language %.30s: %s (%s)', (cookie, accept, expected, _why) => {
		expect(chooseLanguage(cookie, accept)).toBe(expected);
	});

	it('is its own, even while another is being answered', async () => {
		const texts = await Promise.all(
			(['en', 'zh-CN', 'en'] as const).map((locale, at) =>
				speaking(locale, async () => {
					await new Promise((resolve) => setTimeout(resolve, 5 - at));
					return `${getLocale()} ${m.shell_home()}`;
				})
			)
		);
		expect(texts).toEqual(['en Start', 'zh-CN 首页', 'en Start']);
	});
});
