import { readWall, wallRoles } from '#lib/closure/wall.server.ts';
import { requireStaff, signInDemoWall } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	if (!event.locals.staff) await signInDemoWall(event);
	const { accessToken } = requireStaff(event, wallRoles);
	return { isBare: true, snapshot: await readWall(accessToken) };
};
