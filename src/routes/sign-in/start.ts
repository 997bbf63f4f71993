import { hasRole, type Staff } from '#lib/staff/staff.ts';

/** Where a person starts work. */
export function startOf(staff: Pick<Staff, 'roles'> | null): string {
	if (hasRole(staff, 'wall')) return '/wall';
	// An administrator sees no cases: their work is elsewhere.
	const hasDesk = staff?.roles.some(({ role }) => role !== 'admin' && role !== 'data_officer') ?? true;
	return hasRole(staff, 'admin') && !hasDesk ? '/admin' : '/desk';
}
