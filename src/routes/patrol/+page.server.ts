import { reading } from '#lib/cases/desk.server.ts';
import { readPatrolOptions } from '#lib/patrols/options.ts';
import { patrolRoles, planUnitPatrol, readPatrolCity, readPatrolUnits } from '#lib/patrols/patrols.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, patrolRoles);
	return reading(event.locals.language, async () => {
		const [city, units] = await Promise.all([readPatrolCity(), readPatrolUnits(staff)]);
		const { searchParams } = event.url;
		const asked = Number(searchParams.get('unit'));
		// A team begins with its own work; the desk chooses.
		const isOwn = hasRole(staff, 'team', 'unit_handler');
		const unit = units.find(({ id }) => id === asked) ?? (isOwn ? staff.units[0] : undefined) ?? null;
		const options = readPatrolOptions(searchParams, city.time_zone, unit?.id ?? null);
		// Where the device is only the device knows: until it says so, the route begins at a stop.
		const patrol = unit && (await planUnitPatrol(staff.accessToken, city, unit.id, options, null));
		return {
			units: units.map(({ id, name, name_en }) => ({ id, name, name_en })),
			unit,
			options,
			patrol,
			timeZone: city.time_zone,
			streetsVersion: city.streets_version,
			bbox: city.bbox
		};
	});
};
