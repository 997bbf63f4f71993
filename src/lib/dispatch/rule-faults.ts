// What is odd about a list of rules: rules that never match, rules whose order decides between them, rules for nobody, categories that nobody is named for.
import type { ListedRule, Rule, RuleCategory } from './rule.ts';

export interface Fault {
	/** Of the rule it is about, from 1. */
	position: number;
	kind: 'unreachable' | 'overlaps' | 'area_gone' | 'area_without_unit' | 'unit_empty';
	/** The earlier rules that make it so. */
	by: number[];
}

const week = 7 * 1440;
const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The minutes of a week when a rule holds: first those that are working time, then, as many again, those that are not. Which are which the calendar decides. */
export function minutesOf({ weekdays, starts, ends, hours }: Rule): Uint8Array {
	const held = new Uint8Array(2 * week);
	const [from, to] = starts && ends ? [minuteOf(starts), minuteOf(ends)] : [0, 1440];
	const length = to > from ? to - from : to + 1440 - from;
	for (const day of weekdays ?? [1, 2, 3, 4, 5, 6, 7]) {
		for (let i = 0; i < length; i += 1) {
			const minute = ((day - 1) * 1440 + from + i) % week;
			if (hours !== 'after_hours') held[minute] = 1;
			if (hours !== 'working') held[week + minute] = 1;
		}
	}
	return held;
}

const isWithin = (inner: Uint8Array, outer: Uint8Array) => inner.every((held, i) => !held || outer[i]);
const meet = (a: Uint8Array, b: Uint8Array) => a.some((held, i) => held && b[i]);

export function ruleFaults(rules: readonly ListedRule[], categories: readonly RuleCategory[]): Fault[] {
	const parents = new Map(categories.map(({ code, parent }) => [code, parent]));
	const covers = (wide: string | null, narrow: string | null) =>
		wide === null || wide === narrow || (narrow !== null && parents.get(narrow) === wide);
	const groundCovers = (wide: Rule, narrow: Rule) => wide.area_id === null || wide.area_id === narrow.area_id;
	const own = rules.filter(({ built_in }) => built_in === null);
	const minutes = new Map(own.map((rule) => [rule, minutesOf(rule)]));

	const faults: Fault[] = [];
	for (const [i, rule] of own.entries()) {
		const { position } = rule;
		if (rule.area_gone) {
			faults.push({ position, kind: 'area_gone', by: [] });
			continue;
		}
		if (rule.choice === 'area' && rule.area_id !== null && rule.area_unit_id === null)
			faults.push({ position, kind: 'area_without_unit', by: [] });
		if (rule.unit_empty) faults.push({ position, kind: 'unit_empty', by: [] });
		const held = minutes.get(rule)!;
		const earlier = own.slice(0, i).filter((one) => !one.area_gone && meet(minutes.get(one)!, held));
		const takers = earlier.filter(
			(one) =>
				namesSomebody(one, rule.category, categories) &&
				covers(one.category, rule.category) &&
				groundCovers(one, rule)
		);
		const all = new Uint8Array(2 * week);
		for (const one of takers) minutes.get(one)!.forEach((yes, at) => (all[at]! |= yes));
		if (isWithin(held, all)) {
			// One rule that takes everything says more than several that do it together.
			const alone = takers.find((one) => isWithin(held, minutes.get(one)!));
			const by = alone ? [alone.position] : takers.map((one) => one.position);
			faults.push({ position, kind: 'unreachable', by });
			continue;
		}
		const rivals = earlier.filter((one) => {
			if (one.choice === rule.choice && one.unit_id === rule.unit_id) return false;
			const isSameMatter = covers(one.category, rule.category) || covers(rule.category, one.category);
			const isSameGround = groundCovers(one, rule) || groundCovers(rule, one);
			const isException =
				covers(rule.category, one.category) && groundCovers(rule, one) && isWithin(minutes.get(one)!, held);
			return isSameMatter && isSameGround && !isException;
		});
		if (rivals.length > 0) faults.push({ position, kind: 'overlaps', by: rivals.map((one) => one.position) });
	}
	return faults;
}

/** Whether a rule names a unit wherever it matches: a rule that may name nobody lets the next ones have their turn. */
function namesSomebody(
	rule: ListedRule,
	category: string | null,
	categories: readonly RuleCategory[]
): boolean {
	if (rule.choice === 'unit') return true;
	if (rule.choice === 'area') return rule.area_id !== null && rule.area_unit_id !== null;
	const meant = categories.filter(
		({ code, parent }) => parent !== null && (category === null || code === category || parent === category)
	);
	return meant.length > 0 && meant.every(({ default_unit }) => default_unit !== null);
}

/** Active categories for which no rule names a unit wherever and whenever: outside every duty area such a case has none. */
export function categoriesWithoutUnit(
	rules: readonly ListedRule[],
	categories: readonly RuleCategory[]
): RuleCategory[] {
	const everywhere = rules.filter(({ built_in, area_id }) => built_in === null && area_id === null);
	return categories.filter((category) => {
		const { code, parent, is_active, default_unit } = category;
		if (!is_active || parent === null || default_unit !== null) return false;
		const all = new Uint8Array(2 * week);
		for (const rule of everywhere) {
			const isMeant = rule.category === null || rule.category === code || rule.category === parent;
			if (isMeant && rule.choice === 'unit') minutesOf(rule).forEach((yes, at) => (all[at]! |= yes));
		}
		return !all.every((held) => held);
	});
}
