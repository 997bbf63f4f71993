// A particular: what tells who or whose something is. It is kept sealed, shown masked, and opened one at a time for a reason.

export const particularKinds = ['phone', 'plate', 'name', 'address'] as const;
export type ParticularKind = (typeof particularKinds)[number];

/** One that is kept, as a page may know it: never its value. */
export interface Particular {
	id: string;
	kind: ParticularKind;
	purpose: string;
	purpose_en: string | null;
	keep_until: string;
	erased_at: string | null;
	erased_why: string | null;
	/** Why this reader may not have it revealed, as a code; null when they may. */
	why_not: string | null;
	/** 苏K·••••5; null when it was erased or cannot be opened. Filled in by the web server. */
	mask?: string | null;
}

/**
 * The same plate or phone written in another way is the same: full-width letters, spaces, dots and dashes, +86 do not
 * count. Null for what can be none.
 */
export function normalised(kind: ParticularKind, typed: string): string | null {
	const text = typed.normalize('NFKC').trim();
	if (kind === 'plate') {
		const plate = text.toUpperCase().replace(/[\s·•・.\-—_]/g, '');
		// New energy cars have eight signs, trailers end in 挂, police cars in 警; a tricycle's is the town's own. Each has figures.
		return /^[\p{Script=Han}A-Z0-9]{4,10}$/u.test(plate) && /[A-Z0-9].*[A-Z0-9]/.test(plate) ? plate : null;
	}
	if (kind === 'phone') {
		const digits = text.replace(/[\s\-—().]/g, '').replace(/^(\+86|0086)/, '');
		return /^\d{5,15}$/.test(digits) ? digits : null;
	}
	const words = text.replace(/\s+/g, ' ');
	const longest = kind === 'name' ? 60 : 200;
	// eslint-disable-next-line no-control-regex
	return words !== '' && words.length <= longest && !/[\x00-\x1f\x7f]/.test(words) ? words : null;
}

/** What may stand on a page before a reveal: enough to tell two apart, not enough to find anybody. */
export function maskOf(kind: ParticularKind, value: string): string {
	const signs = [...value];
	const dots = (n: number) => '•'.repeat(Math.max(n, 1));
	if (kind === 'plate') {
		const place = /^\p{Script=Han}[A-Z]/u.exec(value)?.[0] ?? '';
		return `${place}${place && '·'}${dots(signs.length - place.length - 1)}${signs.at(-1)}`;
	}
	if (kind === 'phone') return `${value.slice(0, 3)}${dots(value.length - 5)}${value.slice(-2)}`;
	if (kind === 'name') return `${signs[0]}${dots(Math.min(signs.length - 1, 3))}`;
	return dots(4);
}

/** As it is spoken: 苏K·12345. */
export function shown(kind: ParticularKind, value: string): string {
	return kind === 'plate' ? value.replace(/^(\p{Script=Han}[A-Z])/u, '$1·') : value;
}
