// The demo town's dispatch rules, as a town like it would have them: written by its dispatcher, put in force by an administrator.
import { call, type Client } from '#lib/database/client.server.ts';
import { placesOfDuty, units, type UnitKey } from './plan/duty.ts';
import type { Hands } from './simulation/hands.server.ts';

interface DemoRule {
	category: string;
	/** The key of the place it is about. */
	place: string;
	/** Null: whoever answers for the place. */
	unit: UnitKey | null;
	weekdays?: readonly number[];
	starts?: string;
	ends?: string;
	hours?: 'working' | 'after_hours';
}

/** What the duty grids alone would get wrong; everywhere else whoever answers for the ground goes. */
export const townRules: readonly DemoRule[] = [
	// Touting at the stations is the transport squad's, whose forecourts end at the pavement across the road.
	{ category: '0509', place: 'bus-station', unit: null },
	{ category: '0509', place: 'rail-station', unit: null },
	// At weekends the stalls by the shopping centre open when the squad of that ground has gone home.
	{
		category: '0510',
		place: 'jiachun-mall',
		unit: 'fifth',
		weekdays: [5, 6],
		starts: '20:00',
		ends: '02:00'
	},
	// By day the traffic wardens stand at the hospital's gate anyway.
	{ category: '0505', place: 'hospital', unit: 'transport', hours: 'working' },
	// The lake has wardens of its own.
	{ category: '05', place: 'lake', unit: null }
];

/** Puts the rules in force in a town that never had any; what people have drafted or decided since stays theirs. */
export async function seedRules(server: Client, hands: Hands): Promise<void> {
	const dispatcher = await hands.of('dispatcher');
	const { history, draft } = await call<{ history: unknown[]; draft: unknown }>(dispatcher, 'dispatch_rules');
	if (history.length > 0 || draft !== null) return;
	const [{ areas }, all] = await Promise.all([
		call<{ areas: { id: number; name: string }[] }>(server, 'areas'),
		call<{ units: { id: number; key: string }[] }>(server, 'units')
	]);
	const areaOf = (place: string) => {
		const { name } = placesOfDuty.find(({ key }) => key === place)!;
		return areas.find((area) => area.name === name)!.id;
	};
	const rules = townRules.map(({ place, unit, ...when }) => ({
		weekdays: null,
		starts: null,
		ends: null,
		hours: null,
		...when,
		area_id: areaOf(place),
		choice: unit ? 'unit' : 'area',
		unit_id: unit && all.units.find(({ key }) => key === units[unit].name)!.id
	}));
	const saved = await call<{ rule_set: string; revision: number }>(dispatcher, 'save_dispatch_rules', {
		rules
	});
	await call(await hands.of('admin'), 'apply_dispatch_rules', {
		rule_set: saved.rule_set,
		expected_revision: saved.revision
	});
}
