import { faultsOfLog } from '#test/support/log-faults.ts';
import { mulberry32 } from '#test/support/proof.ts';
import type { Database } from '../permissions/world.ts';
import { DEEDS, type Chance, type World } from './deeds.ts';

/** What one history came to. */
export interface Played {
	/** How often each call was carried out, and refused. */
	done: Record<string, number>;
	refused: Record<string, number>;
	/** Milliseconds each call took in all. */
	took: Record<string, number>;
	events: number;
	rows: number;
	faults: string[];
}

/** Carries out a person's call in a subtransaction of its own, and answers `ok` or what it was refused with. */
const PLAY = `
create function pg_temp.play(who text, prepared text, sql text) returns text language plpgsql as $$
declare
	answer text;
begin
	if prepared is not null then execute format('do %L', 'begin ' || prepared || '; end'); end if;
	perform pg_temp.become(who);
	execute sql into answer;
	perform pg_temp.become('owner');
	return 'ok';
exception when others then
	return case when sqlstate like 'PT%' then sqlstate || ' ' || sqlerrm else 'broke: ' || sqlstate || ' ' || sqlerrm end;
end $$;`;

export async function preparePlay(database: Database): Promise<void> {
	await database.run(PLAY);
}

/** The calls whose turn can come: those that are there. */
export async function deedsThere(database: Database): Promise<string[]> {
	const rows = await database.query<{ name: string }>(
		`select distinct 'api.' || p.proname as name from pg_proc p where p.pronamespace = 'api'::regnamespace`
	);
	const there = new Set(rows.map(({ name }) => name));
	return Object.keys(DEEDS).filter((name) => there.has(name));
}

function chanceOf(seed: number): Chance {
	const random = mulberry32(seed);
	let n = 0;
	return {
		random,
		one: (list) => list[Math.floor(random() * list.length)],
		is: (share) => random() < share,
		next: () => (n += 1)
	};
}

async function lookAround(database: Database, hasRequests: boolean): Promise<World> {
	const requests = hasRequests
		? `(select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'kind', q.kind, 'asked_by', p.name) order by q.asked_at, q.id), '[]') from app.case_requests q join pg_temp.people p on p.id = q.asked_by where q.state = 'asked')`
		: `'[]'::jsonb`;
	const [row] = await database.query<{ world: World }>(`select jsonb_build_object(
		'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'status', c.status, 'version', c.version, 'unit', u.key, 'lng', extensions.st_x(c.geom), 'lat', extensions.st_y(c.geom),
			'is_flagged', c.is_flagged) order by c.number), '[]') from app.cases c left join app.units u on u.id = c.unit_id),
		'reports', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'status', r.status, 'case_id', r.case_id, 'code', r.code_hash,
			'decided_by', (select p.name from app.event_log e join pg_temp.people p on p.id = e.actor where e.report_id = r.id and e.kind in ('report.filed', 'report.merged', 'report.declined', 'report.to_verify')
				order by e.recorded_at desc, e.id limit 1)) order by r.id), '[]') from app.reports r),
		'contacts', (select coalesce(jsonb_agg(k.id order by k.id), '[]') from app.report_contacts k),
		'requests', ${requests}) as world`);
	return row!.world;
}

/** Plays `steps` deeds in the district as it stands, which the caller undoes; the same seed plays the same history. */
export async function playHistory(
	database: Database,
	deeds: string[],
	seed: number,
	steps: number
): Promise<Played> {
	const chance = chanceOf(seed);
	const played: Played = { done: {}, refused: {}, took: {}, events: 0, rows: 0, faults: [] };
	const turns = deeds.flatMap((call) => Array<string>(DEEDS[call]!.weight).fill(call));
	const hasRequests = deeds.includes('api.ask_request');
	for (let step = 0; step < steps; step += 1) {
		await database.query(
			`select private.set_clock(private.clock() + make_interval(secs => ${Math.round(chance.random() ** 3 * 40_000)}))`
		);
		const call = chance.one(turns)!;
		const deed = DEEDS[call]!.doing(await lookAround(database, hasRequests), chance);
		if (!deed) continue;
		const askedAt = performance.now();
		const [row] = await database.query<{ outcome: string }>('select pg_temp.play($1, $2, $3) as outcome', [
			deed.who,
			deed.prepared ?? null,
			deed.sql
		]);
		const { outcome } = row!;
		played.took[call] = (played.took[call] ?? 0) + performance.now() - askedAt;
		const tally = outcome === 'ok' ? played.done : played.refused;
		tally[call] = (tally[call] ?? 0) + 1;
		// A refusal has a code; anything else is a fault of ours, not of who called.
		if (outcome.startsWith('broke')) played.faults.push(`${call}, ${deed.who}: ${outcome}\n\t${deed.sql}`);
		// As if committed: positions are given, counters are kept.
		if (step % 10 === 9) await database.run('set constraints all immediate; set constraints all deferred');
	}
	await database.run('set constraints all immediate; set constraints all deferred');
	played.faults.push(
		...(await faultsOfLog(async (name) => {
			const asked = name === 'verify_log' ? 'private.verify_log(0)' : `private.${name}()`;
			return (await database.query<{ answer: unknown }>(`select ${asked} as answer`))[0]!.answer;
		}))
	);
	const replayed = await replay(database);
	played.events = replayed.events;
	played.rows = replayed.rows;
	played.faults.push(...replayed.faults);
	return played;
}

type State = Record<string, unknown>;
/** What events tell of photos and requests beside the state of a report or a case. */
const TOLD_BESIDE = ['evidence_id', 'sha256', 'evidence_role', 'photo_state', 'photo_revision'];

/** The log folded here, not by the database: `after` on `after` gives the tables, and each `before` is what stood there. */
export async function replay(
	database: Database
): Promise<{ events: number; rows: number; faults: string[] }> {
	const events = await database.query<{
		position: string;
		subject: string;
		id: string;
		before: State;
		after: State;
	}>(
		`select c.position, split_part(e.kind, '.', 1) as subject, coalesce(e.report_id, e.case_id) as id, e.before, e.after
		from app.event_chain c join app.event_log e on e.id = c.event_id order by c.position`
	);
	const faults: string[] = [];
	const folded = new Map<string, State>();
	for (const { position, subject, id, before, after } of events) {
		if (subject !== 'report' && subject !== 'case') continue;
		const state = folded.get(`${subject} ${id}`) ?? {};
		for (const [key, value] of Object.entries(before)) {
			if (!TOLD_BESIDE.includes(key) && JSON.stringify(state[key] ?? null) !== JSON.stringify(value))
				faults.push(
					`event ${position}: ${key} was ${JSON.stringify(state[key])}, not ${JSON.stringify(value)}`
				);
		}
		for (const [key, value] of Object.entries(after)) if (!TOLD_BESIDE.includes(key)) state[key] = value;
		folded.set(`${subject} ${id}`, state);
	}
	const rows = await database.query<{ subject: string; id: string; state: State }>(
		`select 'report' as subject, r.id, private.report_state(r) as state from app.reports r
		union all select 'case', c.id, private.case_state(c) from app.cases c`
	);
	for (const { subject, id, state } of rows) {
		const told = folded.get(`${subject} ${id}`) ?? {};
		folded.delete(`${subject} ${id}`);
		for (const key of new Set([...Object.keys(state), ...Object.keys(told)]))
			if (JSON.stringify(state[key] ?? null) !== JSON.stringify(told[key] ?? null))
				faults.push(
					`${subject} ${id}: ${key} is ${JSON.stringify(state[key])}, the log says ${JSON.stringify(told[key])}`
				);
	}
	for (const left of folded.keys()) faults.push(`${left} is in the log and nowhere else`);
	return { events: events.length, rows: rows.length, faults };
}
