import { readWall, wallRoles } from '#lib/closure/wall.server.ts';
import { requireStaff, signInDemoWall } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	if (!event.locals.staff) await signInDemoWall(event);
	const { accessToken } = requireStaff(event, wallRoles);
	return {
		isBare: true,
		/** A screen on the wall is started by a bookmark: /wall?tour=on. */
		isTouring: event.url.searchParams.get('tour') === 'on',
		snapshot: await readWall(accessToken)
	};
};
