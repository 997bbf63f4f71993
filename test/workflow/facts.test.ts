// The facts a web process holds are those of plain SQL over the cases: every column of every row, and the numbers of random
// filters, after a first load, after random changes followed from the log, and after another calendar.

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FactKeeper, type FactSource } from '#lib/closure/facts/fact-keeper.ts';
import { factFlag, factSources, type FactTable } from '#lib/closure/facts/fact-table.ts';
import { factMoment, factSeconds, never } from '#lib/closure/facts/fact-time.ts';
import { HostHere } from '#lib/closure/facts/facts.fixture.ts';
import { nativeIsMissing } from '#test/permissions/databases.ts';
import { startCluster, type Cluster } from '#test/support/cluster.ts';
import { bootstrap, migrate } from '#test/support/migrations.ts';

if (nativeIsMissing) console.warn(`SKIPPED: facts against plain SQL (${nativeIsMissing}).`);

const CASES = 600;
const CHANGES = 150;
const FILTERS = 60;

/** The same city each time: one street of two classes, two areas, three units; from `setseed` on everything is drawn. */
const CITY = `
	select setseed(0.6);
	insert into app.units (name, key) values ('一中队', 'a'), ('二中队', 'b'), ('三中队', 'c');
	insert into app.streets (key, name) values ('s1', '金桥路'), ('s2', '泰北路'), ('s3', '佳醇路');
	insert into app.junctions (key, geom) values ('j', private.point(119.45, 32.79));
	insert into app.segments (key, street_id) select 'g' || i, 1 + i % 3 from generate_series(1, 9) i;
	insert into app.segment_versions (segment_id, class, from_junction, to_junction, length_m, geom, content)
		select g.id, (array['primary', 'residential', 'service'])[1 + g.id % 3], 1, 1, 100, extensions.st_makeline(private.point(119.45, 32.79), private.point(119.46, 32.79)), 'x' from app.segments g;
	insert into app.areas (key, kind) values ('a', 'duty_grid'), ('b', 'duty_grid');`;

const FILED = `
	insert into app.cases (number, category, source, geom, on_street, segment_id, street_id, area_id, opened_at, filed_at, recurrence_of)
	select 'E' || k.category || '20260101' || lpad(i::text, 4, '0'), k.category, (array['citizen', 'volunteer', 'inspector', 'hotline', 'import', 'api'])[1 + floor(random() * 6)], private.point(119.45, 32.79),
		case when g.id is not null then private.point(119.45 + random() * 0.01, 32.79) end, g.id, g.street_id, nullif(floor(random() * 3), 0), t.at - interval '1 hour', t.at, null
	from generate_series(1, ${CASES}) i
	cross join lateral (select (array['0551', '0509', '0504'])[1 + floor(random() * 3 + i * 0)] as category) k
	cross join lateral (select timestamptz '2026-08-31 00:00Z' + random() * (90 + i * 0) * interval '1 day' as at) t
	cross join lateral (select 1 + floor(random() * 12 + i * 0)::int as id) p
	left join app.segments g on g.id = p.id;`;

/** Other cases each round. Any state from any state: what the workflow would refuse must be counted right all the same. */
const CHANGED = (count: number, round: number) => `
	with drawn as materialized (
		select c.id, c.filed_at, random() as dice, 1 + floor(random() * 3)::bigint as unit, random() as r1, random() as r2, random() as r3,
			(select o.id from app.cases o where o.status = 'closed' and o.id <> c.id and c.recurrence_of is null offset floor(random() * 40) limit 1) as earlier
		from app.cases c order by hashint8extended(c.fact_number, ${round}) limit ${count}
	)
	update app.cases c set
		status = s.status, unit_id = d.unit, dispatched_at = d.filed_at + d.r1 * interval '3 days', due_at = d.filed_at + interval '3 days' + d.r2 * interval '14 days',
		closed_at = case when s.status = 'closed' then d.filed_at + interval '3 days' + d.r3 * interval '20 days' else c.closed_at end,
		confirmed = case when d.r1 < 0.5 then d.r2 < 0.7 end, returned_count = floor(d.r3 * 3), version = c.version + 1,
		category = case when d.r1 > 0.9 then '0504' else c.category end, recurrence_of = coalesce(c.recurrence_of, case when d.r2 > 0.8 then d.earlier end),
		opened_at = case when d.r3 > 0.9 then c.opened_at + interval '10 days' else c.opened_at end
	from drawn d cross join lateral (select case when d.dice < 0.65 then 'closed' when d.dice < 0.72 then 'voided' when d.dice < 0.8 then 'suspended' else 'handling' end as status) s
	where c.id = d.id;`;

/** Plain SQL over the cases: no fact, no page. Times as text of whole seconds. */
const PLAIN = `
	select c.fact_number::int as number, floor(extract(epoch from c.filed_at)) as filed, floor(extract(epoch from c.dispatched_at)) as dispatched, floor(extract(epoch from c.due_at)) as due,
		case when c.status = 'closed' then floor(extract(epoch from c.closed_at)) end as closed,
		coalesce(c.street_id, 0) as street, coalesce(c.segment_id, 0) as segment, coalesce(c.area_id, 0) as area, coalesce(c.unit_id, 0) as unit, c.category, c.source,
		coalesce((select v.class from app.segment_versions v where v.segment_id = c.segment_id and v.valid_to is null), '') as class,
		round(extensions.st_x(c.on_street) * 1e7) as lng, round(extensions.st_y(c.on_street) * 1e7) as lat,
		c.status = 'voided' as voided, c.status not in ('closed', 'voided') as open, c.status = 'suspended' as suspended,
		c.status = 'closed' and coalesce(c.closed_at <= c.due_at, false) as "onTime", c.status = 'closed' and (c.proof is not null or coalesce(c.confirmed, false)) as verified,
		c.returned_count > 0 as returned, c.recurrence_of is not null as recurrence,
		c.status = 'closed' and exists (select from app.cases r where r.recurrence_of = c.id and r.status <> 'voided' and r.opened_at >= c.closed_at) as recurred,
		case when c.status = 'closed' and c.dispatched_at is not null then (select coalesce(sum(extract(epoch from least(s.ends, date_trunc('second', c.closed_at)) - greatest(s.starts, date_trunc('second', c.dispatched_at)))), 0)
			from private.working_slots(c.dispatched_at, c.closed_at) s where s.starts < date_trunc('second', c.closed_at) and s.ends > date_trunc('second', c.dispatched_at)) end as worked
	from app.cases c order by c.fact_number`;

interface Row {
	[column: string]: unknown;
	number: number;
}

describe.skipIf(nativeIsMissing !== null)('facts against plain SQL', () => {
	let cluster: Cluster;
	let owner: pg.Client;
	let keeper: FactKeeper;
	const host = new HostHere();
	const random = mulberry(6);

	const ask = async <Answer>(sql: string, values: unknown[]) =>
		(await owner.query<{ answer: Answer }>(`select ${sql} as answer`, values)).rows[0]!.answer;

	beforeAll(async () => {
		cluster = await startCluster({ fsync: false });
		await bootstrap(cluster);
		await migrate(cluster);
		owner = new pg.Client({ connectionString: cluster.ownerUrl });
		await owner.connect();
		await owner.query(CITY);
		await owner.query(FILED);
		// A number burnt by a filing that was rolled back.
		await owner.query(`begin; ${FILED.replaceAll('20260101', '20260102')} rollback;`);
		await owner.query(FILED.replaceAll('20260101', '20260103').replace(String(CASES), '20'));
		await owner.query(CHANGED(CASES, 0));
		keeper = new FactKeeper(
			{
				setting: () => ask('api.fact_setting()', []),
				page: (after, max) => ask('api.fact_page($1, $2)', [after, Math.min(max, 400)]),
				changes: (after, max) => ask('api.fact_changes($1, $2)', [after, Math.min(max, 150)])
			} satisfies FactSource,
			() => host
		);
	});

	afterAll(async () => {
		await keeper?.close();
		await owner?.end();
		await cluster?.close();
	});

	async function holdsPlainSql(): Promise<void> {
		await keeper.current();
		const facts = host.table();
		const { rows } = await owner.query<Row>(PLAIN);
		const held = heldRows(facts);
		expect(held.length).toBe(rows.length);
		for (const [at, row] of rows.entries()) {
			const plain = Object.fromEntries(
				Object.entries(row).map(([name, value]) => [
					name,
					typeof value === 'string' && /^-?\d+(\.0+)?$/.test(value) && !['category', 'source'].includes(name)
						? Number(value)
						: value
				])
			);
			expect(held[at]).toEqual(plain);
		}
		for (let n = 0; n < FILTERS; n += 1) {
			const filter = drawFilter(random);
			expect([filter, countHere(facts, filter)]).toEqual([filter, await countThere(owner, filter)]);
		}
	}

	it('holds after a first load what stands in the tables', async () => {
		await holdsPlainSql();
		expect(host.table().length).toBeGreaterThan(2 * CASES);
	});

	it('holds it after changes, knowing only what the log says', async () => {
		for (let round = 0; round < 2; round += 1) {
			await owner.query(CHANGED(CHANGES, 1 + round));
			await holdsPlainSql();
		}
		expect(await ask('private.number_differences()', [])).toEqual({ facts: 0, counters: 0 });
		// Nothing is equal for want of cases.
		const seen = host.table().flags.reduce((bits, flags) => bits | flags, 0);
		expect(seen).toBe(Object.values(factFlag).reduce((bits, bit) => bits | bit, 0));
		expect(host.table().workSeconds.some((seconds) => seconds > 0)).toBe(true);
	});

	it('has days that add up to the counters', async () => {
		await keeper.current();
		const { rows } = await owner.query<{ key: string; n: number }>(
			"select concat_ws(' ', k.day, k.measure, k.street_id, k.area_id, k.unit_id, k.category) as key, k.n from app.day_counters k where k.n <> 0"
		);
		expect(dayCounts(host.table())).toEqual(new Map(rows.map(({ key, n }) => [key, n])));
	});

	it('holds it under another calendar and other streets', async () => {
		await owner.query(
			"insert into app.working_days (day, is_workday, name) values ('2026-09-10', false, '台风'), ('2026-09-12', true, '补班'); delete from app.working_hours where weekday = 5"
		);
		await owner.query(
			"update app.segment_versions set class = 'pedestrian' where segment_id < 3; update app.city set streets_version = 'another'"
		);
		await holdsPlainSql();
	});
});

function heldRows(facts: FactTable): Record<string, unknown>[] {
	const unix = (seconds: number) => (seconds === never ? null : seconds + 946_684_800);
	const place = (value: number) => (value === 0x7fffffff ? null : value);
	return Array.from({ length: facts.length }, (_, at) => at)
		.filter((at) => !(facts.flags[at]! & factFlag.absent))
		.map((at) => ({
			number: at + 1,
			filed: unix(facts.filedAt[at]!),
			dispatched: unix(facts.dispatchedAt[at]!),
			due: unix(facts.dueAt[at]!),
			closed: unix(facts.closedAt[at]!),
			street: facts.street[at],
			segment: facts.segment[at],
			area: facts.area[at],
			unit: facts.unit[at],
			category: facts.categories[facts.category[at]!],
			source: factSources[facts.source[at]!],
			class: facts.streetClasses[facts.streetClass[at]!],
			lng: place(facts.lng[at]!),
			lat: place(facts.lat[at]!),
			...Object.fromEntries(
				Object.entries(factFlag)
					.filter(([name]) => name !== 'absent')
					.map(([name, bit]) => [name, Boolean(facts.flags[at]! & bit)])
			),
			worked: facts.workSeconds[at] === -1 ? null : facts.workSeconds[at]
		}));
}

/** What `app.day_counters` holds of cases, counted from the facts; the city is eight hours ahead of UTC. */
function dayCounts(facts: FactTable): Map<string, number> {
	const counts = new Map<string, number>();
	const measures = { filed: facts.filedAt, dispatched: facts.dispatchedAt, closed: facts.closedAt };
	for (let at = 0; at < facts.length; at += 1) {
		if (facts.flags[at]! & factFlag.voided) continue;
		for (const [measure, times] of Object.entries(measures)) {
			const moment = factMoment(times[at]!);
			if (moment === null) continue;
			const day = new Date(moment + 8 * 3_600_000).toISOString().slice(0, 10);
			const place = [facts.street[at], facts.area[at], facts.unit[at], facts.categories[facts.category[at]!]];
			const key = [day, measure, ...place].join(' ');
			counts.set(key, (counts.get(key) ?? 0) + 1);
		}
	}
	return counts;
}

interface Filter {
	a: string;
	b: string;
	column: 'street' | 'area' | 'unit' | null;
	id: number;
	category: string | null;
	withPatrol: boolean;
}

function drawFilter(random: () => number): Filter {
	// Bounds down to the second, some of them at a case's own time more likely than by chance.
	const moment = () => new Date(Date.UTC(2026, 7, 31) + Math.floor(random() * 120 * 86_400) * 1000);
	const [a, b] = [moment(), moment()].sort((x, y) => x.getTime() - y.getTime());
	return {
		a: a!.toISOString(),
		b: b!.toISOString(),
		column: (['street', 'area', 'unit', null] as const)[Math.floor(random() * 4)]!,
		id: 1 + Math.floor(random() * 3),
		category: ['0551', '0509', '0504', null][Math.floor(random() * 4)]!,
		withPatrol: random() < 0.5
	};
}

type Counts = [
	due: number,
	closed: number,
	on_time: number,
	verified: number,
	returned: number,
	filed: number,
	recurred: number
];

/** The formulas of closure over the facts, for a period [a, b). */
function countHere(facts: FactTable, { a, b, column, id, category, withPatrol }: Filter): Counts {
	const [from, to] = [factSeconds(a), factSeconds(b)];
	const counts: Counts = [0, 0, 0, 0, 0, 0, 0];
	for (let at = 0; at < facts.length; at += 1) {
		const flags = facts.flags[at]!;
		if (flags & factFlag.voided) continue;
		if (column && facts[column][at] !== id) continue;
		if (category && facts.categories[facts.category[at]!] !== category) continue;
		if (!withPatrol && factSources[facts.source[at]!] === 'inspector') continue;
		const isIn = (time: number) => time >= from && time < to;
		const closed = isIn(facts.closedAt[at]!);
		const late = facts.dispatchedAt[at]! < to && isIn(facts.dueAt[at]!) && facts.closedAt[at]! >= to;
		const told = [
			closed || late,
			closed,
			closed && flags & factFlag.onTime,
			closed && flags & factFlag.verified
		];
		const more = [
			(closed || late) && flags & factFlag.returned,
			isIn(facts.filedAt[at]!),
			closed && flags & factFlag.recurred
		];
		[...told, ...more].forEach((is, n) => (counts[n]! += is ? 1 : 0));
	}
	return counts;
}

async function countThere(
	owner: pg.Client,
	{ a, b, column, id, category, withPatrol }: Filter
): Promise<Counts> {
	const { rows } = await owner.query<{ counts: Counts }>(
		`select array[count(*) filter (where closed or late), count(*) filter (where closed), count(*) filter (where closed and c.closed_at <= c.due_at),
			count(*) filter (where closed and (c.proof is not null or c.confirmed)), count(*) filter (where (closed or late) and c.returned_count > 0),
			count(*) filter (where c.filed_at >= $1 and c.filed_at < $2),
			count(*) filter (where closed and exists (select from app.cases r where r.recurrence_of = c.id and r.status <> 'voided' and r.opened_at >= c.closed_at))]::int[] as counts
		from app.cases c cross join lateral (
			select c.status = 'closed' and c.closed_at >= $1 and c.closed_at < $2 as closed,
				c.dispatched_at < $2 and c.due_at >= $1 and c.due_at < $2 and (c.status <> 'closed' or c.closed_at >= $2) as late) x
		where c.status <> 'voided' and ($3::text is null or c.category = $3) and ($4 or c.source <> 'inspector') ${column ? `and c.${column}_id = $5` : 'and $5::int is not null'}`,
		[a, b, category, withPatrol, id]
	);
	return rows[0]!.counts;
}

/** The same numbers each time. */
function mulberry(seed: number): () => number {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
