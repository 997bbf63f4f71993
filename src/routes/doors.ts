import { m } from '#lib/i18n/messages.ts';
import { screenPaths, type Screen } from '#lib/staff/screens.ts';
import { drawings } from '#lib/ui/Icon.svelte';

/** A way to a screen, as the navigation shows it. */
export interface Door {
	screen: Screen;
	href: string;
	/** The path of its drawing. */
	icon: string;
	label: string;
	/** Somebody is behind it now. */
	isHere: boolean;
}

const faces: Record<Screen, { icon: string; label: () => string }> = {
	map: { icon: drawings.map, label: m.shell_map },
	snap: { icon: drawings.camera, label: m.shell_nav_snap },
	track: { icon: drawings.follow, label: m.shell_nav_track },
	desk: { icon: 'M3.5 5h17v11h-17zM8 20h8M12 16v4M3.5 12H8l1.5 2h5l1.5-2h4.5', label: m.shell_desk },
	wall: { icon: 'M2.5 4.5h19v12h-19zM6 13l3.5-4 3 2.5L17.5 8M8 20h8', label: m.shell_wall },
	board: { icon: drawings.board, label: m.shell_board },
	hotspots: {
		icon: 'M12 3l8 4.5v9L12 21l-8-4.5v-9z',
		label: m.shell_hotspots
	},
	patrol: { icon: drawings.route, label: m.shell_patrol },
	admin: {
		icon: 'M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1',
		label: m.shell_admin
	}
};

export function doorsTo(screens: readonly Screen[], pathname: string): Door[] {
	return screens.map((screen) => {
		const href = screenPaths[screen];
		const isHere = href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
		return { screen, href, icon: faces[screen].icon, label: faces[screen].label(), isHere };
	});
}

/** What is used most on a phone comes first. */
const onPhones: readonly Screen[] = [
	'map',
	'snap',
	'desk',
	'patrol',
	'track',
	'board',
	'hotspots',
	'wall',
	'admin'
];

/** The four a phone's bar has room for; the others are in the menu. */
export function doorsOnPhones(doors: readonly Door[]): Door[] {
	return [...doors].sort((a, b) => onPhones.indexOf(a.screen) - onPhones.indexOf(b.screen)).slice(0, 4);
}
