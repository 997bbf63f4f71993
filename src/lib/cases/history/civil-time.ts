// Times as offices write them, read as the clock on the wall showed them.

/** A moment on a calendar and a clock, in no time zone yet; `offset`: minutes east of UTC where the text names them. */
export interface CivilTime {
	year: number;
	month: number;
	day: number;
	hour: number;
	minute: number;
	second: number;
	hasTime: boolean;
	offset: number | null;
}

/** What stands first where all three are numbers and the year does not. */
export type DateOrder = 'mdy' | 'dmy';

const clock = String.raw`(?:\s*(?:t|,|\s)?\s*(?:(上午|下午|中午|凌晨|早上|晚上|am|pm|a\.m\.|p\.m\.)\s*)?(\d{1,2})\s*(?::|时|点|h)\s*(?:(\d{1,2})\s*(?:(?::|分)\s*(?:(\d{1,2})(?:[.,]\d+)?\s*秒?)?)?)?\s*(am|pm|a\.m\.|p\.m\.)?)?`;
const zone = String.raw`\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?`;
const weekday = String.raw`(?:\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?`;
const yearFirst = new RegExp(
	String.raw`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?${weekday}${clock}${zone}$`,
	'i'
);
const yearLast = new RegExp(
	String.raw`^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})${weekday}${clock}${zone}$`,
	'i'
);
const digits = /^(\d{4})(\d{2})(\d{2})(?:[ t]?(\d{2})(\d{2})(\d{2})?)?$/i;
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const named = new RegExp(String.raw`^(\d{1,2})[ -]([a-z]{3})[a-z]*\.?[ ,-]+(\d{4})${clock}${zone}$`, 'i');

/**
 * Reads `2026年11月21日 14:05`, `2026/11/21`, `11/21/2026 02:05:00 PM`, `20261121`, ISO 8601, a workbook's serial date, in
 * full-width digits too. Null for anything else, and for days and hours that do not exist.
 */
export function readCivilTime(raw: string, order: DateOrder): CivilTime | null {
	const text = raw.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
	let found = yearFirst.exec(text);
	if (found) return civil(found[1], found[2], found[3], found.slice(4));
	found = yearLast.exec(text);
	if (found) {
		const [month, day] = order === 'mdy' ? [found[1], found[2]] : [found[2], found[1]];
		return civil(found[3], month, day, found.slice(4));
	}
	found = digits.exec(text);
	if (found) return civil(found[1], found[2], found[3], [undefined, ...found.slice(4)]);
	found = named.exec(text);
	if (found) return civil(found[3], String(monthNames.indexOf(found[2]!) + 1), found[1], found.slice(4));
	return null;
}

type Text = string | undefined;

function civil(
	year: Text,
	month: Text,
	day: Text,
	[before, hour, minute, second, after, offset]: Text[]
): CivilTime | null {
	const time: CivilTime = {
		year: Number(year),
		month: Number(month),
		day: Number(day),
		hour: Number(hour ?? 0),
		minute: Number(minute ?? 0),
		second: Number(second ?? 0),
		hasTime: hour !== undefined,
		offset: offsetOf(offset)
	};
	const half = (before ?? after ?? '').replaceAll('.', '');
	if (/pm|下午|晚上|中午/.test(half) && time.hour < 12)
		time.hour += half === '中午' && time.hour >= 10 ? 0 : 12;
	if (/am|上午|凌晨|早上/.test(half) && time.hour === 12) time.hour = 0;
	// Midnight at a day's end is the next day's beginning.
	if (time.hour > 24 || time.minute > 59 || time.second > 59) return null;
	if (time.hour === 24 && (time.minute > 0 || time.second > 0)) return null;
	const real = new Date(Date.UTC(time.year, time.month - 1, time.day));
	return real.getUTCMonth() === time.month - 1 && real.getUTCDate() === time.day ? time : null;
}

function offsetOf(text: Text): number | null {
	if (!text) return null;
	const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(text) ?? [];
	if (!sign) return 0;
	return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * Which of the two orders a column of dates is in: decided by days past the twelfth; `null` when no date says. `both`
 * counts dates that only one order or only the other can read: with both, the column is of two minds.
 */
export function findDateOrder(texts: Iterable<string>): {
	order: DateOrder | null;
	mdy: number;
	dmy: number;
} {
	let [mdy, dmy] = [0, 0];
	for (const raw of texts) {
		const found = yearLast.exec(raw.normalize('NFKC').trim().toLowerCase());
		if (!found) continue;
		if (Number(found[2]) > 12) mdy += 1;
		if (Number(found[1]) > 12) dmy += 1;
	}
	return { order: mdy === 0 && dmy === 0 ? null : mdy >= dmy ? 'mdy' : 'dmy', mdy, dmy };
}
