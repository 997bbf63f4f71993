import { redirect } from '@sveltejs/kit';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { adminRoles, placesOf } from './places.ts';
import type { LayoutServerLoad } from './$types';

/** Administrators see every page, others those that are theirs; each page asks for its roles itself. */
export const load: LayoutServerLoad = (event) => {
	const staff = requireStaff(event, adminRoles);
	const isAdmin = hasRole(staff, 'admin');
	const hrefs = placesOf(staff).map(({ href }) => href);
	if (!isAdmin && event.url.pathname === '/admin') redirect(303, hrefs[0] ?? '/');
	return { isAdmin, hrefs };
};
