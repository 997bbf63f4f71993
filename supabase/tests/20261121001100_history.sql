begin;
select no_plan();
\ir district.psql

create function pg_temp.batch(n int, rows jsonb, more jsonb default '{}') returns jsonb language sql as $$
	select api.import_history(jsonb_build_object('id', pg_temp.numbered('history', n), 'source', 'last year.csv', 'source_key', 'last year', 'datum', 'wgs84') || more, rows);
$$;
create function pg_temp.past(key text, more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('key', key, 'category', '0551', 'lng', 119.4583, 'lat', 32.7901, 'status', 'closed', 'unit', '一中队',
		'opened_at', '2026-09-07T02:00:00Z', 'dispatched_at', '2026-09-07T03:00:00Z', 'due_at', '2026-09-09T02:00:00Z', 'closed_at', '2026-09-08T02:00:00Z') || more;
$$;
create function pg_temp.case_of_row(key text) returns app.cases language sql as $$
	select c from app.imported_rows i join app.cases c on c.id = i.case_id where i.source_key = 'last year' and i.key = case_of_row.key;
$$;
create function pg_temp.settled() returns void language sql as $$ set constraints all immediate; set constraints all deferred; $$;
create function pg_temp.refusal(more jsonb) returns text language sql as $$
	select pg_temp.batch(900, jsonb_build_array(pg_temp.past('refused') || more), '{"dry_run": true}') #>> '{rejected,0,problem}';
$$;

-- ---- a batch ----
select is(pg_temp.batch(1, jsonb_build_array(
		pg_temp.past('1'), pg_temp.past('2', '{"closed_at": "2026-09-10T02:00:00Z"}'), pg_temp.past('3', '{"status": "dispatched", "closed_at": null}'),
		pg_temp.past('4', '{"status": "declined", "closed_at": null}'), pg_temp.past('5', '{"status": "received", "closed_at": null}'),
		pg_temp.past('6', '{"merged_into": "1"}'), pg_temp.past('7', '{"lng": 119.59, "lat": 32.71, "due_at": null, "unit": null}'),
		pg_temp.past('8', '{"status": "voided", "closed_at": null}')), '{"dry_run": true}') - 'present',
	'{"added": 8, "changed": 0, "unchanged": 0, "gone": 0, "kept": 0, "rejected": []}', 'a trial says what would come');
select is((select count(*)::int from app.reports), 0, 'and writes nothing');
select is(pg_temp.batch(1, jsonb_build_array(
		pg_temp.past('1'), pg_temp.past('2', '{"closed_at": "2026-09-10T02:00:00Z"}'), pg_temp.past('3', '{"status": "dispatched", "closed_at": null}'),
		pg_temp.past('4', '{"status": "declined", "closed_at": null}'), pg_temp.past('5', '{"status": "received", "closed_at": null}'),
		pg_temp.past('6', '{"merged_into": "1"}'), pg_temp.past('7', '{"lng": 119.59, "lat": 32.71, "due_at": null, "unit": null}'),
		pg_temp.past('8', '{"status": "voided", "closed_at": null}'))),
	'{"added": 8, "changed": 0, "unchanged": 0, "gone": 0, "kept": 0, "rejected": [], "not_snapped": 1}', 'history comes in');
select pg_temp.settled();
select is((select count(*)::int from app.reports), 8, 'every row is a report');
select is((select count(*)::int from app.cases), 5, 'those that were taken up are cases');
select is((select count(*)::int from app.reports where case_id = (pg_temp.case_of_row('1')).id), 2, 'a second report joins its case');
select is((select array_agg(r.status order by i.key) from app.reports r join app.imported_rows i on i.report_id = r.id), '{filed,filed,filed,declined,received,filed,filed,filed}', 'each as its row says');
select is((select (street_id, area_id, unit_id)::text from app.cases where id = (pg_temp.case_of_row('1')).id),
	(select ((select id from app.streets where name = '金桥路'), pg_temp.area('a'), pg_temp.unit('一中队'))::text), 'on its street, in its area, with its unit');
select is((pg_temp.case_of_row('1')).number, 'E0551202609070001', 'numbered by the day it was opened');
select is((select count(distinct number)::int from app.cases), 5, 'every case by a number of its own');
select is((select last from app.case_sequences where prefix = 'E055120260907'), 5, 'and the day''s sequence goes on behind them');
select is((select array_agg(f.on_time order by i.key) from app.case_facts f join app.imported_rows i on i.case_id = f.case_id where i.key in ('1', '2', '7')), '{t,f,null}', 'on time, late, and without a limit');
select is((select count(*)::int from app.cases where overdue_at is not null), 2, 'what was late is known to have been');
select is((pg_temp.case_of_row('1')).proof, null, 'nobody claims proof for last year''s closures');
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'facts and counters are those of plain SQL');
select is(private.replay_differences() -> 'differences', '[]', 'the tables are the log played back');
select is(private.verify_log(0) -> 'ok', 'true', 'and the chain holds');
select is((select n from app.day_counters where measure = 'closed' and day = '2026-09-10' and category = '0551'), 1, 'a closure counts on its own day');
select is((select jsonb_agg(e ->> 'kind') from jsonb_array_elements(api.tail(0) -> 'events') e where e ? 'street_id' and e ->> 'kind' like '%.imported'), null, 'live screens hear only that it came');
select is((select count(*)::int from app.report_areas), 7, 'the areas each fell in are kept');

-- ---- the same again ----
select is(pg_temp.batch(2, jsonb_build_array(pg_temp.past('1'), pg_temp.past('6', '{"merged_into": "1"}'))) - 'rejected',
	'{"added": 0, "changed": 0, "unchanged": 2, "gone": 0, "kept": 0, "not_snapped": 0}', 'the same rows again change nothing');
select is(pg_temp.batch(3, jsonb_build_array(pg_temp.past('3'), pg_temp.past('5'))) - 'rejected',
	'{"added": 0, "changed": 2, "unchanged": 0, "gone": 0, "kept": 0, "not_snapped": 0}', 'a row that has moved on is brought up to date');
select pg_temp.settled();
select is((pg_temp.case_of_row('3')).status || ' ' || (pg_temp.case_of_row('5')).status, 'closed closed', 'as its source now tells');
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'numbers follow');
select is(private.replay_differences() -> 'differences', '[]', 'and the log');
select is(pg_temp.batch(4, jsonb_build_array(pg_temp.past('3'), pg_temp.past('5'))) ->> 'unchanged', '2', 'and that is what is known from then on');
select is(pg_temp.batch(5, jsonb_build_array(pg_temp.past('20', '{"status": "dispatched", "closed_at": null}'))) ->> 'added', '1', 'an open case');
select pg_temp.moved('team_a', (pg_temp.case_of_row('20')).id, 'begin');
select is(pg_temp.batch(6, jsonb_build_array(pg_temp.past('20'))) - 'rejected',
	'{"added": 0, "changed": 0, "unchanged": 0, "gone": 0, "kept": 1, "not_snapped": 0}', 'that people here work on is left to them');
select is((pg_temp.case_of_row('20')).status, 'handling', 'as they have it');
select pg_temp.settled();
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'with its numbers');

-- ---- photos, proof, people ----
select is(pg_temp.batch(7, jsonb_build_array(pg_temp.past('30', jsonb_build_object('photos', jsonb_build_array(jsonb_build_object('sha256', pg_temp.photo('past near'), 'role', 'near')),
	'after_photo', pg_temp.photo('past after'), 'source', 'citizen', 'returned_count', 1, 'confirmed', true, 'category', '0509',
	'actors', jsonb_build_object('dispatched_by', pg_temp.person('dispatcher'), 'handled_by', pg_temp.person('team_a'), 'verified_by', pg_temp.person('closer')))))) ->> 'added', '1', 'a row with all it may have');
select isnt((pg_temp.case_of_row('30')).proof, null, 'an after-photo is its proof');
select is((select string_agg(a.act, ',' order by a.act) from app.case_acts a where a.case_id = (pg_temp.case_of_row('30')).id), 'dispatched_it,handled_it,verified_it', 'who acted is known');
select is((select e.after -> 'sha256' from app.event_log e where e.kind = 'report.imported' and e.after ? 'sha256'), jsonb_build_array(pg_temp.photo('past near')), 'the log covers the photo');
select is((select after from (select string_agg(e.after::text, '') as after from app.event_log e) x where after like '%WORDS%'), null, 'and no words');

-- ---- what is refused, row by row ----
select is(pg_temp.refusal('{"key": ""}'), 'key_missing', 'a row needs a key');
select is(pg_temp.refusal('{"category": "0000"}'), 'unknown_category', 'a category of this city');
select is(pg_temp.refusal('{"category": "05"}'), 'unknown_category', 'of the second level');
select is(pg_temp.refusal('{"lng": null}'), 'bad_coordinates', 'a place');
select is(pg_temp.refusal('{"lng": "NaN"}'), 'bad_coordinates', 'that is a number');
select is(pg_temp.refusal('{"lng": 32.79, "lat": 119.45}'), 'bad_coordinates', 'on the globe');
select is(pg_temp.refusal('{"lng": 119.9}'), 'outside_city', 'in the city');
select is(pg_temp.refusal('{"status": "done"}'), 'unknown_status', 'a state we know');
select is(pg_temp.refusal('{"source": "rumour"}'), 'unknown_source', 'a source we know');
select is(pg_temp.refusal('{"description": "a\u0001"}'), 'bad_text', 'plain words');
select is(pg_temp.refusal('{"opened_at": null}'), 'bad_time', 'a time');
select is(pg_temp.refusal('{"opened_at": "2027-01-01T00:00:00Z"}'), 'bad_time', 'that has been');
select is(pg_temp.refusal('{"closed_at": null}'), 'closing_time_missing', 'closed is closed at a time');
select is(pg_temp.refusal('{"closed_at": "2026-09-07T01:59:59Z"}'), 'closed_before_opened', 'not before it began');
select is(pg_temp.refusal('{"dispatched_at": "2026-09-08T02:00:01Z", "handled_at": "2026-09-08T02:00:00Z"}'), null, 'times that are missing between are no fault');
select is(pg_temp.refusal('{"handled_at": "2026-09-08T02:00:01Z"}'), 'times_out_of_order', 'one thing after the other');
select is(pg_temp.refusal('{"returned_count": -1}'), 'bad_count', 'counts count');
select is(pg_temp.refusal('{"accuracy_m": -1}'), 'bad_accuracy', 'accuracy is a length');
select is(pg_temp.refusal('{"unit": "第九中队"}'), 'unknown_unit', 'a unit of this city');
select is(pg_temp.refusal('{"merged_into": "nothing"}'), 'merged_into_missing', 'a case to be joined with');
select is(pg_temp.batch(901, jsonb_build_array(pg_temp.past('x'), pg_temp.past('x')), '{"dry_run": true}') #>> '{rejected,0,problem}', 'duplicate_key', 'a key names one row');
select throws_ok($$select pg_temp.batch(902, '[{"key": "x", "opened_at": "some day"}]')$$, 'PT422', 'bad_row', 'a time that is none');
select throws_ok($$select pg_temp.batch(903, '{}')$$, 'PT422', 'batch_too_large', 'a batch is a list');
select throws_ok($$select pg_temp.batch(904, (select jsonb_agg(i) from generate_series(1, 1001) i))$$, 'PT422', 'batch_too_large', 'of at most 1,000');
select throws_ok($$select pg_temp.batch(905, '[]', '{"source_key": ""}')$$, 'PT422', 'bad_import', 'from a source with a name');
select throws_ok($$update app.imported_rows set source_key = repeat('x', 81)$$, '23514', null, 'of a sane length');
select throws_ok($$update app.imported_rows set key = repeat('x', 121)$$, '23514', null, 'like its keys');

-- ---- and out again ----
select is((select pg_temp.tried('closer', $$select jsonb_array_length(api.export_cases() -> 'rows')$$)), '9', 'every report of every case goes out');
create temporary table page as select pg_temp.tried('closer', $$select api.export_cases(null, 2)$$)::jsonb as page;
select is((select jsonb_array_length(page -> 'rows') from page), 3, 'in pages of cases');
select isnt((select page ->> 'next' from page), null, 'with a mark to go on from');
create temporary table exported as select pg_temp.tried('closer', 'select api.export_cases()')::jsonb as whole;
select is((select pg_temp.batch(8, whole -> 'rows', '{"source_key": "kerbside"}') - 'rejected' from exported),
	'{"added": 0, "changed": 0, "unchanged": 9, "gone": 0, "kept": 0, "not_snapped": 0}', 'read back in, it changes nothing');
select is((select pg_temp.tried('team_b', $$select api.export_cases() -> 'rows'$$)), '[]', 'a team takes out what it may see');

-- ---- many places at once ----
-- On a street, beside one, between two, far from all; and each of them only once.
select is_empty($$with pins as (
		select private.point(119.4400 + (n % 23) * 0.0031, 32.7800 + (n / 23) * 0.0017) as pin from generate_series(0, 299) n
		union all select c.geom from app.cases c)
	select p.pin from (select distinct pin from pins) p join private.snap_all((select array_agg(pin) from pins)) a on a.pin operator(extensions.=) p.pin
	cross join lateral private.snap(p.pin) b
	where (a.segment_id, a.street_id, a.distance_m, a.on_street) is distinct from (b.segment_id, b.street_id, b.distance_m, b.on_street)$$,
	'places are snapped together as they are one by one');
select is((select count(*)::int from private.snap_all(array[private.point(119.4583, 32.7901), private.point(119.4583, 32.7901), private.point(0, 0)])), 2,
	'each place is answered once, found or not');

-- ---- who ----
select is(pg_temp.tried('registrar', $$select pg_temp.batch(910, '[]')$$), 'role_needed', 'a registrar imports nothing');
select is(pg_temp.tried('admin', $$select pg_temp.batch(911, '[]') ->> 'added'$$), '0', 'an administrator may');
select pg_temp.become('anon');
select throws_ok($$select api.import_history('{}', '[]')$$, '42501', null, 'a stranger may not');
select pg_temp.become('owner');
select * from finish();
rollback;
