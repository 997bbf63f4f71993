begin;
select no_plan();
\ir district.psql

create function pg_temp.batch(n int, rows jsonb) returns jsonb language sql as $$
	select api.import_history(jsonb_build_object('id', pg_temp.numbered('history', n), 'source', 'past.csv', 'source_key', 'past', 'datum', 'wgs84'), rows);
$$;
create function pg_temp.past(key text, filed text, closed text, more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('key', key, 'category', '0551', 'lng', 119.4583, 'lat', 32.7901, 'unit', '一中队',
		'status', case when closed is null then 'dispatched' else 'closed' end, 'opened_at', filed, 'dispatched_at', filed, 'closed_at', closed) || more;
$$;
create function pg_temp.of(wanted text) returns text language sql as $$
	select b.key from app.imported_rows a join app.cases c on c.id = a.case_id join app.imported_rows b on b.case_id = c.recurrence_of where a.key = wanted;
$$;
create function pg_temp.recurred(wanted text) returns text language sql as $$
	select to_char(f.recurred_at at time zone 'UTC', 'MM-DD') from app.imported_rows a join app.case_facts f on f.case_id = a.case_id where a.key = wanted;
$$;

-- 0.0002° of longitude is 19 m here, 0.0004° are 37 m; the category's radius is 30 m, its window 14 days.
select is(pg_temp.batch(1, jsonb_build_array(
	pg_temp.past('later', '2026-09-10T02:00:00Z', '2026-09-11T02:00:00Z'),
	pg_temp.past('first', '2026-09-01T02:00:00Z', '2026-09-02T02:00:00Z'),
	pg_temp.past('near', '2026-09-14T02:00:00Z', null, '{"lng": 119.4585}'),
	pg_temp.past('far', '2026-09-14T02:00:00Z', null, '{"lng": 119.4587}'),
	pg_temp.past('other', '2026-09-14T02:00:00Z', null, '{"category": "0504"}'),
	pg_temp.past('same day', '2026-09-01T03:00:00Z', '2026-09-20T02:00:00Z'))) ->> 'added', '6', 'a batch in no order');
select is(pg_temp.of('later'), 'first', 'a case recurs from the closed one before it, wherever its row stands in the batch');
select is(pg_temp.of('near'), 'later', 'from the latest of them, 19 m off');
select is(pg_temp.of('far'), null, 'not from one 37 m off');
select is(pg_temp.of('other'), null, 'nor from one of another category');
select is(pg_temp.of('same day'), null, 'nor from one that was not closed yet');
select is((pg_temp.recurred('first'), pg_temp.recurred('later'), pg_temp.recurred('near')), ('09-10'::text, '09-14'::text, null::text), 'facts say when a case last recurred');

select is(pg_temp.batch(2, jsonb_build_array(
	pg_temp.past('next batch', '2026-09-25T01:00:00Z', '2026-09-26T02:00:00Z'),
	pg_temp.past('elsewhere', '2026-09-01T02:00:00Z', '2026-09-02T02:00:00Z', '{"lng": 119.4560}'),
	pg_temp.past('in time', '2026-09-16T02:00:00Z', null, '{"lng": 119.4560}'),
	pg_temp.past('window over', '2026-09-16T02:00:00.001Z', null, '{"lng": 119.4560}'),
	pg_temp.past('voided', '2026-09-26T03:00:00Z', null, '{"status": "voided"}'))) ->> 'added', '5', 'another batch');
select is(pg_temp.of('next batch'), 'same day', 'a case of an earlier batch');
select is(pg_temp.of('in time'), 'elsewhere', 'at the end of the window');
select is(pg_temp.of('window over'), null, 'a moment after the window');
select is(pg_temp.recurred('same day'), '09-25', 'whose fact is told');
select is(pg_temp.of('voided'), 'next batch', 'a voided case is linked');
select is(pg_temp.recurred('next batch'), null, 'and is no recurrence');
set constraints all immediate;
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'facts are what plain SQL makes of the cases');
select is((select count(*)::int from app.event_log e join app.cases c on c.id = e.case_id
	where e.kind = 'case.imported' and (e.after ->> 'recurrence_of')::uuid is distinct from c.recurrence_of), 0, 'the log says so, too');

select * from finish();
rollback;
