import type { Database } from '../permissions/world.ts';

/** Whose case it is, as somebody stands to it: their unit's or area's, another's, one below theirs, anyone's in the city. */
export type Ground = 'own' | 'other' | 'above' | 'city' | '';
/** What they did on this very case before. */
export type Act = 'nothing' | 'dispatched_it' | 'handled_it' | 'verified_it';

/** Somebody with one role, on some ground, who did something on the case or nothing. */
export interface Persona {
	name: string;
	role: string;
	ground: Ground;
	did: Act;
}

/** Every role there is, on each ground that a role can have; `''` where a role has no ground, and for an account without a role. */
const PLACES: [role: string, ground: Ground[]][] = [
	['registrar', ['']],
	['dispatcher', ['']],
	['closer', ['']],
	['office', ['']],
	['inspector', ['own', 'other', 'city']],
	['team', ['own', 'other', 'above']],
	['unit_handler', ['own', 'other', 'above']],
	['volunteer', ['', 'own']],
	['citizen', ['']],
	['data_officer', ['']],
	['admin', ['']],
	['wall', ['']]
];
export const ROLES = PLACES.map(([role]) => role);
export const ACTS: Act[] = ['nothing', 'dispatched_it', 'handled_it', 'verified_it'];

export const PERSONAS: Persona[] = ACTS.flatMap((did) =>
	PLACES.flatMap(([role, grounds]) =>
		grounds.map((ground) => ({ name: [role, ground, did].filter(Boolean).join(' '), role, ground, did }))
	)
);

const UNIT: Partial<Record<Ground, string>> = { own: '一中队', other: '二中队', above: '城管局' };
const AREA: Partial<Record<Ground, string>> = { own: 'a', other: 'b' };

/** Everybody enters the district and did, on each case of grid A, what they are said to have done. */
export async function enterPersonas(database: Database): Promise<void> {
	const entries = PERSONAS.map(({ name, role, ground, did }, n) => ({
		name,
		id: `00000000-0000-4000-8000-${String(2000 + n).padStart(12, '0')}`,
		role,
		unit: ['team', 'unit_handler'].includes(role) ? UNIT[ground] : undefined,
		area: ['inspector', 'volunteer'].includes(role) ? AREA[ground] : undefined,
		did
	}));
	await database.query(
		`with entry as (select e.* from jsonb_to_recordset($1::jsonb) e (name text, id uuid, role text, unit text, area text))
		select api.upsert_staff(jsonb_build_object('id', e.id, 'name', e.name, 'roles', jsonb_build_array(
			jsonb_build_object('role', e.role, 'unit', e.unit, 'area_id', pg_temp.area(e.area))))) from entry e`,
		[JSON.stringify(entries)]
	);
	await database.query(
		`insert into pg_temp.people (name, id) select e.name, e.id from jsonb_to_recordset($1::jsonb) e (name text, id uuid)`,
		[JSON.stringify(entries)]
	);
	await database.query(
		`insert into app.case_acts (case_id, staff_id, act)
		select p.id::uuid, e.id, e.did from jsonb_to_recordset($1::jsonb) e (id uuid, did text), pg_temp.planted p
		where e.did <> 'nothing' and p.name in (select s.status || '_a' from app.case_statuses s)`,
		[JSON.stringify(entries)]
	);
}
