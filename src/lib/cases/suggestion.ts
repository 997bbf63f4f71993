import { ruleSentence } from '#lib/dispatch/rule-words.ts';
import { m, type Locale } from '#lib/i18n/messages.ts';
import type { Suggestion } from './case.ts';
import { localText } from './local.ts';

/** Why this unit, in a sentence: the rule that matched and what it matched on. */
export function suggestionReason(suggestion: Suggestion, locale: Locale): string {
	const unit = localText(suggestion.unit, suggestion.unit_en, locale) ?? '—';
	const area = localText(suggestion.area, suggestion.area_en, locale) ?? '—';
	if (suggestion.rule === 'rule' && suggestion.matched) return ruleSentence(suggestion.matched, locale, unit);
	if (suggestion.rule === 'duty_area') return m.desk_rule_duty_area({ area, unit }, { locale });
	if (suggestion.rule === 'category_default') return m.desk_rule_category_default({ unit }, { locale });
	return m.desk_suggestion_none({}, { locale });
}

/** Who would have been next: beyond the nearest boundary that matters, or by the next rule. Null when nobody is. */
export function runnerUpText({ runner_up }: Suggestion, locale: Locale): string | null {
	if (runner_up?.by === 'rule') {
		const unit = localText(runner_up.unit, runner_up.unit_en, locale) ?? '—';
		return m.dispatch_next_rule({ unit, position: runner_up.position ?? 0 }, { locale });
	}
	if (!runner_up?.area) return null;
	return m.desk_runner_up(
		{
			unit: localText(runner_up.unit, runner_up.unit_en, locale) ?? '—',
			area: localText(runner_up.area, runner_up.area_en, locale) ?? '—',
			metres: Math.round(runner_up.border_m ?? 0)
		},
		{ locale }
	);
}
