import type { Indicator, Rule } from '../board.ts';
import type { Share } from '../rates.ts';

/** A count of cases: what a tally holds for every street, unit or area. Their words are the definitions'. */
export const counts = [
	'filed',
	'closed',
	'due',
	'on_time',
	'verified',
	'returned',
	'suspended_due',
	'on_time_due',
	'window_over',
	'recurred',
	'open',
	'overdue'
] as const;
export type Count = (typeof counts)[number];

/** Every number there is. An id never changes its meaning: another formula is another version. */
export const numberIds = [
	'rate.closure',
	'rate.on_time',
	'rate.on_time.minus_suspended',
	'rate.verified',
	'rate.rework',
	'rate.recurrence',
	'median.hours',
	'mix.source',
	'count.filed',
	'count.closed',
	'count.due',
	'count.on_time_count',
	'count.verified_count',
	'count.returned',
	'count.suspended_due',
	'count.window_over',
	'count.recurred',
	'count.open',
	'count.overdue',
	'count.received'
] as const;
export type NumberId = (typeof numberIds)[number];

/** What a number is made of. Its words in both languages are in `definition-words.ts`. */
export interface NumberDefinition {
	id: NumberId;
	/** Raised when the formula changes, so that an old export is not compared with a new screen. */
	version: number;
	/** A share of counts, a count, a median in working hours, or counts by who reported first. */
	kind: 'share' | 'count' | 'median' | 'mix';
	/** The cases it is about: over which a count counts, a median is taken, a mix is split. Of a share, its numerator. */
	numerator: Count | 'received';
	/** Null unless a share. */
	denominator: Count | null;
	/** Which way is better; null where neither is. */
	better: 'high' | 'low' | null;
	/** Counts with the moment of reading alone, whatever the period. */
	isNow: boolean;
}

const define = (
	id: NumberId,
	kind: NumberDefinition['kind'],
	numerator: NumberDefinition['numerator'],
	denominator: Count | null = null,
	better: NumberDefinition['better'] = null,
	isNow = false
): NumberDefinition => ({ id, version: 1, kind, numerator, denominator, better, isNow });

/** The registry: each number's formula (product: “Numbers”). */
export const definitions: readonly NumberDefinition[] = [
	define('rate.closure', 'share', 'closed', 'due', 'high'),
	define('rate.on_time', 'share', 'on_time', 'due', 'high'),
	// The Jinhua rule: approved suspensions leave the denominator.
	define('rate.on_time.minus_suspended', 'share', 'on_time', 'on_time_due', 'high'),
	define('rate.verified', 'share', 'verified', 'due', 'high'),
	define('rate.rework', 'share', 'returned', 'due', 'low'),
	define('rate.recurrence', 'share', 'recurred', 'window_over', 'low'),
	define('median.hours', 'median', 'closed', null, 'low'),
	define('mix.source', 'mix', 'filed'),
	define('count.filed', 'count', 'filed'),
	define('count.closed', 'count', 'closed'),
	define('count.due', 'count', 'due'),
	define('count.on_time_count', 'count', 'on_time'),
	define('count.verified_count', 'count', 'verified'),
	define('count.returned', 'count', 'returned'),
	define('count.suspended_due', 'count', 'suspended_due'),
	define('count.window_over', 'count', 'window_over'),
	define('count.recurred', 'count', 'recurred'),
	define('count.open', 'count', 'open'),
	define('count.overdue', 'count', 'overdue', null, 'low', true),
	define('count.received', 'count', 'received')
];

const byId = new Map<string, NumberDefinition>(definitions.map((one) => [one.id, one]));

/** Null for an id that no number has. */
export function definitionOf(id: string): NumberDefinition | null {
	return byId.get(id) ?? null;
}

/** The id of a share under a rule; the rule concerns on-time closure alone. */
export function shareId(indicator: Indicator, rule: Rule): NumberId {
	return indicator === 'on_time' && rule === 'minus_suspended'
		? 'rate.on_time.minus_suspended'
		: `rate.${indicator}`;
}

/** A share's numerator and denominator from counts. Throws for a number that is no share. */
export function shareFrom(counted: Readonly<Record<Count, number>>, id: NumberId): Share {
	const { kind, numerator, denominator } = byId.get(id)!;
	if (kind !== 'share' || denominator === null || numerator === 'received')
		throw new TypeError(`${id} is a ${kind}, when expected a share.`);
	return { part: counted[numerator], of: counted[denominator] };
}
