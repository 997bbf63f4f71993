begin;
select no_plan();
\ir district.psql

create function pg_temp.spots(who text, more text default '') returns jsonb language sql as $$ select pg_temp.tried(who, format('select api.hotspot_spots(%s)', more))::jsonb; $$;
-- The i-th whole number of a packed column.
create function pg_temp.nth(page jsonb, name text, i int, bytes int) returns int language sql as $$
	select ('x' || lpad(encode(substring(decode(page ->> name, 'base64') from i * bytes + 1 for bytes), 'hex'), 8, '0'))::bit(32)::int;
$$;
select private.set_clock('2026-09-28T02:30:00Z');
select pg_temp.report('a', '{"category": "0504"}');
set constraints all immediate; set constraints all deferred;
create temporary table page as select pg_temp.spots('office') as p;
select is((select (p ->> 'n')::int from page), (select count(*)::int from app.reports r where r.on_street is not null and r.status <> 'declined'), 'every report that was not declined');
select is((select length(decode(p ->> 'lng', 'base64')) from page), (select 4 * (p ->> 'n')::int from page), 'four bytes a place');
select is((select length(decode(p ->> 'flags', 'base64')) from page), (select 2 * (p ->> 'n')::int from page), 'two bytes of flags');
select is((select p ->> 'next' from page), null, 'all on one page');
select ok((select p::text !~ 'report_id|case_id|description|reporter|number' from page), 'without saying whose');
select is((select pg_temp.nth(p, 'hour', (p ->> 'n')::int - 1, 4) from page),
	(extract(epoch from timestamp '2026-09-28 10:00' - timestamp '2000-01-01') / 3600)::int, 'the hour of the city''s own clock');
select is((select p -> 'categories' -> pg_temp.nth(p, 'category', (p ->> 'n')::int - 1, 2) ->> 'code' from page), '0504', 'its category');
select is((select pg_temp.nth(p, 'flags', (p ->> 'n')::int - 1, 2) & 255 from page), 1, 'open, and not found by a patrol');
select is((select round((p #>> '{origin,1}')::numeric + pg_temp.nth(p, 'lat', (p ->> 'n')::int - 1, 4) / 1e6, 5) from page),
	(select round(extensions.st_y(r.on_street)::numeric, 5) from app.reports r order by r.number desc limit 1), 'on the street, not where the phone stood');
select is(pg_temp.spots('office', '0, 1') ->> 'n', '1', 'in pages');
select is((pg_temp.spots('office', '0, 1') ->> 'next')::bigint, (select min(r.number) from app.reports r where r.on_street is not null), 'that say where they end');
select is(pg_temp.tried('team_a', 'select api.hotspot_spots()'), 'role_needed', 'a team does not read the city''s places');
select is(pg_temp.tried('wall', $$select api.hotspot_spots() ->> 'seed'$$), '20161', 'with the seed of the draws');

select pg_temp.tried('registrar', format('select api.decide_report(%L, ''decline'', reason_code => ''nonsense'')', (select r.id from app.reports r where r.status = 'received' order by r.number desc limit 1)));
select is((pg_temp.spots('office') ->> 'n')::int, (select (p ->> 'n')::int - 1 from page), 'a report that was declined is no place of trouble');

-- ---- how they are judged ----
select throws_ok($$insert into app.hotspot_settings (is_only) values (false)$$, '23514', null, 'there is one way for the whole city');
select throws_ok($$update app.hotspot_settings set seed = 0$$, '23514', null, 'the generator''s seed is positive');
select throws_ok($$update app.hotspot_settings set false_rate = 0.3$$, '23514', null, 'a third of false hotspots is no test');
select throws_ok($$update app.hotspot_settings set false_rate = 0$$, '23514', null, 'and none at all finds nothing');
select throws_ok($$update app.hotspot_settings set least_count = 0$$, '23514', null, 'a hotspot has at least one report');

-- ---- where patrols are out ----
select is(pg_temp.tried('office', $$select api.patrol_hours() ->> 'n'$$), '0', 'no shifts, no hours');
insert into app.shifts (unit_id, name, starts, ends, weekdays, first_day) values
	(pg_temp.unit('一中队'), '日班', '08:00', '16:00', '{1,2,3,4,5}', '2026-01-01'), (pg_temp.unit('一中队'), '夜班', '22:00', '02:00', '{6}', '2026-01-01');
select is((select round(sum(h::numeric), 1) from jsonb_array_elements_text(pg_temp.tried('office', 'select api.patrol_hours()')::jsonb -> 'hours') h),
	44.0, 'five days of eight hours and a night of four, on the unit''s ground');
select is(pg_temp.tried('team_a', 'select api.patrol_hours()'), 'role_needed', 'not for a team');

-- ---- around a place ----
create temporary table around as select pg_temp.tried('office', 'select api.hotspot_surroundings(119.4583, 32.7901, 400)')::jsonb as s;
select ok((select (s #>> '{cases,total}')::int >= 0 and jsonb_typeof(s -> 'facilities') = 'array' and jsonb_typeof(s -> 'acts') = 'array' from around), 'cases, facilities and acts');
select ok((select s::text !~ 'staff|actor|reporter|description|plate' from around), 'and nobody''s name');
select is(pg_temp.tried('inspector_a', 'select api.hotspot_surroundings(119.4583, 32.7901)'), 'role_needed', 'for those who judge hotspots');
-- A place beyond the fix, as seen from the street: the fix is within 20 m of it, its place on the street is not.
create temporary table fresh as select pg_temp.filed(pg_temp.report('a')) as id;
create temporary table beyond as select c.id, extensions.st_x(p.at) as lng, extensions.st_y(p.at) as lat, p.at, c.on_street, c.geom from app.cases c
	cross join lateral (select 15 / private.metres(c.geom, c.on_street) as k) s
	cross join lateral (select private.point(extensions.st_x(c.geom) + s.k * (extensions.st_x(c.geom) - extensions.st_x(c.on_street)),
		extensions.st_y(c.geom) + s.k * (extensions.st_y(c.geom) - extensions.st_y(c.on_street))) as at) p
	where c.id = (select f.id from fresh f);
select is((select array[private.metres(b.geom, b.at) <= 20, private.metres(b.on_street, b.at) <= 20] from beyond b), '{t,f}', 'a fix apart from its street');
select is((select pg_temp.tried('wall', format('select api.hotspot_surroundings(%s, %s, 20) #>> ''{cases,total}''', b.lng, b.lat)) from beyond b),
	(select count(*)::text from app.cases c, beyond b where private.metres(c.on_street, b.at) <= 20 and c.status <> 'voided'), 'a case counts where it is on the street: nobody finds its fix by asking around');
select is((select pg_temp.tried('wall', format('select api.hotspot_surroundings(%s, %s, 20) #>> ''{cases,total}''', extensions.st_x(b.on_street), extensions.st_y(b.on_street))) from beyond b),
	(select count(*)::text from app.cases c, beyond b where private.metres(c.on_street, b.on_street) <= 20 and c.status <> 'voided'), 'and it does count there');
select * from finish();
rollback;
