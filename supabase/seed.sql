-- Demo history (演示数据): forty-two days of reports and cases played through the same functions people use, at times past,
-- so that the log, the facts and the counters are what they would be. Needs the demo district's streets and areas.
-- Run once, by the home, while the city is the demo city and has no report. Each part is a transaction of its own.

insert into app.working_hours (weekday, starts, ends)
	select d, '18:00', '21:00' from generate_series(1, 7) d
	union all select d, s.starts, s.ends from generate_series(6, 7) d, (values (time '08:30', time '12:00'), (time '14:00', time '17:30')) s (starts, ends)
	on conflict do nothing;

select private.upsert_staff(jsonb_build_object('id', s.id, 'name', s.name, 'roles', jsonb_build_array(jsonb_build_object('role', s.role))))
from (values ('d0000000-0000-4000-8000-000000000001', '演示受理员', 'registrar'), ('d0000000-0000-4000-8000-000000000002', '演示派遣员', 'dispatcher'),
	('d0000000-0000-4000-8000-000000000003', '演示值班长', 'closer'), ('d0000000-0000-4000-8000-000000000004', '演示监督员', 'inspector')) s (id, name, role);
select private.upsert_staff(jsonb_build_object('id', 'd0000000-0000-4000-8000-' || lpad((100 + u.id)::text, 12, '0'), 'name', '演示队员·' || u.name,
	'roles', jsonb_build_array(jsonb_build_object('role', 'team', 'unit_id', u.id))))
from app.units u;

-- A number in [0, 1) that is the same on every machine.
create function private.demo_random(n int, what text)
returns float8 language sql immutable set search_path = '' as $$
	select ('x' || substr(md5(what || ':' || n), 1, 8))::bit(32)::bigint / 4294967296.0;
$$;

-- Places where it keeps happening: a few dozen, some far worse than others.
create table private.demo_sites as
	select row_number() over (order by
			-- Three streets of the campaign first, then some fifteen more; the rest of the town is quiet.
			case when t.name in ('金桥路', '佳醇路', '泰北路') then 0 when private.demo_random(t.id::int, 'busy') < 0.3 then 0.05 else 1 end
				+ private.demo_random(v.segment_id::int, 'site'))::int as site,
		v.segment_id, v.geom
	from app.segment_versions v join app.segments s on s.id = v.segment_id join app.streets t on t.id = s.street_id
	where v.valid_to is null and v.length_m > 40
		and exists (select from app.area_versions a join app.areas k on k.id = a.area_id where k.kind = 'duty_grid' and a.valid_to is null
			and extensions.st_intersects(a.geom, extensions.st_lineinterpolatepoint(v.geom, 0.5)));

create table private.demo_plan as
	with numbered as (
		select n, private.demo_random(n, 'day') as d, private.demo_random(n, 'hour') as h, private.demo_random(n, 'place') as p, private.demo_random(n, 'kind') as k
		from generate_series(1, 480) n
	), placed as (
		select n, h, k, d,
			-- Most at the sites, the first of them most often (a Zipf-like power); the rest anywhere.
			case when p < 0.88 then 1 + floor(72 * power(p / 0.88, 1.1))::int
				else 1 + floor((select count(*) from private.demo_sites) * (p - 0.88) / 0.12)::int end as site,
			p < 0.88 as at_site
		from numbered
	)
	select n, site,
		least(private.clock() - interval '4 minutes' * (1 + 3 * private.demo_random(n, 'late')),
			private.day_start(private.local_day(private.clock()) - floor(42 * power(d, 1.15))::int)
				+ interval '1 hour' * (7.5 + 14 * h)) as at,
		case when at_site then 0.2 + 0.6 * private.demo_random(site, 'along') + 0.02 * private.demo_random(n, 'jitter') else private.demo_random(n, 'along') end as along,
		-- A site has its own trouble; elsewhere anything happens.
		case when at_site and private.demo_random(n, 'own') < 0.8 then (array['0551', '0509', '0504', '0551', '0504', '0501', '0505'])[1 + site % 7]
			else (array['0551', '0551', '0509', '0504', '0504', '0501', '0505', '0507', '0510', '0508'])[1 + floor(10 * k)::int] end as category,
		(array['citizen', 'citizen', 'citizen', 'citizen', 'volunteer', 'hotline'])[1 + floor(6 * private.demo_random(n, 'source'))::int] as source,
		null::uuid as report_id, null::uuid as case_id, 'receive'::text as next_step, null::timestamptz as next_at
	from placed;
update private.demo_plan set next_at = at, report_id = ('019a0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid;
create index demo_plan_next on private.demo_plan (next_at) where next_step is not null;

create function private.demo_act(who uuid)
returns void language sql set search_path = '' as $$
	select set_config('request.jwt.claims', jsonb_build_object('sub', who, 'role', 'authenticated')::text, true);
$$;

-- Plays the next `steps` steps in the order of time. A unit's quality is its own: some are slow, one returns much work.
create function private.demo_play(steps int)
returns int language plpgsql set search_path = '' as $$
declare
	p private.demo_plan;
	c app.cases;
	pin extensions.geometry;
	side float8;
	luck float8;
	slowness numeric;
	until timestamptz := private.clock();
	-- The demo's own four, in order: a car wash, taxis, a stall, and a kerb with nothing on it.
	photos text[] := (select array_agg(x.sha256 order by x.recorded_at, x.sha256) from app.photos x);
	played int := 0;
	team uuid;
	following text;
	wait numeric;
begin
	while played < steps loop
		select x.* into p from private.demo_plan x where x.next_step is not null and x.next_at <= until order by x.next_at, x.n limit 1;
		exit when p.n is null;
		played := played + 1;
		perform private.set_clock(p.next_at);
		luck := private.demo_random(p.n, p.next_step);
		following := null;
		wait := null;
		if p.case_id is not null then
			select x.* into c from app.cases x where x.id = p.case_id;
			team := ('d0000000-0000-4000-8000-' || lpad((100 + coalesce(c.unit_id, 0))::text, 12, '0'))::uuid;
			slowness := 0.6 + 0.55 * (coalesce(c.unit_id, 0) % 5);
		end if;
		case p.next_step
		when 'receive' then
			perform set_config('request.jwt.claims', '', true);
			select extensions.st_lineinterpolatepoint(s.geom, least(p.along, 1)) into pin from private.demo_sites s where s.site = p.site;
			side := (private.demo_random(p.n, 'side') - 0.5) * 0.00016;
			perform private.receive_report(jsonb_build_object('id', p.report_id, 'category', p.category, 'lng', round((extensions.st_x(pin) + side)::numeric, 6),
				'lat', round((extensions.st_y(pin) + side / 2)::numeric, 6), 'accuracy_m', 5 + round(25 * luck), 'location_source', 'device',
				'description', '演示数据',
				'photos', case when array_length(photos, 1) is distinct from 4 then '[]' else jsonb_build_array(jsonb_build_object('sha256', photos[case p.category when '0551' then 1 when '0509' then 2 else 3 end], 'role', 'near')) end),
				p.source, null, null, null, null);
			following := 'decide'; wait := 0.1 + 0.6 * luck;
		when 'decide' then
			perform private.demo_act('d0000000-0000-4000-8000-000000000001');
			if luck < 0.05 then
				perform private.decide_report(p.report_id, 'decline', null, null, 'not_enough_to_act_on', null, null, null);
			else
				select d.case_id into p.case_id from app.report_duplicates d join app.cases x on x.id = d.case_id
				where d.report_id = p.report_id and x.status in ('filed', 'dispatched', 'handling') order by d.distance_m limit 1;
				if p.case_id is not null then
					perform private.decide_report(p.report_id, 'merge', p.case_id, null, null, null, null, null);
				else
					perform private.decide_report(p.report_id, 'file', null, null,
						(select 'permitted_line_crossed' from private.permitted_lines_at((select r.geom from app.reports r where r.id = p.report_id)) limit 1), null, null, null);
					select r.case_id into p.case_id from app.reports r where r.id = p.report_id;
					following := 'dispatch'; wait := 0.1 + 0.3 * luck;
				end if;
			end if;
		when 'dispatch' then
			perform private.demo_act('d0000000-0000-4000-8000-000000000002');
			if private.suggest_dispatch(c.category, c.geom, c.accuracy_m) ->> 'unit_id' is not null then
				perform private.move_case(c.id, 'dispatch', null, '{}', null, null, null, null);
				select x.* into c from app.cases x where x.id = p.case_id;
				-- Slow units leave some work lying, and some streets are harder than others.
				wait := 0.06 * (c.unit_id % 5) + 0.32 * power(private.demo_random(coalesce(c.street_id, 0)::int, 'hard'), 2);
				if luck > wait then
					following := 'begin'; wait := (0.3 + 2.4 * luck) * slowness;
				elsif luck > 0.3 * wait then
					following := 'begin'; wait := 24 + 90 * luck;
				else
					wait := null;
				end if;
			end if;
		when 'begin' then
			perform private.demo_act(team);
			perform private.move_case(c.id, 'begin', null, '{}', null, null, null, null);
			following := 'finish'; wait := (0.3 + 2 * luck) * slowness;
		when 'finish' then
			perform private.demo_act(team);
			if array_length(photos, 1) = 4 and luck < 0.88 then
				perform private.attach_evidence(c.id, photos[4], 'after', p.next_at, extensions.st_x(c.geom), extensions.st_y(c.geom) + 0.00005, 8);
			end if;
			perform private.move_case(c.id, 'finish', null, '{}', null, null, null, null);
			following := 'close'; wait := 0.2 + 1.8 * luck;
		when 'close' then
			perform private.demo_act('d0000000-0000-4000-8000-000000000004');
			if luck < 0.05 * (1 + coalesce(c.unit_id, 0) % 4) and c.returned_count = 0 then
				perform private.move_case(c.id, 'return', null, '{}', 'not_fixed', null, null, null);
				following := 'begin'; wait := 1 + 2 * luck;
			elsif luck < 0.97 then
				perform private.move_case(c.id, 'close', null, '{"without_proof": true}', null, case when private.proof_of(c) is null then '演示：现场核实，未留照片' end, null, null);
			end if;
		end case;
		update private.demo_plan x set case_id = p.case_id, next_step = following,
			next_at = case when wait is not null then private.add_working_hours(p.next_at, wait) end where x.n = p.n;
	end loop;
	perform set_config('kerbside.clock', '', true), set_config('request.jwt.claims', '', true);
	return played;
end $$;
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
select private.demo_play(60);
-- kerbside:commit
-- What time passing made overdue by now.
select private.tick();
drop function private.demo_play(int), private.demo_act(uuid), private.demo_random(int, text);
drop table private.demo_plan, private.demo_sites;
