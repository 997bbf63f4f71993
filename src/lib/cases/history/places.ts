// Coordinates as tables hold them.
export type Place = [lng: number, lat: number];

/** A number in a cell, in full-width digits or with a degree sign too; null for what is none. */
export function readNumber(raw: string): number | null {
	const text = raw
		.normalize('NFKC')
		.trim()
		.replace(/[°度]$/, '');
	// A decimal comma only where nothing else could be meant.
	const plain = /^[+-]?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
	if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
	const number = Number(plain);
	return Number.isFinite(number) ? number : null;
}

const number = String.raw`[+-]?\d+(?:\.\d+)?`;
const wkt = new RegExp(String.raw`^(?:srid=\d+;)?\s*point\s*z?\s*\(\s*(${number})\s+(${number})`, 'i');
const pair = new RegExp(String.raw`^[[({]?\s*(${number})\s*[,;、 ]\s*(${number})\s*[\])}]?$`);

/** `120.1,32.2`, `(120.1 32.2)`, `POINT (120.1 32.2)`: the two numbers as they stand; null for anything else. */
export function readPair(raw: string): Place | null {
	const text = raw.normalize('NFKC').trim();
	const found = wkt.exec(text) ?? pair.exec(text);
	return found ? [Number(found[1]), Number(found[2])] : null;
}

export function isOnGlobe([lng, lat]: Place): boolean {
	return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}
