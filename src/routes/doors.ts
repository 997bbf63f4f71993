import { m } from '#lib/i18n/messages.ts';
import { screenPaths, type Screen } from '#lib/staff/screens.ts';
import type { IconName } from '#lib/ui/Icon.svelte';

/** A way to a screen, as the navigation shows it. */
export interface Door {
	screen: Screen;
	href: string;
	icon: IconName;
	label: string;
	/** Somebody is behind it now. */
	isHere: boolean;
}

const faces: Record<Screen, { icon: IconName; label: () => string }> = {
	map: { icon: 'map', label: m.shell_map },
	snap: { icon: 'camera', label: m.shell_nav_snap },
	track: { icon: 'follow', label: m.shell_nav_track },
	desk: { icon: 'desk', label: m.shell_desk },
	wall: { icon: 'wall', label: m.shell_wall },
	board: { icon: 'board', label: m.shell_board },
	patrol: { icon: 'route', label: m.shell_patrol },
	admin: { icon: 'gear', label: m.shell_admin }
};

export function doorsTo(screens: readonly Screen[], pathname: string): Door[] {
	return screens.map((screen) => {
		const href = screenPaths[screen];
		const isHere = href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
		return { screen, href, icon: faces[screen].icon, label: faces[screen].label(), isHere };
	});
}

/** What is used most on a phone comes first. */
const onPhones: readonly Screen[] = ['map', 'snap', 'desk', 'patrol', 'track', 'board', 'wall', 'admin'];

/** The four a phone's bar has room for; the others are in the menu. */
export function doorsOnPhones(doors: readonly Door[]): Door[] {
	return [...doors].sort((a, b) => onPhones.indexOf(a.screen) - onPhones.indexOf(b.screen)).slice(0, 4);
}
