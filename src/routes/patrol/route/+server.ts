import { ApiProblem } from '#lib/database/problem.ts';
import { readPatrolOptions } from '#lib/patrols/options.ts';
import { patrolRoles, planUnitPatrol, readPatrolCity, readPatrolUnits } from '#lib/patrols/patrols.server.ts';
import { readPlace } from '#lib/patrols/places.ts';
import { readJson } from '#lib/reports/json-body.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** A patrol that begins where the device is. The position comes in the body: an address is logged, a body is not. */
export const POST: RequestHandler = (event) => {
	const staff = requireStaff(event, patrolRoles);
	return answering(event.locals.language, async () => {
		const { searchParams } = event.url;
		const device = readPlace(await readJson(event.request));
		if (!device) throw new ApiProblem(422, 'bad_value', { field: 'lng' });
		const [city, units] = await Promise.all([readPatrolCity(), readPatrolUnits(staff)]);
		const unit = units.find(({ id }) => id === Number(searchParams.get('unit')));
		if (!unit) throw new ApiProblem(404, 'not_found');
		const options = readPatrolOptions(searchParams, city.time_zone, unit.id);
		const patrol = await planUnitPatrol(staff.accessToken, city, unit.id, options, device);
		return Response.json(patrol, { headers: { 'cache-control': 'no-store' } });
	});
};

export const fallback: RequestHandler = otherMethods('POST');
