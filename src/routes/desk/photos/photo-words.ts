import { localText } from '#lib/cases/local.ts';
import type { Verdict } from '#lib/evidence/covers.ts';
import type { JudgedPhoto, PhotoSubject } from '#lib/evidence/judging.ts';
import { getLocale, m } from '#lib/i18n/messages.ts';

const roleNames: Record<PhotoSubject['role'], () => string> = {
	near: m.desk_photo_near,
	wide: m.desk_photo_wide,
	before: m.desk_photo_before,
	after: m.desk_photo_after
};
const stateNames: Record<Verdict, () => string> = {
	withheld: m.photos_state_withheld,
	covered: m.photos_state_covered,
	cleared: m.photos_state_cleared,
	reopened: m.photos_state_reopened
};

export const roleName = (role: PhotoSubject['role']): string => roleNames[role]();

export function stateName(state: Verdict, isJudged = true): string {
	return isJudged ? stateNames[state]() : m.photos_state_waiting();
}

export const categoryOf = (photo: PhotoSubject) =>
	localText(photo.category_name, photo.category_name_en, getLocale());
export const streetOf = (photo: PhotoSubject) =>
	photo.street && localText(photo.street, photo.street_en, getLocale());

/** What one looks at, in a line. */
export function whatOf(photo: JudgedPhoto): string {
	const [role, category, street] = [roleName(photo.role), categoryOf(photo), streetOf(photo)];
	return street ? m.photos_what({ role, category, street }) : m.photos_what_no_street({ role, category });
}
