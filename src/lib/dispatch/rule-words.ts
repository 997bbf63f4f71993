import { m, type Locale } from '#lib/i18n/messages.ts';
import type { Rule, RuleWords } from './rule.ts';

const localText = (text: string | null, english: string | null, locale: Locale) =>
	(locale === 'en' && english) || text;

/** 2024 began on a Monday. */
export const dayName = (weekday: number, locale: Locale) =>
	new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, weekday));

/** 周一至周五; 周五、周日. Three and more in a row are a range. */
export function weekdaysText(weekdays: readonly number[], locale: Locale): string {
	const [first, last] = [weekdays[0]!, weekdays.at(-1)!];
	const isRow = weekdays.length > 2 && last - first === weekdays.length - 1;
	if (isRow)
		return m.dispatch_day_range({ from: dayName(first, locale), to: dayName(last, locale) }, { locale });
	return weekdays.map((day) => dayName(day, locale)).join(locale === 'en' ? ', ' : '、');
}

/** When a rule holds, in words; an empty list is always. */
export function timeWords({ weekdays, starts, ends, hours }: Rule, locale: Locale): string[] {
	const words: string[] = [];
	if (weekdays) words.push(weekdaysText(weekdays, locale));
	if (starts && ends) {
		const isNight = starts > ends;
		words.push((isNight ? m.dispatch_window_night : m.dispatch_window)({ starts, ends }, { locale }));
	}
	if (hours === 'working') words.push(m.dispatch_working({}, { locale }));
	if (hours === 'after_hours') words.push(m.dispatch_after_hours({}, { locale }));
	return words;
}

/** Whom a rule chooses: a unit by name, or whose. */
export function choiceWords(rule: RuleWords, locale: Locale): string {
	if (rule.choice === 'unit') return localText(rule.unit, rule.unit_en, locale) ?? '—';
	if (rule.choice === 'category') return m.dispatch_choice_category({}, { locale });
	return (rule.area_id === null ? m.dispatch_choice_grid : m.dispatch_choice_area)({}, { locale });
}

/** What a rule looks at, joined: 火车站广场 × 黑车拉客 × 夜间 22:00–次日 06:00. */
export function conditionWords(rule: RuleWords, locale: Locale): string {
	const words = [
		rule.area_id !== null && localText(rule.area, rule.area_en, locale),
		rule.category !== null && localText(rule.category_name, rule.category_name_en, locale),
		...timeWords(rule, locale)
	].filter((word): word is string => !!word);
	return words.length > 0 ? words.join(' × ') : m.dispatch_anything({}, { locale });
}

/**
 * A rule in one line. `chosen` is the unit it came to at a place, where its own words only say whose.
 * 规则 3：火车站广场 × 黑车拉客 × 夜间 22:00–次日 06:00 → 二中队
 */
export function ruleSentence(rule: RuleWords, locale: Locale, chosen?: string | null): string {
	const unit = chosen ?? choiceWords(rule, locale);
	if (rule.built_in === 'duty_area') return m.dispatch_sentence_grid({ unit }, { locale });
	if (rule.built_in === 'category_default') return m.dispatch_sentence_category({ unit }, { locale });
	const { position } = rule;
	return m.dispatch_sentence({ position, when: conditionWords(rule, locale), unit }, { locale });
}
