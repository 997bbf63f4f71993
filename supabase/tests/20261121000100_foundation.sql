begin;
select plan(42);
\ir district.psql

-- ---- the one clock ----
select is(private.clock(), timestamptz '2026-09-28 02:00:00Z', 'the clock stands where this transaction set it');
select is((select count(*)::int from pg_proc p where p.pronamespace in ('app'::regnamespace, 'private'::regnamespace, 'api'::regnamespace)
	and p.proname <> 'clock' and p.prosrc ~* '\m((now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(|current_timestamp|localtimestamp|current_date|current_time)'), 0,
	'no rule reads a clock but the one');
select is((select count(*)::int from pg_attrdef d join pg_class c on c.oid = d.adrelid where c.relnamespace = 'app'::regnamespace
	and pg_get_expr(d.adbin, d.adrelid) ~* '\m(now|clock_timestamp|statement_timestamp)\s*\(|current_timestamp'), 0, 'no column defaults to another clock');
select pg_temp.become('registrar');
select throws_ok($$select private.set_clock('2020-01-01')$$, '42501', null, 'staff cannot set the clock');
select pg_temp.become('anon');
select throws_ok($$select private.set_clock('2020-01-01')$$, '42501', null, 'the public cannot set the clock');
select pg_temp.become('owner');

-- ---- refusals ----
select throws_ok($$select private.problem(422, 'outside_city', '{"field": "lng"}')$$, 'PT422', 'outside_city', 'a refusal carries its HTTP status and its code');
do $$
begin
	perform private.problem(409, 'id_taken');
exception when sqlstate 'PT409' then
	create temporary table refusal as select true as was_caught;
end $$;
select ok((select was_caught from refusal), 'a refusal without facts still carries its code');

-- ---- text ----
select is(private.is_plain_text(t.body, t.longest), t.is_plain, t.title) from (values
	('门口占道洗车', 10, true, 'Chinese is plain text'),
	(e'two\nlines\tand a tab\r', 100, true, 'line breaks and tabs are plain text'),
	('', 0, true, 'nothing is plain text'),
	('abcdef', 5, false, 'a text over its length is refused'),
	(repeat('街', 2000), 2000, true, 'length counts characters, not bytes'),
	(e'a\x01b', 10, false, 'a control character is refused'),
	(e'a\x1bb', 10, false, 'an escape character is refused'),
	(e'a\x7fb', 10, false, 'a delete character is refused')) t (body, longest, is_plain, title);

-- ---- raw coordinates ----
select is(private.is_lng_lat(t.lng, t.lat), t.is_point, t.title) from (values
	(119.46::float8, 32.79::float8, true, 'a place in the city is a point'),
	('NaN', 32.79, false, 'NaN is no longitude'),
	(119.46, 'NaN', false, 'NaN is no latitude'),
	('Infinity', 32.79, false, 'infinity is no longitude'),
	(119.46, '-Infinity', false, 'infinity is no latitude'),
	(400, 95, false, 'what geography would wrap around the globe is refused'),
	(180, 90, true, 'the edge of the globe is on it'),
	(180.0000001, 0, false, 'beyond the edge is not'),
	(null, 32.79, false, 'a missing longitude is no point'),
	(119.46, null, false, 'a missing latitude is no point')) t (lng, lat, is_point, title);

-- ---- measures ----
select ok(abs(private.metres(private.point(119.46, 32.79), private.point(119.461, 32.79)) - 93.66) < 0.2,
	'a thousandth of a degree of longitude is 93.7 m here');
select setseed(0.42);
select is((select count(*)::int from (select private.point(x, y) as here, private.point(x + (random() - 0.5) * 0.02, y + (random() - 0.5) * 0.02) as there, r
		from (select 73 + random() * 60 as x, 18 + random() * 35 as y, 5 + random() * 800 as r from generate_series(1, 5000)) p) q
	where private.metres(here, there) <= r and not extensions.st_intersects(private.box_around(here, r), there)), 0,
	'no point within a distance lies outside the box of that distance, anywhere in China');

-- ---- the city ----
select is(private.local_day('2026-09-28 15:59:59Z'), date '2026-09-28', 'a day ends at midnight in the city');
select is(private.local_day('2026-09-28 16:00:00Z'), date '2026-09-29', 'and the next begins there');
select is(private.day_start('2026-09-29'), timestamptz '2026-09-28 16:00:00Z', 'a day''s start is the city''s midnight');
select throws_ok($$insert into app.city (id, name) values (false, 'x')$$, '23514', null, 'there is one city');
select throws_ok($$update app.city set east = west$$, '23514', null, 'a city has an extent');
select throws_ok($$update app.city set west = 'NaN'$$, '23514', null, 'its extent is made of numbers');
select throws_ok($$update app.city set name = e'a\x01b'$$, '23514', null, 'its name is plain text');
select throws_ok($$update app.city set center_lng = 400$$, '23514', null, 'its centre is on the globe');
select throws_ok($$update app.city set attribution = repeat('x', 501)$$, '23514', null, 'it says whose data it draws in few words');
select throws_ok($$update app.city set snap_limit_m = 0$$, '23514', null, 'its constants are usable');
select throws_ok($$update app.city set proof_radius_m = 0$$, '23514', null, 'proof has a radius');
select throws_ok($$update app.city set rate_period_days = 0$$, '23514', null, 'a rate has a period');
select throws_ok($$update app.city set minimum_sample = 0$$, '23514', null, 'a sample has a size');
select throws_ok($$update app.city set name_en = e'a\x01b'$$, '23514', null, 'in English its name is plain text, too');

-- ---- free text beside the log ----
select throws_ok($$insert into app.notes (body) values (repeat('x', 2001))$$, '23514', null, 'a note has a length');

select * from finish();
rollback;
