// Dispatch rules (派遣规则): by category, ground and time they choose the unit; the first that matches wins.

export type Choice = 'unit' | 'area' | 'category';
export type Hours = 'working' | 'after_hours';

/** What a rule looks at and whom it chooses. Null means any. */
export interface Rule {
	/** The same from version to version; null while it has never been saved. */
	id: string | null;
	/** A class covers its children. */
	category: string | null;
	area_id: number | null;
	/** 1 Monday to 7, as the wall's calendar has them; working weekends (调休) are `hours`' matter. */
	weekdays: number[] | null;
	/** HH:MM in the city's zone. An end before the start is on the next day, and the night belongs to the day it starts on. */
	starts: string | null;
	ends: string | null;
	hours: Hours | null;
	/** A named unit, the area's own (without an area: the duty grid's), or the category's default. */
	choice: Choice;
	unit_id: number | null;
}

/** A rule with the names it had when it was read or when it sent a case somewhere. */
export interface RuleWords extends Rule {
	position: number;
	version: number | null;
	/** The two last rules of every set are built in. */
	built_in: 'duty_area' | 'category_default' | null;
	category_name: string | null;
	category_name_en: string | null;
	area: string | null;
	area_en: string | null;
	area_kind: string | null;
	unit: string | null;
	unit_en: string | null;
}

export interface ListedRule extends RuleWords {
	/** Who answers for the rule's area. */
	area_unit_id: number | null;
	/** The area is on no map any more: the rule never matches. */
	area_gone: boolean;
	/** Nobody works for the unit it names, or the area's: null when it names none by itself. */
	unit_empty: boolean | null;
}

/** A set of rules: a draft, or a version with the time it holds. */
export interface RuleSet {
	id: string;
	version: number | null;
	revision: number;
	based_on: number | null;
	drafted_at: string;
	saved_at: string | null;
	authors: string[];
	/** The person asking wrote on it: somebody else has to put it in force. */
	is_mine: boolean;
	applied_at: string | null;
	applied_by: string | null;
	in_force_from: string | null;
	replaced_at: string | null;
	withdrawn_at: string | null;
	rules: number;
}

export interface RuleBook {
	in_force: RuleSet | null;
	rules: ListedRule[];
	draft: (RuleSet & { list: ListedRule[] }) | null;
	history: RuleSet[];
}

interface MovedCase {
	id: string;
	number: string;
	status: string;
	category_name: string;
	category_name_en: string | null;
	street: string | null;
	street_en: string | null;
}

/** What a draft would have done with the cases of the last days. */
export interface Trial {
	rule_set: string;
	revision: number;
	version: number;
	since: string;
	until: string;
	cases: number;
	is_cut: boolean;
	moved: number;
	moves: {
		from_unit_id: number | null;
		from: string | null;
		from_en: string | null;
		to_unit_id: number | null;
		to: string | null;
		to_en: string | null;
		cases: number;
	}[];
	by_rule: { position: number; cases: number }[];
	rows: (MovedCase & {
		at: string;
		lng: number;
		lat: number;
		from: string | null;
		from_en: string | null;
		to: string | null;
		to_en: string | null;
		position: number | null;
	})[];
}

/** Dispatched cases that the rules and areas of today would send elsewhere. */
export interface Elsewhere {
	total: number;
	version: number;
	rows: (MovedCase & {
		version: number;
		dispatched_at: string;
		due_at: string | null;
		unit: string | null;
		unit_en: string | null;
		to_unit_id: number;
		to: string;
		to_en: string | null;
		matched: RuleWords;
		may_redispatch: boolean;
	})[];
}

export interface RuleCategory {
	code: string;
	parent: string | null;
	name: string;
	name_en: string | null;
	is_active: boolean;
	/** The key of the unit that handles it by default. */
	default_unit: string | null;
}

export const mostRules = 200;

/** The rule without its names: what is saved. */
export function bare({ id, category, area_id, weekdays, starts, ends, hours, choice, unit_id }: Rule): Rule {
	return { id, category, area_id, weekdays, starts, ends, hours, choice, unit_id };
}

/** The rules with the one at `from` (from 1) standing at `to`; others close up. */
export function reordered<R>(rules: readonly R[], from: number, to: number): R[] {
	const kept = [...rules];
	const [rule] = kept.splice(from - 1, 1);
	if (rule !== undefined) kept.splice(Math.max(0, Math.min(kept.length, to - 1)), 0, rule);
	return kept;
}
