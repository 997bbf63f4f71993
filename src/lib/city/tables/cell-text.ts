// A number of a workbook as the text a person sees in its cell.

/** Number formats that every Excel knows by number and that show a date or a time. */
const builtIn = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);

export function isDateFormat(id: number, code: string | undefined): boolean {
	// 27–36 and 50–58 are the dates of Chinese, Japanese and Korean Excels.
	if (code === undefined) return builtIn.has(id) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
	// Quoted and escaped letters are decoration; [Red] is a colour and [$-804] a language, [h] are hours.
	const bare = code.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
	return !/general/i.test(bare) && /[ymdhs]/i.test(bare);
}

/** `2026-11-21 14:05:00` for a serial date; a plain decimal otherwise. isCut: the number is too long to be exact. */
export function cellText(value: string, isDate: boolean, is1904: boolean): { text: string; isCut: boolean } {
	const number = Number(value);
	if (value === '' || !Number.isFinite(number)) return { text: value, isCut: false };
	if (isDate) {
		const text = serialDate(number, is1904);
		if (text) return { text, isCut: false };
	}
	const isCut = Number.isInteger(number) && Math.abs(number) >= 1e15;
	// Excel keeps and shows fifteen digits; the rest is what binary fractions make of them.
	const shown = Number(number.toPrecision(15));
	return { text: Math.abs(shown) < 1e21 && isCut ? BigInt(shown).toString() : String(shown), isCut };
}

const latest = 2_958_466;

/**
 * A serial date as local time; a time of day alone for what is less than a day; null for what is no date of Excel's.
 * Day 60 of the 1900 system is 29 February 1900, which never was: days before it count from one day later.
 */
export function serialDate(serial: number, is1904: boolean): string | null {
	if (serial < 0 || serial >= latest) return null;
	const seconds = Math.round(serial * 86_400);
	const time = new Date(seconds * 1000).toISOString().slice(11, 19);
	if (serial < 1 && !is1904) return time;
	const days = Math.floor(seconds / 86_400);
	const epoch = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
	const day = new Date(epoch + days * 86_400_000).toISOString().slice(0, 10);
	return time === '00:00:00' ? day : `${day} ${time}`;
}
