import { describe, expect, it } from 'vitest';
import { keyOf, type Press } from './keys.ts';

const press = (more: Partial<Press>): Press => ({
	...{ key: 'f', code: 'KeyF', ctrlKey: false, metaKey: false, altKey: false },
	...{ isComposing: false, repeat: false, defaultPrevented: false },
	...more
});

describe('a single key', () => {
	it.each<[string, Partial<Press>, string | null]>([
		['a letter', {}, 'f'],
		['a large letter', { key: 'F' }, 'f'],
		['with a Chinese input method on', { key: 'Process' }, 'f'],
		['as the sign an input method makes of it', { key: 'ｆ' }, 'f'],
		['on another layout is what is printed', { key: 'u', code: 'KeyF' }, 'u'],
		['a digit', { key: '3', code: 'Digit3' }, '3'],
		['a digit with an input method on', { key: 'Process', code: 'Digit3' }, '3'],
		['a digit of the number pad', { key: 'Unidentified', code: 'Numpad3' }, '3'],
		['a question mark', { key: '?', code: 'Slash' }, '?'],
		['a Chinese question mark', { key: '？', code: 'Slash' }, '?'],
		['Escape', { key: 'Escape', code: 'Escape' }, 'Escape'],
		['while a word is composed', { isComposing: true }, null],
		['held down', { repeat: true }, null],
		['with Ctrl', { ctrlKey: true }, null],
		['that somebody else has heard', { defaultPrevented: true }, null],
		['that is no shortcut', { key: 'Tab', code: 'Tab' }, null]
	])('%s', (_, more, meant) => {
		expect(keyOf(press(more))).toBe(meant);
	});
});
