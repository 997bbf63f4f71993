import { formatNumber, m } from '#lib/i18n/messages.ts';
import type { BusyStreet, Emerged, Grouped, Judged, NamedDoubt, Opened, Spot } from './brush/session.ts';
import { dayText, writeChoice, type Choice } from './brush/address.ts';

/** Who reported, in words. */
export function sourceName(source: string): string {
	const names: Record<string, () => string> = {
		citizen: m.spots_source_citizen,
		volunteer: m.spots_source_volunteer,
		inspector: m.spots_source_inspector,
		hotline: m.spots_source_hotline,
		import: m.spots_source_import,
		api: m.spots_source_api
	};
	return names[source]?.() ?? source;
}

/** How a place is called: its street, or where it lies. */
export function placeName(
	spot: { street: string | null; streetEn: string | null; middle: readonly [number, number] },
	isEnglish: boolean
): string {
	const name = isEnglish ? (spot.streetEn ?? spot.street) : spot.street;
	return name ?? m.spots_no_street({ lng: spot.middle[0].toFixed(4), lat: spot.middle[1].toFixed(4) });
}

/** What a place is turning into, in words; `kind` is an index into `emergingKinds`. */
export function emergingName(kind: number): string {
	const names = [m.spots_emerging_none, m.spots_new, m.spots_growing, m.spots_persistent, m.spots_fading];
	return names[kind]!();
}

/** Why something is doubted, with the figures that say so. */
export function doubtReason(doubt: NamedDoubt): string {
	const n = formatNumber(doubt.count);
	switch (doubt.reason) {
		case 'default_place':
			return m.spots_doubt_default({
				n,
				share: formatNumber(doubt.share, { style: 'percent', maximumFractionDigits: 1 }),
				times: formatNumber(doubt.times, { maximumFractionDigits: 0 })
			});
		case 'daily_place':
			return m.spots_doubt_daily({ n, days: formatNumber(doubt.days), span: formatNumber(doubt.span) });
		case 'repeated':
			return m.spots_doubt_repeated({ n });
	}
}

type Cell = string | number | null;

/** A table as CSV in UTF-8 with a byte order mark, which Excel needs; text that would be a formula gets an apostrophe. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
	const cell = (value: Cell) => {
		if (value === null) return '';
		const text = String(value);
		const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(text);
		const safe = isFormula ? `'${text}` : text;
		return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
	};
	return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** What was asked and how it was judged: the head of every export, so that somebody else gets the same numbers. */
function head(choice: Choice, opened: Opened, window: { first: number; last: number }): Cell[][] {
	return [
		[m.spots_export_period(), dayText(window.first), dayText(window.last)],
		[m.spots_export_taken(), opened.takenAt],
		[m.spots_export_address(), `/hotspots?${writeChoice({ ...choice, ...window })}`]
	];
}

/** Every place of a verdict with its numbers, and what somebody needs to get them again. */
export function verdictRows(
	judged: Judged,
	choice: Choice,
	opened: Opened,
	window: { first: number; last: number },
	isEnglish: boolean
): Cell[][] {
	const number = (value: number) => (Number.isNaN(value) ? null : Math.round(value * 1e6) / 1e6);
	const cells: [string, (spot: Spot) => Cell][] = [
		[m.spots_place(), (spot) => placeName(spot, isEnglish)],
		[m.spots_export_segment(), (spot) => (choice.view === 'segments' ? spot.segmentId : null)],
		[m.spots_export_lng(), ({ middle }) => Math.round(middle[0] * 1e6) / 1e6],
		[m.spots_export_lat(), ({ middle }) => Math.round(middle[1] * 1e6) / 1e6],
		[m.spots_count(), ({ count }) => count],
		[m.spots_expected(), ({ expected }) => number(expected)],
		[m.spots_score(), ({ score }) => number(score)],
		[m.spots_p(), ({ p }) => number(p)],
		[m.spots_adjusted(), ({ adjusted }) => number(adjusted)],
		[m.spots_export_hot(), ({ isHot }) => (isHot ? 1 : 0)]
	];
	return [
		...head(choice, opened, window),
		[
			m.spots_export_method(),
			m.spots_definition_hot({
				permutations: formatNumber(judged.permutations),
				seed: String(judged.seed),
				rate: formatNumber(judged.rate, { style: 'percent' }),
				least: judged.leastCount,
				tested: formatNumber(judged.tested),
				places: formatNumber(judged.places)
			})
		],
		[],
		cells.map(([title]) => title),
		...judged.spots.map((spot) => cells.map(([, cell]) => cell(spot)))
	];
}

/** Streets by how many reports lie on them. */
export function streetRows(
	streets: readonly BusyStreet[],
	choice: Choice,
	opened: Opened,
	window: { first: number; last: number },
	isEnglish: boolean
): Cell[][] {
	return [
		...head(choice, opened, window),
		[],
		[m.spots_place(), m.spots_count(), m.spots_km(), m.spots_per_km()],
		...streets.map((street): Cell[] => [
			placeName(street, isEnglish),
			street.count,
			Math.round(street.km * 1000) / 1000,
			Math.round((street.count / street.km) * 100) / 100
		])
	];
}

/** Places that are turning into something. */
export function emergingRows(
	emerged: Emerged,
	choice: Choice,
	opened: Opened,
	window: { first: number; last: number },
	isEnglish: boolean
): Cell[][] {
	return [
		...head(choice, opened, window),
		[
			m.spots_export_method(),
			m.spots_emerging_hint({
				from: dayText(emerged.first),
				weeks: emerged.weeks,
				longest: emerged.longest,
				permutations: formatNumber(emerged.permutations),
				seed: String(emerged.seed + 1)
			})
		],
		[],
		[
			...[m.spots_place(), m.spots_export_lng(), m.spots_export_lat(), m.spots_emerging_kind()],
			...[m.spots_count(), m.spots_expected(), m.spots_emerging_weeks(), m.spots_emerging_p()]
		],
		...emerged.spots.map((spot): Cell[] => [
			...[placeName(spot, isEnglish), spot.middle[0], spot.middle[1], emergingName(spot.kind)],
			spot.cluster?.count ?? spot.count,
			...[spot.cluster?.expected ?? null, spot.cluster?.weeks ?? null, spot.cluster?.p ?? null]
		])
	];
}

/** Groups of reports. */
export function groupRows(
	grouped: Grouped,
	choice: Choice,
	opened: Opened,
	window: { first: number; last: number },
	isEnglish: boolean
): Cell[][] {
	return [
		...head(choice, opened, window),
		[
			m.spots_export_method(),
			m.spots_groups_hint({
				reach: grouped.reach,
				least: grouped.least,
				loose: formatNumber(grouped.loose)
			})
		],
		[],
		[m.spots_place(), m.spots_export_lng(), m.spots_export_lat(), m.spots_count()],
		...grouped.groups.map((group): Cell[] => [
			...[placeName(group, isEnglish), group.middle[0], group.middle[1], group.count]
		])
	];
}
