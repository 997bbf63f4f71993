import {
	indicators,
	rules,
	sortings,
	type BoardBy,
	type Indicator,
	type Rule,
	type Sorting
} from './board.ts';

export const periods = ['rate', 'days30', 'month', 'last_month', 'campaign', 'custom'] as const;
export type Period = (typeof periods)[number];

/** What a board shows. All of it is in the address, so a board can be sent to a colleague or bookmarked. */
export interface BoardFilters {
	by: BoardBy;
	period: Period;
	/** Custom only; `YYYY-MM-DD`, both days counted in. Empty: not chosen yet. */
	from: string;
	to: string;
	/** A category's code; empty: all. */
	category: string;
	indicator: Indicator;
	rule: Rule;
	sort: Sorting;
}

export const usualFilters: BoardFilters = {
	by: 'street',
	period: 'rate',
	from: '',
	to: '',
	category: '',
	indicator: 'closure',
	rule: 'standard',
	sort: 'rate'
};

function oneOf<T extends string>(words: readonly T[], asked: string | null, usual: T): T {
	return words.find((word) => word === asked) ?? usual;
}

const bys = ['street', 'unit', 'area'] as const;

/**
 * Whatever is not understood is the usual, and so is a category the city does not have (any more): an address never breaks
 * a board.
 */
export function readBoardFilters(
	search: URLSearchParams,
	categories: readonly { code: string }[]
): BoardFilters {
	const [from, to] = ['from', 'to'].map((name) => dayOf(search.get(name)));
	const category = search.get('category') ?? '';
	return {
		by: oneOf(bys, search.get('by'), usualFilters.by),
		period: oneOf(periods, search.get('period'), from || to ? 'custom' : usualFilters.period),
		from: from!,
		to: to!,
		category: categories.some(({ code }) => code === category) ? category : '',
		indicator: oneOf(indicators, search.get('indicator'), usualFilters.indicator),
		rule: oneOf(rules, search.get('rule'), usualFilters.rule),
		sort: oneOf(sortings, search.get('sort'), usualFilters.sort)
	};
}

/** The address's search part, without the question mark; what is usual is left out. */
export function writeBoardFilters(filters: BoardFilters): string {
	const search = new URLSearchParams();
	for (const name of Object.keys(usualFilters) as (keyof BoardFilters)[]) {
		const isIdle = (name === 'from' || name === 'to') && filters.period !== 'custom';
		if (filters[name] !== usualFilters[name] && !isIdle) search.set(name, filters[name]);
	}
	return search.toString();
}

export interface CampaignDays {
	name: string;
	name_en: string | null;
	starts_on: string;
	ends_on: string;
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
	filters: Pick<BoardFilters, 'period' | 'from' | 'to'>,
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
			if (!campaign) return { from: null, to: null };
			if (campaign.starts_on > today) return 'future';
			return { from: campaign.starts_on, to: campaign.ends_on < today ? campaign.ends_on : today };
		case 'custom': {
			const { from, to } = filters;
			if (!from || !to) return 'open';
			if (from > to) return 'turned';
			return from > today ? 'future' : { from, to };
		}
	}
}

function daysBefore(day: string, days: number): string {
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
