/** What a key press is made of, as far as single-key shortcuts ask. */
export type Press = Pick<
	KeyboardEvent,
	'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'repeat' | 'defaultPrevented'
>;

/**
 * Which key was meant: a small letter, a digit, '?', 'Escape' or 'Enter'; null for everything that is no shortcut.
 * An input method that is switched on hides the letter (`Process`, or a Chinese sign): then the key's place on the keyboard
 * says which it was. While a word is being composed the keys are the input method's.
 */
export function keyOf(press: Press): string | null {
	if (press.defaultPrevented || press.isComposing || press.repeat) return null;
	if (press.ctrlKey || press.metaKey || press.altKey) return null;
	if (press.key === 'Escape' || press.key === 'Enter' || press.key === '?' || press.key === '？') {
		return press.key === '？' ? '?' : press.key;
	}
	if (/^[a-z]$/i.test(press.key)) return press.key.toLowerCase();
	if (/^\d$/.test(press.key)) return press.key;
	const place = /^(?:Key([A-Z])|Digit(\d)|Numpad(\d))$/.exec(press.code);
	return (place?.[1]?.toLowerCase() ?? place?.[2] ?? place?.[3]) || null;
}

const fields =
	'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, .maplibregl-map, [role=combobox]';

/** Whether somebody is writing there, or the element has keys of its own: then no shortcut is heard. */
export function isBusyWith(target: EventTarget | null): boolean {
	return target instanceof Element && target.closest(fields) !== null;
}
