import type { Component } from 'svelte';
import { deskRoles } from '#lib/cases/desk.server.ts';
import { countUnseen } from '#lib/cases/notifications.server.ts';
import { render } from 'svelte/server';
import { getHome } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readCity } from '#lib/staff/demo.server.ts';
import { screensFor } from '#lib/staff/screens.ts';
import { hasRole, type Session } from '#lib/staff/staff.ts';
import { isTheme, themeCookie } from '#lib/ui/theme.ts';
import { log } from '#server/log.ts';
import { getSettings } from '#server/settings.ts';
import { drawIsland } from '#lib/ui/island-drawing.ts';
import type { LayoutServerLoad } from './$types';
import Header from './Header.svelte';
import PhoneBar from './PhoneBar.svelte';
import SeedingBanner from './SeedingBanner.svelte';

// The frame of every page: drawn here, and alive in browsers only once somebody touches it.
const frame = { header: Header, 'phone-bar': PhoneBar, seeding: SeedingBanner };
for (const [name, Part] of Object.entries(frame)) {
	drawIsland(name, (props) => render(Part as Component<object>, { props, idPrefix: name }).body);
}

export const load: LayoutServerLoad = async ({ locals, cookies, depends }) => {
	depends('kerbside:seeding');
	const theme = cookies.get(themeCookie);
	const [city, unseen] = await Promise.all([
		nameCity(locals.requestId),
		unseenBy(locals.staff, locals.requestId)
	]);
	return {
		language: locals.language,
		theme: isTheme(theme) ? theme : ('auto' as const),
		person: locals.staff && { name: locals.staff.name },
		/** By when this person has to have a second factor; null: nothing is due. */
		enrolBy: locals.staff?.enrol_by ?? null,
		screens: screensFor(locals.staff),
		city,
		/** What this person was told and has not seen; null for those who are told nothing here. */
		unseen,
		/** The map beneath ours, if the city has chosen one; null: our own tiles. */
		basemap: getSettings().basemap,
		/** How much of the demo's past has been made; null when all of it is there. */
		seeding: getHome().seeding ?? null
	};
};

/** The frame of a page must stand even while the database does not answer: signing in, errors, offline forms. */
async function nameCity(id: string) {
	try {
		const { name, name_en, time_zone, is_demo, attribution } = await readCity();
		return { name, name_en, time_zone, is_demo, attribution };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		log.warn('city_unread', { id, code: problem.code });
		return null;
	}
}

/** The bell is no reason for a page not to stand. */
async function unseenBy(staff: Session | null, id: string): Promise<number | null> {
	if (!staff || !hasRole(staff, ...deskRoles)) return null;
	try {
		return await countUnseen(staff.accessToken);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		log.warn('unseen_unread', { id, code: problem.code });
		return 0;
	}
}
