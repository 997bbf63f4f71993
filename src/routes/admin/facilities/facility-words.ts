import { m } from '#lib/i18n/messages.ts';

export const facilityKinds: Record<string, () => string> = {
	wash_site: m.facilities_wash_site,
	camera: m.facilities_camera
};
export const buildStates: Record<string, () => string> = {
	planned: m.facilities_planned,
	building: m.facilities_building,
	open: m.facilities_open,
	closed: m.facilities_closed
};
/** Three outcomes of a campaign, not one. */
export const outcomes: Record<string, () => string> = {
	closed: m.facilities_outcome_closed,
	rebuilt: m.facilities_outcome_rebuilt,
	relocated: m.facilities_outcome_relocated
};

export const optionsOf = (words: Record<string, () => string>) =>
	Object.entries(words).map(([value, label]) => ({ value, label: label() }));
