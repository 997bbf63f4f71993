import type { Choice, Hours, ListedRule, Rule } from './rule.ts';

/** What the fields of the rule form hold, as text; `weekday` may come several times. */
export interface RuleFields {
	category: string;
	area_id: string;
	weekdays: string[];
	starts: string;
	ends: string;
	hours: string;
	/** `area`, `category`, or a unit's id. */
	target: string;
}

export const noRule: RuleFields = {
	category: '',
	area_id: '',
	weekdays: [],
	starts: '',
	ends: '',
	hours: '',
	target: ''
};

export function fieldsOfRule(rule: ListedRule): RuleFields {
	return {
		category: rule.category ?? '',
		area_id: rule.area_id === null ? '' : String(rule.area_id),
		weekdays: (rule.weekdays ?? []).map(String),
		starts: rule.starts ?? '',
		ends: rule.ends ?? '',
		hours: rule.hours ?? '',
		target: rule.choice === 'unit' ? String(rule.unit_id) : rule.choice
	};
}

export function fieldsOfForm(form: FormData): RuleFields {
	const text = (name: string) => {
		const value = form.get(name);
		return typeof value === 'string' ? value.trim().slice(0, 40) : '';
	};
	return {
		category: text('category'),
		area_id: text('area_id'),
		weekdays: form.getAll('weekday').flatMap((day) => (typeof day === 'string' ? [day] : [])),
		starts: text('starts'),
		ends: text('ends'),
		hours: text('hours'),
		target: text('target')
	};
}

/** The rule that the fields describe. Nonsense is left for the database to refuse. */
export function ruleOfFields(fields: RuleFields, id: string | null): Rule {
	const { target } = fields;
	const choice: Choice = target === 'area' || target === 'category' ? target : 'unit';
	const weekdays = fields.weekdays.map(Number).filter((day) => Number.isInteger(day));
	return {
		id,
		category: fields.category || null,
		area_id: /^\d+$/.test(fields.area_id) ? Number(fields.area_id) : null,
		weekdays: weekdays.length > 0 && weekdays.length < 7 ? weekdays : null,
		starts: fields.starts || null,
		ends: fields.ends || null,
		hours: (fields.hours || null) as Hours | null,
		choice,
		unit_id: choice === 'unit' && /^\d+$/.test(target) ? Number(target) : null
	};
}
