import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sentencePicture } from './sentence-picture.ts';

const sentences = ['zh-CN', 'en'].flatMap((locale) => {
	const texts = JSON.parse(readFileSync(`messages/${locale}/problems.json`, 'utf8')) as Record<
		string,
		string
	>;
	return ['photo_unreadable', 'photo_too_heavy', 'not_found', 'too_busy'].map(
		(code) => texts[`problem_${code}`]!
	);
});
const linesOf = (drawn: string) =>
	[...drawn.matchAll(/y="(-?\d+)">([^<]*)</g)].map(([, y, line]) => ({ y: Number(y), line: line! }));

describe('a sentence in the place of a photo', () => {
	it.each(sentences)('fits and is whole: %s', (sentence) => {
		const lines = linesOf(sentencePicture(sentence));
		expect(
			lines
				.map(({ line }) => line)
				.join('')
				.replaceAll(' ', '')
		).toBe(sentence.replaceAll(' ', ''));
		expect(lines.every(({ y }) => y > 20 && y < 470)).toBe(true);
		expect(lines.some(({ line }) => /^[，。；：！？、）]/.test(line))).toBe(false);
	});

	it('is a drawing and nothing else, whatever the sentence', () => {
		const drawn = sentencePicture('<script>alert(1)</script> & "more"');
		expect(drawn).not.toMatch(/<script/);
		expect(drawn).toContain('&lt;script&gt;');
	});
});
