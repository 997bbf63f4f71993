import { hexagonRadii } from './brush.ts';
import type { Exposure } from './ground.ts';
import type { Sieve } from './selection.ts';
import type { View } from './session.ts';

/** What a hotspot page shows. All of it is in the address, so that two people look at the same thing. */
export interface Choice {
	view: View;
	/** First and last day, days since 2000-01-01, both counted in; null for the city's whole history or its end. */
	first: number | null;
	last: number | null;
	/** Codes; empty for all. */
	categories: readonly string[];
	hours: readonly [from: number, to: number];
	hasPatrolFound: boolean;
	hasRepeats: boolean;
	exposure: Exposure;
	radius: number;
	/** Reports that look like no trouble on the ground: default places, daily reporters, repetitions. */
	hasDoubtful: boolean;
}

export const usualChoice: Choice = {
	view: 'segments',
	first: null,
	last: null,
	categories: [],
	hours: [0, 24],
	hasPatrolFound: true,
	hasRepeats: true,
	exposure: 'street',
	radius: 150,
	hasDoubtful: false
};

const views = ['heat', 'network', 'hexagons', 'segments', 'emerging', 'groups'] as const;
const exposures = ['none', 'street', 'patrol'] as const;
const msOfDay = 86_400_000;
const epoch = Date.UTC(2000, 0, 1);

/** A day as `YYYY-MM-DD`. */
export const dayText = (day: number): string => new Date(epoch + day * msOfDay).toISOString().slice(0, 10);

/** A day that exists, as days since 2000-01-01; null for anything else. */
export function dayOf(text: string | null): number | null {
	if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
	const at = Date.parse(`${text}T00:00:00Z`);
	if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(text)) return null;
	return Math.round((at - epoch) / msOfDay);
}

/** Whatever is not understood is the usual: an address never breaks a page. */
export function readChoice(search: URLSearchParams): Choice {
	const oneOf = <T extends string>(words: readonly T[], name: string, usual: T): T =>
		words.find((word) => word === search.get(name)) ?? usual;
	const hours = /^(\d{1,2})-(\d{1,2})$/.exec(search.get('hours') ?? '');
	const [from, to] = [Number(hours?.[1] ?? 0), Number(hours?.[2] ?? 24)];
	const radius = Number(search.get('size'));
	return {
		view: oneOf(views, 'view', usualChoice.view),
		first: dayOf(search.get('from')),
		last: dayOf(search.get('to')),
		categories: (search.get('category') ?? '').split(',').filter((code) => /^[0-9A-Z]{2,8}$/.test(code)),
		hours: from < 24 && to <= 24 ? [from, to] : [0, 24],
		hasPatrolFound: search.get('patrol') !== 'out',
		hasRepeats: search.get('repeats') !== 'out',
		exposure: oneOf(exposures, 'per', usualChoice.exposure),
		radius: hexagonRadii.find((one) => one === radius) ?? usualChoice.radius,
		hasDoubtful: search.get('doubtful') === 'in'
	};
}

/** The address's search part, without the question mark; what is usual is left out. */
export function writeChoice(choice: Choice): string {
	const search = new URLSearchParams();
	if (choice.view !== usualChoice.view) search.set('view', choice.view);
	if (choice.first !== null) search.set('from', dayText(choice.first));
	if (choice.last !== null) search.set('to', dayText(choice.last));
	if (choice.categories.length > 0) search.set('category', choice.categories.join(','));
	if (choice.hours[0] !== 0 || choice.hours[1] !== 24) search.set('hours', choice.hours.join('-'));
	if (!choice.hasPatrolFound) search.set('patrol', 'out');
	if (!choice.hasRepeats) search.set('repeats', 'out');
	if (choice.exposure !== usualChoice.exposure) search.set('per', choice.exposure);
	if (choice.radius !== usualChoice.radius) search.set('size', String(choice.radius));
	if (choice.hasDoubtful) search.set('doubtful', 'in');
	return search.toString();
}

/** Indices of a choice's categories in the city's list, those below a class with it; null for all. */
export function sieveOf(
	choice: Choice,
	categories: readonly { code: string; parent: string | null }[]
): Sieve {
	const wanted = categories.flatMap(({ code, parent }, i) =>
		choice.categories.includes(code) || (parent !== null && choice.categories.includes(parent)) ? [i] : []
	);
	return {
		categories: wanted.length > 0 ? wanted : null,
		hours: choice.hours,
		hasPatrolFound: choice.hasPatrolFound,
		hasRepeats: choice.hasRepeats
	};
}
