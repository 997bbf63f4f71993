import {
	indicators,
	rules,
	sortings,
	type BoardBy,
	type Indicator,
	type Rule,
	type Sorting
} from './board.ts';

export const periods = ['rate', 'days30', 'month', 'last_month', 'campaign', 'phase', 'custom'] as const;
export type Period = (typeof periods)[number];

export const patrols = ['with', 'without', 'only'] as const;
export type Patrol = (typeof patrols)[number];

/** A unit with the units below it, or what it handles itself: the row of a board is the latter. */
export const belows = ['with', 'without'] as const;
export type Below = (typeof belows)[number];

/** The days just before, as many; or the same days a year earlier. */
export const thans = ['before', 'year'] as const;
export type Than = (typeof thans)[number];

export const steps = ['week', 'month'] as const;
export type Step = (typeof steps)[number];

/** What a board shows. All of it is in the address, so a board can be sent to a colleague or bookmarked. */
export interface BoardFilters {
	by: BoardBy;
	period: Period;
	/** Custom only; `YYYY-MM-DD`, both days counted in. Empty: not chosen yet. */
	from: string;
	to: string;
	/** The key of the campaign's phase; with the period 'phase' only. */
	phase: string;
	/** A category's code; empty: all. */
	category: string;
	/** The id of a duty area, of a unit, of a street; empty: all. */
	area: string;
	unit: string;
	/** Whether the unit's cases are with those of the units below it; says nothing without a unit. */
	below: Below;
	street: string;
	/** A class of streets; empty: all. */
	class: string;
	/** Who reported first, a word of `factSources`; empty: everybody. */
	source: string;
	/** With what inspectors found on patrol, without it, or only it. */
	patrol: Patrol;
	/** What a period is compared with. */
	than: Than;
	/** The spans a trend is drawn in. */
	step: Step;
	indicator: Indicator;
	rule: Rule;
	sort: Sorting;
}

export const usualFilters: BoardFilters = {
	by: 'street',
	period: 'rate',
	from: '',
	to: '',
	phase: '',
	category: '',
	area: '',
	unit: '',
	below: 'with',
	street: '',
	class: '',
	source: '',
	patrol: 'with',
	than: 'before',
	step: 'week',
	indicator: 'closure',
	rule: 'standard',
	sort: 'rate'
};

function oneOf<T extends string>(words: readonly T[], asked: string | null, usual: T): T {
	return words.find((word) => word === asked) ?? usual;
}

const bys = ['street', 'unit', 'area'] as const;

/** What may be chosen from. What is left out is not looked at: any well-formed choice stands. */
export interface Choices {
	categories: readonly { code: string }[];
	areas?: readonly { id: number }[];
	units?: readonly { id: number }[];
	streets?: readonly { id: number }[];
	street_classes?: readonly string[];
	sources?: readonly string[];
}

/**
 * Whatever is not understood is the usual, and so is a category, street, unit or area the city does not have (any more): an address
 * never breaks a board.
 */
export function readBoardFilters(search: URLSearchParams, choices: Choices): BoardFilters {
	const [from, to] = ['from', 'to'].map((name) => dayOf(search.get(name)));
	const category = search.get('category') ?? '';
	const asked = search.get('period') ?? '';
	const [, phase = ''] = /^phase\.(.{1,80})$/u.exec(asked) ?? [];
	const idOf = (name: string, among: readonly { id: number }[] | undefined) => {
		const text = search.get(name) ?? '';
		const isId = /^[1-9]\d{0,14}$/.test(text) && (among?.some(({ id }) => id === Number(text)) ?? true);
		return isId ? text : '';
	};
	const wordOf = (name: string, among: readonly string[] = []) =>
		among.find((word) => word === search.get(name)) ?? '';
	return {
		by: oneOf(bys, search.get('by'), usualFilters.by),
		period: phase ? 'phase' : oneOf(plainPeriods, asked, from || to ? 'custom' : usualFilters.period),
		from: from!,
		to: to!,
		phase,
		category: choices.categories.some(({ code }) => code === category) ? category : '',
		area: idOf('area', choices.areas),
		unit: idOf('unit', choices.units),
		below: oneOf(belows, search.get('below'), usualFilters.below),
		street: idOf('street', choices.streets),
		class: wordOf('class', choices.street_classes),
		source: wordOf('source', choices.sources),
		patrol: oneOf(patrols, search.get('patrol'), usualFilters.patrol),
		than: oneOf(thans, search.get('than'), usualFilters.than),
		step: oneOf(steps, search.get('step'), usualFilters.step),
		indicator: oneOf(indicators, search.get('indicator'), usualFilters.indicator),
		rule: oneOf(rules, search.get('rule'), usualFilters.rule),
		sort: oneOf(sortings, search.get('sort'), usualFilters.sort)
	};
}

const plainPeriods = periods.filter((period) => period !== 'phase');

/** What a form and an address call a period: a phase by its key. */
export function periodWord({ period, phase }: Pick<BoardFilters, 'period' | 'phase'>): string {
	return period === 'phase' ? `phase.${phase}` : period;
}

/** The address's search part, without the question mark; what is usual is left out. */
export function writeBoardFilters(filters: BoardFilters): string {
	const search = new URLSearchParams();
	for (const name of Object.keys(usualFilters) as (keyof BoardFilters)[]) {
		const isIdle = ((name === 'from' || name === 'to') && filters.period !== 'custom') || name === 'phase';
		if (filters[name] === usualFilters[name] || isIdle) continue;
		search.set(name, name === 'period' ? periodWord(filters) : filters[name]);
	}
	return search.toString();
}

export interface CampaignDays {
	name: string;
	name_en: string | null;
	starts_on: string;
	ends_on: string;
	phases?: readonly {
		key: string;
		name: string;
		name_en: string | null;
		starts_on: string;
		ends_on: string;
	}[];
}

/** First and last day to ask the database for; null leaves the choice to it (the city's usual period, up to today). */
export interface Days {
	from: string | null;
	to: string | null;
}

/**
 * The days of a period in the city's time zone. A campaign that is not over is read up to today. 'turned' when a custom
 * period ends before it begins, 'open' when it lacks a day, 'future' when it begins after today.
 */
export function daysOf(
	filters: Pick<BoardFilters, 'period' | 'from' | 'to' | 'phase'>,
	today: string,
	campaign: CampaignDays | null
): Days | 'turned' | 'open' | 'future' {
	switch (filters.period) {
		case 'rate':
			return { from: null, to: null };
		case 'days30':
			return { from: daysBefore(today, 29), to: today };
		case 'month':
			return { from: `${today.slice(0, 7)}-01`, to: today };
		case 'last_month': {
			const last = daysBefore(`${today.slice(0, 7)}-01`, 1);
			return { from: `${last.slice(0, 7)}-01`, to: last };
		}
		case 'campaign':
		case 'phase': {
			const span =
				filters.period === 'campaign' ? campaign : campaign?.phases?.find(({ key }) => key === filters.phase);
			if (!span) return { from: null, to: null };
			if (span.starts_on > today) return 'future';
			return { from: span.starts_on, to: span.ends_on < today ? span.ends_on : today };
		}
		case 'custom': {
			const { from, to } = filters;
			if (!from || !to) return 'open';
			if (from > to) return 'turned';
			return from > today ? 'future' : { from, to };
		}
	}
}

export function daysBefore(day: string, days: number): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

/** A day that exists, or nothing. */
function dayOf(text: string | null): string {
	if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return '';
	const at = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? text : '';
}

/** Today as the city's calendar has it. */
export function todayIn(timeZone: string, now = Date.now()): string {
	return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now);
}
