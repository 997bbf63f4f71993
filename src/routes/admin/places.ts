// The pages of /admin and whose they are. Every page asks for its roles itself; this decides what the tabs show.
import { m } from '#lib/i18n/messages.ts';
import { hasRole, type Role, type Staff } from '#lib/staff/staff.ts';

/** What the pages are about: sixteen of them in one row nobody finds anything in. */
export type Group = 'overview' | 'city' | 'people' | 'rules' | 'oversight';

export const groups: readonly { group: Group; label: () => string }[] = [
	{ group: 'overview', label: m.admin_overview },
	{ group: 'city', label: m.admin_group_city },
	{ group: 'people', label: m.admin_group_people },
	{ group: 'rules', label: m.admin_group_rules },
	{ group: 'oversight', label: m.admin_group_oversight }
];

interface Place {
	href: string;
	label: () => string;
	group: Group;
	/** Beside administrators, unless `adminToo` is false. */
	roles: readonly Role[];
	adminToo?: false;
}

export const places: readonly Place[] = [
	{ href: '/admin', label: m.admin_overview, group: 'overview', roles: [] },
	{ href: '/admin/areas', label: m.admin_areas, group: 'city', roles: [] },
	{ href: '/admin/units', label: m.admin_units, group: 'city', roles: [] },
	{ href: '/admin/categories', label: m.admin_categories, group: 'city', roles: [] },
	{ href: '/admin/facilities', label: m.admin_facilities, group: 'city', roles: [] },
	{ href: '/admin/calendar', label: m.admin_calendar, group: 'city', roles: [] },
	{ href: '/admin/imports', label: m.admin_imports, group: 'city', roles: [] },
	{ href: '/admin/staff', label: m.admin_staff, group: 'people', roles: [] },
	{ href: '/admin/shifts', label: m.shifts_title, group: 'people', roles: [] },
	{ href: '/admin/sign-in', label: m.account_rules, group: 'people', roles: [] },
	{ href: '/admin/dispatch', label: m.dispatch_title, group: 'rules', roles: ['dispatcher', 'office'] },
	{ href: '/admin/limits', label: m.limits_title, group: 'rules', roles: [] },
	{ href: '/admin/intake', label: m.admin_intake, group: 'rules', roles: [] },
	{ href: '/admin/notices', label: m.kerb_templates, group: 'rules', roles: ['office'] },
	{ href: '/admin/retention', label: m.retention_title, group: 'rules', roles: ['data_officer'] },
	{ href: '/admin/webhooks', label: m.hooks_title, group: 'oversight', roles: [] },
	{ href: '/admin/log', label: m.admin_log, group: 'oversight', roles: ['data_officer'] },
	{ href: '/admin/exports', label: m.lists_exports, group: 'oversight', roles: ['data_officer'] },
	{
		href: '/admin/reveals',
		label: m.kerb_reveals,
		group: 'oversight',
		roles: ['data_officer'],
		adminToo: false
	},
	// The data officer has no desk; the photos that wait there are theirs, too.
	{
		href: '/desk/photos',
		label: m.photos_title,
		group: 'oversight',
		roles: ['data_officer'],
		adminToo: false
	}
];

/** Everybody who has a page here. */
export const adminRoles: readonly Role[] = ['admin', ...new Set(places.flatMap(({ roles }) => roles))];

/** The pages of somebody's, in the order of the tabs. */
export const placesOf = (staff: Pick<Staff, 'roles'>) =>
	places.filter(
		({ roles, adminToo }) => hasRole(staff, ...roles) || (adminToo !== false && hasRole(staff, 'admin'))
	);
