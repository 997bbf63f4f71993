// Which screens a person may open, in the order the navigation shows them. Each screen asks the database again; this
// only keeps doors out of sight that would not open.
import { hasRole, type Role, type Staff } from './staff.ts';

export type Screen = 'map' | 'snap' | 'track' | 'desk' | 'wall' | 'board' | 'hotspots' | 'patrol' | 'admin';

export const screenPaths: Record<Screen, string> = {
	map: '/',
	snap: '/snap',
	track: '/track',
	desk: '/desk',
	wall: '/wall',
	board: '/board',
	hotspots: '/hotspots',
	patrol: '/patrol',
	admin: '/admin'
};

const desk: readonly Role[] = ['registrar', 'dispatcher', 'closer', 'office'];
const opensFor: Record<Exclude<Screen, 'map' | 'snap' | 'track'>, readonly Role[]> = {
	desk: [...desk, 'admin', 'inspector', 'team', 'unit_handler'],
	wall: [...desk, 'wall', 'admin'],
	board: [...desk, 'wall', 'admin'],
	hotspots: [...desk, 'wall', 'admin'],
	patrol: [...desk, 'team', 'unit_handler'],
	admin: ['admin', 'data_officer']
};

/** The public's screens, and for staff what their roles open. */
export function screensFor(staff: Pick<Staff, 'roles'> | null): Screen[] {
	const open = (Object.keys(opensFor) as (keyof typeof opensFor)[]).filter((screen) =>
		hasRole(staff, ...opensFor[screen])
	);
	return ['map', 'snap', 'track', ...open];
}
