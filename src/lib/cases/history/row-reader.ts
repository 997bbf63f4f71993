// One row of a table becomes one row of history, or a reason why it cannot.
import { createHash } from 'node:crypto';
import { toWgs84 } from '#lib/city/datum.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import type { Known } from '#lib/city/import/known.ts';
import { readCivilTime } from './civil-time.ts';
import { historySources, type HistoryRow, type HistorySource, type HistoryStatus } from './history.ts';
import type { FieldName, HistoryMapping } from './mapping.ts';
import { blot } from './personal.ts';
import { isOnGlobe, readNumber, readPair, type Place } from './places.ts';
import { TimeZone } from './time-zone.ts';

type TimeField = 'opened' | 'filed' | 'dispatched' | 'due' | 'handling' | 'handled' | 'closed';

const earliest = Date.UTC(1970, 0, 2);
const year = 366 * 86_400_000;
/** Degrees, a kilometre as the database allows: a row a little outside the streets' box comes in without a street. */
const margin = 1000 / 111_320;
const longestText = 2_000;
/** Metres: what a place is known to that only means “somewhere in the city”. */
const somewhere = 5_000;

export interface ReadRow {
	row: HistoryRow;
	/** As the file has them, for checks over all rows. */
	opened: number;
	/** The day it was opened on the city's own calendar, yyyy-mm-dd. */
	day: string;
	raw: Place;
	isLate: boolean;
	isDefaultPlace: boolean;
}

export class RowReader {
	readonly #mapping: HistoryMapping;
	readonly #findings: Findings;
	readonly #known: Known;
	readonly #now: number;
	readonly #at: Record<FieldName, number>;
	readonly #texts: number[];
	readonly #zone: TimeZone;
	readonly #statuses: Map<string, HistoryStatus>;
	readonly #categories: Map<string, string | null>;
	readonly #units: Map<string, string | null>;
	readonly #sources: Map<string, HistorySource>;
	readonly #late: Set<string>;
	readonly #codes: Set<string>;
	readonly #defaults: Map<string, boolean>;
	readonly #keys = new Map<string, number>();
	readonly #twins = new Map<string, number>();

	constructor(
		mapping: HistoryMapping,
		columns: readonly string[],
		known: Known,
		findings: Findings,
		now: number
	) {
		this.#mapping = mapping;
		this.#findings = findings;
		this.#known = known;
		this.#now = now;
		const at = (name: string | null) => (name === null ? -1 : columns.indexOf(name));
		this.#at = Object.fromEntries(
			Object.entries(mapping.columns).flatMap(([field, name]) =>
				Array.isArray(name) ? [] : [[field, at(name)]]
			)
		) as Record<FieldName, number>;
		this.#texts = mapping.columns.description.map(at).filter((index) => index >= 0);
		this.#zone = new TimeZone(mapping.time_zone);
		this.#statuses = new Map(mapping.statuses.map(({ value, to }) => [value, to]));
		this.#categories = new Map(mapping.categories.map(({ value, to }) => [value, to]));
		this.#units = new Map(mapping.units.map(({ value, to }) => [value, to]));
		this.#sources = new Map(mapping.sources.map(({ value, to }) => [value, to]));
		this.#late = new Set(mapping.late_values);
		this.#codes = new Set(known.categories.filter(({ isLeaf }) => isLeaf).map(({ code }) => code));
		this.#defaults = new Map(mapping.default_places.map(({ lng, lat, keep }) => [`${lng},${lat}`, keep]));
	}

	/** Null when the row is refused or left out; the findings say why. */
	read(row: number, cells: readonly string[]): ReadRow | null {
		const cell = (field: FieldName) => (this.#at[field] < 0 ? '' : cells[this.#at[field]]!);
		const key = this.#key(cell('key'), cells);
		const refuse = (code: string, text = '', detail: Record<string, string | number> = {}): null => {
			this.#findings.add(code, 'refused', { row, key, text }, detail);
			return null;
		};
		const warn = (code: string, text = '', detail: Record<string, string | number> = {}) =>
			this.#findings.add(code, 'warning', { row, key, text }, detail);
		if (key === '') return refuse('key_missing');
		if (key.length > 120) return refuse('key_too_long', key);
		const before = this.#keys.get(key);
		if (before !== undefined) return refuse('duplicate_key', `${key} = ${before}`);
		this.#keys.set(key, row);

		const raw = this.#place(cell);
		if (raw === null) return refuse('no_coordinates', `${cell('lng')} ${cell('lat')}${cell('point')}`.trim());
		const place = this.#inCity(raw, refuse);
		if (!place) return null;
		const keep = this.#defaults.get(`${raw[0]},${raw[1]}`);
		if (keep === false) {
			this.#findings.add('default_place_left_out', 'note', { row, key });
			return null;
		}

		const times = this.#times(cell, warn, refuse);
		if (!times) return null;
		const category = this.#category(cell('category'));
		if (!category) return refuse('unknown_category', cell('category'));
		const status = this.#status(cell('status'), times, refuse);
		if (!status) return null;
		if (status === 'closed' && !this.#closing(times, warn, refuse)) return null;
		if (status !== 'closed' && times.closed !== null) {
			warn('open_with_closing_time', cell('status'));
			times.closed = null;
		}
		const steps = [times.filed, times.dispatched, times.handling, times.handled, times.closed].filter(
			(at) => at !== null
		);
		if (steps.some((at, i) => i > 0 && at < steps[i - 1]!)) return refuse('times_out_of_order');
		if (times.due !== null && times.due < times.opened!) warn('due_before_opened', cell('due'));

		const twin = `${times.opened!},${raw[0]},${raw[1]},${category}`;
		const other = this.#twins.get(twin);
		if (other === undefined) this.#twins.set(twin, row);
		else this.#findings.add('same_twice', 'note', { row, key, text: `= ${other}` });

		const unit = this.#unit(cell('unit'));
		const description = this.#description(cells, row, key);
		const count = (field: FieldName) =>
			Math.max(0, Math.min(1000, Math.round(readNumber(cell(field)) ?? 0))) || undefined;
		const history: HistoryRow = {
			key,
			id: cell('id') || undefined,
			category,
			lng: place[0],
			lat: place[1],
			accuracy_m: keep === true ? somewhere : this.#accuracy(cell('accuracy')),
			source: this.#source(cell('source')),
			description: description || undefined,
			status,
			opened_at: iso(times.opened)!,
			filed_at: iso(times.filed),
			dispatched_at: iso(times.dispatched),
			due_at: iso(times.due),
			handling_at: iso(times.handling),
			handled_at: iso(times.handled),
			closed_at: iso(times.closed),
			unit,
			returned_count: count('returned'),
			disputed_count: count('disputed'),
			confirmed: /^(true|false|是|否)$/i.test(cell('confirmed'))
				? /^(true|是)$/i.test(cell('confirmed'))
				: undefined,
			merged_into: cell('merged_into') || undefined
		};
		const isLate = this.#late.has(cell('late'));
		const day = new Date(times.opened! + this.#zone.offset(times.opened!)).toISOString().slice(0, 10);
		return { row: history, opened: times.opened!, day, raw, isLate, isDefaultPlace: keep === true };
	}

	/** Without a column of numbers a row is known by what stands in it. */
	#key(own: string, cells: readonly string[]): string {
		if (this.#at.key >= 0) return plain(own);
		return createHash('sha256').update(JSON.stringify(cells)).digest('hex').slice(0, 24);
	}

	#place(cell: (field: FieldName) => string): Place | null {
		if (this.#at.point >= 0) {
			const pair = readPair(cell('point'));
			return pair && this.#mapping.swapped ? [pair[1], pair[0]] : pair;
		}
		const [lng, lat] = [readNumber(cell('lng')), readNumber(cell('lat'))];
		// Nought and nought is how tables say that they do not know.
		return lng === null || lat === null || (lng === 0 && lat === 0) ? null : [lng, lat];
	}

	#inCity(raw: Place, refuse: (code: string, text: string) => null): Place | null {
		const text = raw.join(', ');
		const box = this.#known.city.bbox;
		const within = ([lng, lat]: Place) =>
			!box ||
			(lng >= box[0] - margin && lng <= box[2] + margin && lat >= box[1] - margin && lat <= box[3] + margin);
		const place = isOnGlobe(raw) ? toWgs84(raw, this.#mapping.datum) : null;
		if (place && within(place)) return place;
		const turned: Place = [raw[1], raw[0]];
		if (isOnGlobe(turned) && within(toWgs84(turned, this.#mapping.datum)))
			return refuse('swapped_rows', text);
		return refuse(place ? 'outside_city' : 'off_the_globe', text);
	}

	#times(
		cell: (field: FieldName) => string,
		warn: (code: string, text?: string, detail?: Record<string, string | number>) => void,
		refuse: (code: string, text?: string, detail?: Record<string, string | number>) => null
	): Record<TimeField, number | null> | null {
		const times: Record<TimeField, number | null> = {
			opened: null,
			filed: null,
			dispatched: null,
			due: null,
			handling: null,
			handled: null,
			closed: null
		};
		for (const field of Object.keys(times) as TimeField[]) {
			const text = cell(field);
			if (text === '') continue;
			const civil = readCivilTime(text, this.#mapping.date_order);
			if (!civil) return refuse('time_unreadable', text, {});
			const { at, oddity } = this.#zone.moment(civil);
			if (oddity)
				warn(oddity === 'twice' ? 'hour_came_twice' : 'hour_left_out', text, {
					zone: this.#mapping.time_zone
				});
			if (field === 'due') {
				if (at < earliest || at > this.#now + 20 * year) warn('due_out_of_range', text);
				else times.due = at;
				continue;
			}
			if (at < earliest) return refuse('time_too_old', text);
			if (at > this.#now) return refuse('time_in_future', text);
			times[field] = at;
		}
		return times.opened === null ? refuse('opened_missing') : times;
	}

	#status(
		value: string,
		times: Record<TimeField, number | null>,
		refuse: (code: string, text?: string) => null
	): HistoryStatus | null {
		if (this.#at.status < 0 || value === '') return times.closed !== null ? 'closed' : 'dispatched';
		const status = this.#statuses.get(value);
		if (!status) return refuse('unknown_status', value);
		if (status === 'closed' && times.closed === null) return refuse('closed_without_time', value);
		return status;
	}

	/** A little before its opening: the entry was typed in after the work was done, so it closed as it was opened. */
	#closing(
		times: Record<TimeField, number | null>,
		warn: (code: string, text?: string, detail?: Record<string, string | number>) => void,
		refuse: (code: string, text?: string, detail?: Record<string, string | number>) => null
	): boolean {
		const early = times.opened! - times.closed!;
		if (early <= 0) return true;
		const text = `−${Math.round(early / 1000)} s`;
		const most = this.#mapping.closed_before_opened_minutes;
		if (early > most * 60_000) {
			refuse('closed_before_opened', text, { minutes: most });
			return false;
		}
		warn('closed_just_before_opened', text, { minutes: most });
		times.closed = times.opened;
		for (const step of ['filed', 'dispatched', 'handling', 'handled'] as const) times[step] = null;
		return true;
	}

	#category(value: string): string | null {
		const { other_category: other } = this.#mapping;
		const code =
			this.#at.category < 0 || value === ''
				? other
				: this.#categories.has(value)
					? this.#categories.get(value)!
					: other;
		if (value !== '' && this.#at.category >= 0 && !this.#categories.has(value) && code) {
			this.#findings.add('category_not_listed', 'warning', { text: value }, { code });
		}
		return code && this.#codes.has(code) ? code : null;
	}

	#unit(value: string): string | undefined {
		if (value === '') return undefined;
		const name = this.#units.has(value) ? this.#units.get(value) : value;
		return name ? plain(name).slice(0, 120) || undefined : undefined;
	}

	#source(value: string): HistorySource {
		return this.#sources.get(value) ?? historySources.find((source) => source === value) ?? 'import';
	}

	#accuracy(value: string): number | undefined {
		const metres = value === '' ? null : readNumber(value);
		return metres !== null && metres >= 0 && metres <= 10_000 ? metres : undefined;
	}

	#description(cells: readonly string[], row: number, key: string): string {
		const parts = this.#texts.map((index) => cells[index]!).filter(Boolean);
		if (parts.length === 0) return '';
		// Control characters are no text, and the database takes none.
		const whole = plain([...new Set(parts)].join(' · '));
		const blotted = blot(whole);
		if (blotted !== whole) this.#findings.add('blotted_texts', 'note', { row, key });
		if (blotted.length <= longestText) return blotted;
		this.#findings.add('text_cut', 'note', { row, key }, { most: longestText });
		return `${blotted.slice(0, longestText - 1).toWellFormed()}…`;
	}
}

function iso(at: number | null): string | undefined {
	return at === null ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
}

/** Without control characters, which are no text and which the database does not take, and without runs of spaces. */
function plain(text: string): string {
	return text
		.replace(/\p{Cc}+/gu, ' ')
		.replace(/ +/g, ' ')
		.trim()
		.toWellFormed();
}
