import { hasRole, type Staff } from '#lib/staff/staff.ts';
import type { ViewerClass } from './frame.ts';

/** Which frames a person may be sent. The database judges what they may read; this follows the same roles. */
export function classesOf(staff: Pick<Staff, 'roles'>): ViewerClass[] {
	const isDesk = hasRole(staff, 'registrar', 'dispatcher', 'closer', 'office');
	const classes: ViewerClass[] = [];
	if (isDesk) classes.push('desk');
	if (isDesk || hasRole(staff, 'wall', 'admin')) classes.push('wall');
	if (hasRole(staff, 'team', 'unit_handler', 'inspector')) classes.push('field');
	return classes;
}

/** The class of the stream a person asks for, or their usual one; null when they may have none. */
export function chooseClass(staff: Pick<Staff, 'roles'>, asked: string | null): ViewerClass | null {
	const classes = classesOf(staff);
	if (asked === null) return classes[0] ?? null;
	return classes.find((name) => name === asked) ?? null;
}
