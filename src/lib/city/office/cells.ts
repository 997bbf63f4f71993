// What people write into cells of office tables, as values. Each answers undefined when it cannot tell.

/** Full-width digits and letters as plain ones, spaces at the ends away. */
export function plain(text: string): string {
	return text.normalize('NFKC').trim();
}

const truths: Record<string, boolean> = {
	...{
		是: true,
		有: true,
		启用: true,
		'√': true,
		'✓': true,
		对: true,
		y: true,
		yes: true,
		true: true,
		'1': true
	},
	...{
		否: false,
		无: false,
		停用: false,
		'×': false,
		'✗': false,
		错: false,
		n: false,
		no: false,
		false: false,
		'0': false
	}
};

export function readTruth(text: string): boolean | undefined {
	return truths[plain(text).toLowerCase()];
}

/** `1,000`, `１４`, `25位`, `50 m`: a number with at most one word behind it. */
export function readNumber(text: string): number | undefined {
	const found =
		/^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?:[\p{Script=Han}]{1,4}|[a-z]{1,5})?$/iu.exec(
			plain(text)
		);
	return found ? Number(found[1]!.replaceAll(',', '')) : undefined;
}

export function readWhole(text: string): number | undefined {
	const number = readNumber(text);
	return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

/** `2026-01-01` for any way offices write a day: 2026/1/1, 2026.1.1, 2026年1月1日, 20260101, Excel's serial number. */
export function readDay(text: string): string | undefined {
	const bare = plain(text).replace(/(?:\s+|T)00:00(:00(\.0+)?)?Z?$/, '');
	const found =
		/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(bare) ??
		/^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?$/.exec(bare) ??
		/^(\d{4})(\d{2})(\d{2})$/.exec(bare);
	if (found) return dayOf(Number(found[1]), Number(found[2]), Number(found[3]));
	if (!/^\d{5}$/.test(bare)) return undefined;
	const serial = Number(bare);
	// 1982 to 2064: a number outside is something else than a day.
	if (serial < 30_000 || serial > 60_000) return undefined;
	return new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10);
}

function dayOf(year: number, month: number, day: number): string | undefined {
	const date = new Date(Date.UTC(year, month - 1, day));
	const isReal = year >= 1900 && year < 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
	return isReal ? date.toISOString().slice(0, 10) : undefined;
}

/** `08:30` for 8:30, 08:30:00, 8时30分, 8点半 and Excel's part of a day. */
export function readTime(text: string): string | undefined {
	const bare = plain(text);
	const found =
		/^(\d{1,2}):(\d{2})(?::00)?$/.exec(bare) ?? /^(\d{1,2})\s*[时点]\s*(?:(\d{1,2})\s*分?|(半))?$/.exec(bare);
	if (found) return timeOf(Number(found[1]), found[3] ? 30 : Number(found[2] ?? 0));
	const part = /^0?\.\d+$/.test(bare) ? Math.round(Number(bare) * 1440) : null;
	return part === null ? undefined : timeOf(Math.floor(part / 60), part % 60);
}

function timeOf(hour: number, minute: number): string | undefined {
	const isReal = minute < 60 && (hour < 24 || (hour === 24 && minute === 0));
	return isReal ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : undefined;
}

const weekdays: Record<string, number> = {
	...{
		一: 1,
		二: 2,
		三: 3,
		四: 4,
		五: 5,
		六: 6,
		日: 7,
		天: 7,
		'1': 1,
		'2': 2,
		'3': 3,
		'4': 4,
		'5': 5,
		'6': 6,
		'7': 7
	},
	...{ mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 }
};

/** 1 (Monday) to 7: 周一, 星期日, 礼拜天, Mon, Sunday, 3. */
export function readWeekday(text: string): number | undefined {
	const bare = plain(text).toLowerCase();
	if (/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*$/.test(bare)) return weekdays[bare.slice(0, 3)];
	return weekdays[bare.replace(/^(周|星期|礼拜)/, '')];
}

/** 周五、周日; 周一至周五; 6,7: those days in order, each once. */
export function readWeekdays(text: string): number[] | undefined {
	const range = /^(.+?)\s*(?:至|到|-|–|~)\s*(.+)$/.exec(text);
	const days = new Set<number>();
	if (range) {
		const [from, to] = [readWeekday(range[1]!), readWeekday(range[2]!)];
		if (from === undefined || to === undefined || from > to) return undefined;
		for (let day = from; day <= to; day += 1) days.add(day);
	} else {
		for (const part of text.split(/[、,，;；\s]+/).filter(Boolean)) {
			const day = readWeekday(part);
			if (day === undefined) return undefined;
			days.add(day);
		}
	}
	return [...days].sort((a, b) => a - b);
}

/** Signs that no name has, and that the database refuses. */
export function isPlainText(text: string, longest: number): boolean {
	// eslint-disable-next-line no-control-regex
	return [...text].length <= longest && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text);
}

/** The moment a day begins in a time zone, with the zone's own offset, so that any database reads the same moment. */
export function startOfDay(day: string, timeZone: string): string {
	const guess = new Date(`${day}T00:00:00Z`).getTime();
	// Twice: the offset at the guess may not be the one at the day's start, where clocks are moved.
	let moment = guess - offsetAt(guess, timeZone);
	moment = guess - offsetAt(moment, timeZone);
	return new Date(moment).toISOString();
}

/** The day, in a time zone, on which a moment lies. */
export function dayIn(moment: string, timeZone: string): string {
	const at = Date.parse(moment);
	return new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 10);
}

export function dayAfter(day: string): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function offsetAt(moment: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-CA', {
		timeZone,
		hourCycle: 'h23',
		...{
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
			hour: '2-digit',
			minute: '2-digit',
			second: '2-digit'
		}
	} as Intl.DateTimeFormatOptions).formatToParts(new Date(moment));
	const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
	const local = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second')
	);
	return local - Math.floor(moment / 1000) * 1000;
}
