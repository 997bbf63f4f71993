/**
 * What a person typed into a form, as text: kept when the form comes back, so that nothing is typed twice.
 * Files are not kept; a browser never gives a chosen file back.
 */
export type Typed = Record<string, string>;

export function typedIn(form: FormData): Typed {
	const typed: Typed = {};
	for (const [name, value] of form) if (typeof value === 'string') typed[name] = value;
	return typed;
}

/** The trimmed text of a field, or null when it is empty. */
export function wordsOf(form: FormData, name: string): string | null {
	const value = form.get(name);
	const text = typeof value === 'string' ? value.trim() : '';
	return text === '' ? null : text;
}

/** A whole number of a field, or null when it is none. */
export function numberOf(form: FormData, name: string): number | null {
	const text = wordsOf(form, name);
	return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A decimal number of a field, or null when it is none. */
export function decimalOf(form: FormData, name: string): number | null {
	const text = wordsOf(form, name);
	return text !== null && /^-?\d{1,7}(\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: unknown): text is string {
	return typeof text === 'string' && uuid.test(text);
}

export function uuidOf(form: FormData, name: string): string | null {
	const text = wordsOf(form, name);
	return isUuid(text) ? text : null;
}

/** The instant a clock on the wall of `timeZone` shows `date` `time`: what a date field without a zone means. */
export function instantIn(timeZone: string, date: string, time = '09:00'): string | null {
	if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d$/.test(time)) return null;
	const wanted = Date.parse(`${date}T${time}:00Z`);
	if (Number.isNaN(wanted) || !new Date(wanted).toISOString().startsWith(date)) return null;
	// Two rounds: the first guess may lie on the other side of a change of the clocks.
	let instant = wanted;
	for (let round = 0; round < 2; round += 1) instant += wanted - shownIn(timeZone, instant);
	return new Date(instant).toISOString();
}

/** What the wall's clock shows at an instant, read as if it were UTC. */
function shownIn(timeZone: string, instant: number): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric'
	}).formatToParts(instant);
	const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
	return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}
