import { getLocale, m, type Locale } from '#lib/i18n/messages.ts';

type Words = (p: object, o: { locale: Locale }) => string;

const faults: Record<string, Words> = {
	not_an_after_photo: m.desk_fault_not_an_after_photo,
	photo_missing: m.desk_fault_photo_missing,
	handling_not_begun: m.desk_fault_handling_not_begun,
	time_unknown: m.desk_fault_time_unknown,
	taken_before_handling: m.desk_fault_taken_before_handling,
	place_unknown: m.desk_fault_place_unknown,
	taken_too_far_away: m.desk_fault_taken_too_far_away,
	taken_before_dispute: m.desk_fault_taken_before_dispute,
	place_too_vague: m.desk_fault_place_too_vague
};

/** Why a photo does not prove a closure, in words. */
export function photoFault(code: string, locale: Locale = getLocale()): string {
	return (faults[code] ?? m.desk_fault_other)({}, { locale });
}
