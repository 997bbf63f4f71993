// Who works here and as what. A person holds several roles, each within a unit or an area; the database decides what
// they may do, this file only names them.

export const roles = [
	'volunteer',
	'inspector',
	'team',
	'registrar',
	'dispatcher',
	'closer',
	'unit_handler',
	'office',
	'data_officer',
	'admin',
	'wall'
] as const;
export type Role = (typeof roles)[number];

export interface HeldRole {
	role: string;
	name: string;
	name_en: string | null;
	unit_id: number | null;
	unit: string | null;
	unit_en: string | null;
	area_id: number | null;
	area: string | null;
	area_en: string | null;
}

export interface Staff {
	id: string;
	name: string;
	roles: HeldRole[];
	units: { id: number; name: string; name_en: string | null }[];
	step?: SignInStep | null;
	/** By when they have to have a second factor; null: they have one, or need none. */
	enrol_by?: string | null;
}

/** What stands between a signed-in person and their roles: the second factor's code, a new password, enrolling a factor. */
export type SignInStep = 'code' | 'password' | 'enrol';

/** A signed-in person during one request. The token never reaches the browser's scripts. */
export interface Session extends Staff {
	accessToken: string;
}

export function hasRole(staff: Pick<Staff, 'roles'> | null, ...wanted: Role[]): boolean {
	return staff !== null && staff.roles.some((held) => wanted.some((role) => role === held.role));
}
