import type { Feature, FeatureCollection, Point } from 'geojson';
import type { Findings } from '#lib/city/import/findings.ts';
import type { SummaryLine } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import { Months, Numbering } from './gaps.ts';
import { checkGround, percent } from './ground-check.ts';
import type { HistoryMapping } from './mapping.ts';
import type { Place } from './places.ts';
import type { ReadRow } from './row-reader.ts';
import { findSpikes, type Spike } from './spikes.ts';

/** What a map can show of a hundred thousand rows. */
const mostShown = 2_000;

export function summaryLine(code: string, value: number | string): SummaryLine {
	return { domain: 'history', code, value };
}

/** What can only be said when all rows have been seen. */
export class Tally {
	readonly units = new Set<string>();
	readonly #now: number;
	readonly #lng: number[] = [];
	readonly #lat: number[] = [];
	readonly #raw: number[] = [];
	readonly #rows: number[] = [];
	readonly #months = [new Months(), new Months(), new Months()] as const;
	readonly #numbering = new Numbering();
	readonly #statuses = new Map<string, number>();
	readonly #defaults = new Map<string, number>();
	#firstDay = '9999';
	#lastDay = '';
	#lateBySource = 0;
	#closedLate = 0;
	#openPastDue = 0;
	#lateUnsaid = 0;
	#withDue = 0;
	#isDefault: boolean[] = [];

	constructor(now: number) {
		this.#now = now;
	}

	add(
		row: number,
		{ row: history, day, raw, isLate, isDefaultPlace }: ReadRow,
		words: [string, string, string]
	): void {
		this.#lng.push(history.lng);
		this.#lat.push(history.lat);
		this.#raw.push(raw[0], raw[1]);
		this.#rows.push(row);
		this.#isDefault.push(isDefaultPlace);
		if (isDefaultPlace) this.#defaults.set(raw.join(), (this.#defaults.get(raw.join()) ?? 0) + 1);
		if (history.unit) this.units.add(history.unit);
		if (day < this.#firstDay) this.#firstDay = day;
		if (day > this.#lastDay) this.#lastDay = day;
		const month = day.slice(0, 7);
		this.#months.forEach((months, i) => months.add(month, words[i]!));
		this.#numbering.add(history.key);
		this.#statuses.set(history.status, (this.#statuses.get(history.status) ?? 0) + 1);
		if (isLate) this.#lateBySource += 1;
		if (!history.due_at) return;
		this.#withDue += 1;
		const due = Date.parse(history.due_at);
		const closed = history.closed_at ? Date.parse(history.closed_at) : null;
		if (closed !== null && closed > due) this.#closedLate += 1;
		if (closed === null && due < this.#now) this.#openPastDue += 1;
		if ((closed ?? this.#now) > due && !isLate) this.#lateUnsaid += 1;
	}

	conclude(mapping: HistoryMapping, known: Known, findings: Findings): void {
		const count = this.#rows.length;
		if (count === 0) return;
		this.#sayPlaces(mapping, findings);
		const points = new Float64Array(count * 2);
		for (let i = 0; i < count; i += 1) {
			points[2 * i] = this.#lng[i]!;
			points[2 * i + 1] = this.#lat[i]!;
		}
		checkGround(points, Uint32Array.from(this.#rows), known, findings);
		this.#sayLate(mapping, findings);
		this.#sayGaps(mapping, findings);
	}

	#sayPlaces(mapping: HistoryMapping, findings: Findings): void {
		const places = function* (raw: number[]): Generator<Place> {
			for (let i = 0; i < raw.length; i += 2) yield [raw[i]!, raw[i + 1]!];
		};
		for (const place of mapping.default_places) {
			if (place.keep) place.rows = this.#defaults.get(`${place.lng},${place.lat}`) ?? 0;
		}
		const spikes = findSpikes(places(this.#raw));
		const isKnown = ({ lng, lat }: Spike) =>
			mapping.default_places.some((place) => place.lng === lng && place.lat === lat);
		const say = (code: string, some: Spike[]) => {
			const all = some.reduce((sum, { rows }) => sum + rows, 0);
			const place = some[0] ? `${some[0].lat}, ${some[0].lng}` : '';
			findings.say(
				code,
				'warning',
				all,
				{ percent: percent(all, this.#rows.length), places: some.length, place },
				some.map(({ lng, lat, rows }) => ({ text: `${lat}, ${lng}: ${rows}` }))
			);
		};
		say('default_place', spikes.filter(isKnown));
		say(
			'default_place_unnamed',
			spikes.filter((spike) => !isKnown(spike))
		);
	}

	#sayLate(mapping: HistoryMapping, findings: Findings): void {
		const detail = { closed: this.#closedLate, open: this.#openPastDue };
		if (mapping.columns.late)
			findings.say('late_by_source', 'note', this.#lateBySource, {
				...detail,
				column: mapping.columns.late,
				unsaid: this.#lateUnsaid
			});
		else findings.say('late', 'note', this.#closedLate + this.#openPastDue, detail);
		const without = this.#rows.length - this.#withDue;
		if (this.#withDue > 0)
			findings.say('no_due', 'note', without, { percent: percent(without, this.#rows.length) });
		else findings.say('never_due', 'warning', without);
	}

	#sayGaps({ columns }: HistoryMapping, findings: Findings): void {
		const empty = this.#months[0].empty();
		findings.say('empty_months', 'warning', empty.length, { months: empty.slice(0, 24).join(', ') });
		const named = [columns.category, columns.unit, columns.source];
		const gaps = this.#months.flatMap((months, i) =>
			named[i] ? months.gaps().map((gap) => ({ ...gap, column: named[i] })) : []
		);
		gaps.sort((a, b) => b.expected - a.expected);
		findings.say(
			'missing_in_months',
			'warning',
			gaps.length,
			{ values: new Set(gaps.map(({ value }) => value)).size },
			gaps.slice(0, 8).map(({ column, value, month, expected }) => ({
				text: `${month} ${column}: ${value} (~${expected})`
			}))
		);
		const missing = this.#numbering.missing();
		if (!missing) return;
		const { given, first, last } = missing;
		findings.say('numbers_missing', 'warning', missing.missing, {
			given,
			first,
			last,
			percent: percent(missing.missing, given)
		});
	}

	summary(): SummaryLine[] {
		if (this.#rows.length === 0) return [];
		const closed = this.#statuses.get('closed') ?? 0;
		return [
			summaryLine('sum_period', `${this.#firstDay} – ${this.#lastDay}`),
			summaryLine('sum_closed', closed),
			summaryLine('sum_not_closed', this.#rows.length - closed),
			summaryLine('sum_with_due', this.#withDue)
		];
	}

	/** Points evenly out of all rows, those on a default place marked. */
	preview(): FeatureCollection {
		const step = Math.max(1, Math.ceil(this.#rows.length / mostShown));
		const features: Feature<Point>[] = [];
		for (let i = 0; i < this.#rows.length; i += step) {
			features.push({
				type: 'Feature',
				properties: { row: this.#rows[i]!, kind: this.#isDefault[i] ? 'default_place' : 'row' },
				geometry: { type: 'Point', coordinates: [this.#lng[i]!, this.#lat[i]!] }
			});
		}
		return { type: 'FeatureCollection', features };
	}
}
