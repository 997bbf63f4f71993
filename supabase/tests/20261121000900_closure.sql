begin;
select plan(56);
\ir district.psql

-- Cases that are there already, without their log: only the numbers are looked at.
create temporary sequence case_n;
create function pg_temp.cases(n int, status text, more jsonb default '{}') returns void language sql as $$
	insert into app.cases (number, status, category, source, geom, street_id, area_id, unit_id, opened_at, filed_at, dispatched_at, due_at, closed_at, proof, confirmed, returned_count)
	select 'E055120260801' || lpad(nextval('pg_temp.case_n')::text, 5, '0'), cases.status, '0551', 'api', private.point(119.4583, 32.79),
		(select id from app.streets where name = coalesce(more ->> 'street', '金桥路')), pg_temp.area(coalesce(more ->> 'area', 'a')), pg_temp.unit('一中队'),
		coalesce((more ->> 'filed_at')::timestamptz, '2026-08-01'), coalesce((more ->> 'filed_at')::timestamptz, '2026-08-01'),
		case when not more ? 'undispatched' then coalesce((more ->> 'dispatched_at')::timestamptz, '2026-08-02') end,
		case when not more ? 'undispatched' then coalesce((more ->> 'due_at')::timestamptz, '2026-09-10') end,
		(more ->> 'closed_at')::timestamptz, null, (more ->> 'confirmed')::boolean, coalesce((more ->> 'returned')::int, 0)
	from generate_series(1, n);
$$;
create function pg_temp.rate(numerator text, denominator text, figures jsonb) returns text language sql as $$
	select case when (figures ->> denominator)::int = 0 then '—' else round(100.0 * (figures ->> numerator)::int / (figures ->> denominator)::int, 2)::text end;
$$;
create function pg_temp.street(name text) returns jsonb language sql as $$
	select f from jsonb_array_elements(private.street_figures(null, private.clock())) f where f ->> 'name' = street.name;
$$;
create function pg_temp.grid(key text) returns jsonb language sql as $$
	select f from jsonb_array_elements(private.area_figures(null, private.clock())) f where (f ->> 'area_id')::bigint = pg_temp.area(key);
$$;
alter table app.cases disable trigger cases_log;
-- Every case is to lie on a street here.
update app.segments set street_id = (select id from app.streets where name = '泰北路') where key = 'lane';

-- ---- nothing yet ----
select is(private.totals(private.clock()) - '{received_today,filed_today,dispatched_today,closed_today,received_total}'::text[],
	'{"due": 0, "closed": 0, "on_time": 0, "verified": 0, "returned": 0, "open": 0, "overdue": 0}', 'an empty city has counts of nothing');
select is(pg_temp.rate('closed', 'due', pg_temp.street('泰北路')), '—', 'and a rate over nothing is no number');
select is((select array_agg(to_char(a at time zone 'Asia/Shanghai', 'MM-DD HH24:MI') || ' ' || (b = private.clock())) from private.rate_period(private.clock())), '{"08-30 00:00 true"}',
	'rates are read over thirty local days, up to now');

-- ---- 天门, 2016-12: due 972, closed 911, on time 737 ----
select pg_temp.cases(737, 'closed', '{"closed_at": "2026-09-09T00:00:00Z"}');
select pg_temp.cases(174, 'closed', '{"closed_at": "2026-09-11T00:00:00Z"}');
select pg_temp.cases(31, 'dispatched'), pg_temp.cases(20, 'handling'), pg_temp.cases(10, 'handled');
select is(pg_temp.rate('closed', 'due', private.totals(private.clock())), '93.72', '911 of 972 are 93.72 %');
select is(pg_temp.rate('on_time', 'due', private.totals(private.clock())), '75.82', '737 of 972 are 75.82 %');
select is(pg_temp.rate('closed', 'due', pg_temp.street('金桥路')) || ' ' || pg_temp.rate('on_time', 'due', pg_temp.street('金桥路')), '93.72 75.82', 'on the street where they lie, too');
select is(pg_temp.rate('closed', 'due', pg_temp.grid('a')), '93.72', 'and in the area');
select is(pg_temp.street('泰北路') ->> 'due', '0', 'and nowhere else');
select is(pg_temp.grid('b') ->> 'due', '0', 'in no other area');
-- What lies outside [a, b) or outside the count changes nothing of it.
select pg_temp.cases(7, 'voided'), pg_temp.cases(5, 'closed', '{"closed_at": "2026-08-29T15:59:59Z"}'), pg_temp.cases(4, 'filed', '{"undispatched": true}'),
	pg_temp.cases(3, 'handling', '{"due_at": "2026-08-29T15:59:59Z"}'), pg_temp.cases(2, 'suspended', '{"due_at": "2026-09-28T02:00:00Z"}'), pg_temp.cases(6, 'closed', '{"closed_at": "2026-09-28T02:00:00Z"}');
select is(private.totals(private.clock()) ->> 'due', '972', 'voided cases, closures before the period, undispatched cases, limits before it or not yet reached are not due in it');
select is(private.totals(private.clock()) ->> 'closed', '911', 'nor are they closed in it');
select is(private.totals(private.clock()) ->> 'open', '70', 'all that is open is open');
select is(private.totals(private.clock()) ->> 'overdue', '64', 'older open cases are overdue now, a number of its own');
select pg_temp.cases(1, 'closed', '{"closed_at": "2026-08-29T16:00:00Z"}'), pg_temp.cases(1, 'handling', '{"due_at": "2026-08-29T16:00:00Z"}');
select is((private.totals(private.clock()) ->> 'due') || ' ' || (private.totals(private.clock()) ->> 'closed'), '974 912', 'the period''s first moment is in it');

-- ---- events 902 of 956, components 9 of 16, and small samples ----
select pg_temp.cases(902, 'closed', '{"street": "泰北路", "area": "b", "closed_at": "2026-09-09T00:00:00Z"}'), pg_temp.cases(54, 'handling', '{"street": "泰北路", "area": "b"}');
select is(pg_temp.rate('closed', 'due', pg_temp.street('泰北路')), '94.35', '902 of 956 are 94.35 %');
insert into app.streets (key, name) values ('x', '部件街'), ('y', '小街'), ('z', '大街');
select pg_temp.cases(9, 'closed', '{"street": "部件街", "closed_at": "2026-09-09T00:00:00Z"}'), pg_temp.cases(7, 'handling', '{"street": "部件街"}'),
	pg_temp.cases(2, 'closed', '{"street": "小街", "closed_at": "2026-09-09T00:00:00Z"}'),
	pg_temp.cases(180, 'closed', '{"street": "大街", "closed_at": "2026-09-09T00:00:00Z"}'), pg_temp.cases(20, 'handling', '{"street": "大街"}');
select is(pg_temp.rate('closed', 'due', pg_temp.street('部件街')), '56.25', '9 of 16 are 56.25 %');
select is(pg_temp.rate('closed', 'due', pg_temp.street('小街')), '100.00', '2 of 2 are all');
select cmp_ok((pg_temp.street('小街') ->> 'due')::int, '<', (select minimum_sample from app.city), 'of too few to say so');
select is(pg_temp.rate('closed', 'due', pg_temp.street('大街')), '90.00', '180 of 200 are 90 %');

-- ---- verified, returned ----
select pg_temp.cases(3, 'closed', '{"street": "小街", "closed_at": "2026-09-09T00:00:00Z", "confirmed": true}'), pg_temp.cases(1, 'closed', '{"street": "小街", "closed_at": "2026-09-09T00:00:00Z", "confirmed": false}'),
	pg_temp.cases(2, 'returned', '{"street": "小街", "returned": 2}');
select is(pg_temp.street('小街') - '{street_id,name,name_en}'::text[], '{"due": 8, "closed": 6, "on_time": 6, "verified": 3, "open": 2, "overdue": 2, "received": 0}', 'closed and verified closed are different numbers');
select is(private.totals(private.clock()) ->> 'returned', '2', 'a case returned twice is one returned case');
select is((select jsonb_object_agg(l ->> 'band', l -> 'cases') from jsonb_array_elements(private.overdue_ladder('2026-09-12T00:00:00Z')) l),
	(select jsonb_build_object('<1d', 0, '1-3d', count(*) filter (where due_at = '2026-09-10'), '>3d', count(*) filter (where due_at < '2026-09-09')) from app.case_facts where is_open), 'the overdue ladder has a step for each age');
select is(private.next_due('2026-09-01T00:00:00Z') ->> 'due_at', '2026-09-10T00:00:00+00:00', 'the next limit is the next one');
select is(private.next_due('2027-01-01T00:00:00Z'), null, 'after the last there is none');
select is((select overdue from private.figures('2026-08-30', '2026-09-10 00:00:00Z') g where g.case_id = (select f.case_id from app.case_facts f where f.is_open and f.due_at = '2026-09-10' limit 1)), 0, 'at its limit a case is not overdue');
select is((select overdue from private.figures('2026-08-30', '2026-09-10 00:00:00.000001Z') g where g.case_id = (select f.case_id from app.case_facts f where f.is_open and f.due_at = '2026-09-10' limit 1)), 1, 'a moment later it is');

-- ---- time passing ----
select private.set_clock('2026-09-09 23:00:00Z');
select is(pg_temp.street('大街') ->> 'due', '180', 'before its limit an open case is not due');
select private.set_clock('2026-09-10 00:00:01Z');
select is(pg_temp.street('大街') ->> 'due', '200', 'after it, it is');
select private.set_clock('2026-10-08 16:00:00Z');
select is((pg_temp.street('大街') ->> 'due') || ' ' || (pg_temp.street('大街') ->> 'closed') || ' ' || (pg_temp.street('大街') ->> 'overdue'), '20 0 20', 'a month later closures have left the period before limits of a day later have');
select private.set_clock('2026-10-12 00:00:00Z');
select is((pg_temp.street('大街') ->> 'due') || ' ' || (pg_temp.street('大街') ->> 'overdue'), '0 20', 'then those leave it too, and only overdue remains');
alter table app.cases enable trigger cases_log;
set constraints all immediate;
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'facts and counters are what the tables say');
set constraints all deferred;
select private.set_clock('2026-09-28 02:00:00Z');

-- ---- flow by local day ----
select is(private.flow(1, private.clock()), '[{"day": "2026-09-28", "received": 0, "filed": 0, "dispatched": 0, "closed": 6}]', 'a day has its flow');
select is(jsonb_array_length(private.flow(14, private.clock())), 14, 'a fortnight has fourteen');
create temporary table made as select pg_temp.case_in('closed', 'a') as id;
set constraints all immediate;
set constraints all deferred;
select is(private.flow(1, private.clock()), '[{"day": "2026-09-28", "received": 1, "filed": 1, "dispatched": 1, "closed": 7}]', 'received, filed, dispatched and closed are counted');
create temporary table witness as select pg_temp.report('a') as id;
create temporary table target as select pg_temp.case_in('filed', 'a') as id;
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''merge'', case_id => %L) ->> ''status''', (select id from witness), (select id from target))), 'filed', 'a second report is added to a case');
set constraints all immediate;
set constraints all deferred;
select is((private.flow(1, private.clock()) #>> '{0,received}') || ' ' || (private.flow(1, private.clock()) #>> '{0,filed}'), '3 2', 'a merged report counts as a report and not as a case');
create temporary table mistaken as select pg_temp.case_in('voided', 'a') as id;
set constraints all immediate;
set constraints all deferred;
select is(private.flow(1, private.clock()) #>> '{0,filed}', '2', 'a voided case is outside the count');
select private.set_clock('2026-09-28 15:59:59Z');
select pg_temp.report('a');
select private.set_clock('2026-09-28 16:00:00Z');
select pg_temp.report('a');
set constraints all immediate;
set constraints all deferred;
select results_eq($$select (d ->> 'day') || ' ' || (d ->> 'received') from jsonb_array_elements(private.flow(2, private.clock())) d order by 1$$, $$values ('2026-09-28 5'), ('2026-09-29 1')$$, 'a day ends at midnight in the city');
select is((private.totals(private.clock()) ->> 'received_today') || ' ' || (private.totals(private.clock()) ->> 'received_total'), '1 6', 'today is today''s');

-- ---- random histories: facts, counters, log and tables agree, and so do the numbers with the product's own words ----
create function pg_temp.random_history(seed float8, steps int) returns int language plpgsql as $$
declare
	c record;
	done int := 0;
	r uuid;
begin
	perform setseed(seed);
	for step in 1 .. steps loop
		perform private.set_clock(private.clock() + random() * interval '9 hours');
		if random() < 0.25 then
			r := pg_temp.report(case when random() < 0.5 then 'a' else 'b' end, jsonb_build_object('category', (array['0551', '0509', '0504'])[ceil(random() * 3)]));
			select x.id into c from app.cases x join app.case_statuses s on s.status = x.status where s.is_open and x.number not like 'E055120260801%' order by random() limit 1;
			perform pg_temp.become('maker_registrar');
			if c.id is not null and random() < 0.2 then
				perform api.decide_report(r, 'merge', case_id => c.id, category => '0505');
			elsif random() < 0.1 then
				perform api.decide_report(r, 'decline', reason_code => 'nonsense');
			else
				perform api.decide_report(r, 'file', category => case when random() < 0.2 then '0505' end);
			end if;
			perform pg_temp.become('owner');
		else
			select x.id, x.unit_id, m.move, m.roles, (select q.code from app.reasons q where q.move = m.move order by random() limit 1) as reason,
				(select p.code_hash from app.reports p where p.case_id = x.id and p.code_hash is not null order by random() limit 1) as code_hash
			into c from app.cases x join app.case_moves m on m.from_status = x.status where x.number not like 'E055120260801%' order by random() limit 1;
			continue when c.id is null;
			if c.move = 'dispute' then
				continue when c.code_hash is null or not (select private.can_answer(x) from app.cases x where x.id = c.id);
				perform api.answer_closure(c.code_hash, encode(sha256('pin'), 'hex'), random() < 0.5);
			else
				-- The unit asks first; now and then it asks for time instead, and gets it.
				if c.move in ('suspend', 'hand_back') and not exists (select from app.case_requests q where q.case_id = c.id and q.state = 'asked' and q.kind in ('suspension', 'hand_back')) then
					perform pg_temp.asked('maker_team_' || case when c.unit_id = pg_temp.unit('一中队') then 'a' else 'b' end, c.id, case c.move when 'suspend' then 'suspension' else 'hand_back' end,
						jsonb_build_object('review_at', private.clock() + interval '10 days', 'stops_clock', random() < 0.5), c.reason);
				end if;
				if c.move = 'begin' and random() < 0.5 and not exists (select from app.case_requests q where q.case_id = c.id and q.kind = 'extension' and q.state = 'asked') then
					r := pg_temp.asked('maker_team_' || case when c.unit_id = pg_temp.unit('一中队') then 'a' else 'b' end, c.id, 'extension', '{"hours": 7}', 'weather');
					perform pg_temp.become('closer');
					perform api.decide_request(r, random() < 0.7, 'not_justified');
					perform pg_temp.become('owner');
				end if;
				if c.move = 'finish' and random() < 0.7 then perform pg_temp.proven('maker_team_' || case when c.unit_id = pg_temp.unit('一中队') then 'a' else 'b' end, c.id); end if;
				perform pg_temp.become(case when 'team' = any (c.roles) then 'maker_team_' || case when c.unit_id = pg_temp.unit('一中队') then 'a' else 'b' end
					when 'closer' = any (c.roles) then 'maker_closer' else 'maker_dispatcher' end);
				perform private.move_case(c.id, c.move, null, jsonb_build_object('unit_id', pg_temp.unit(case when c.unit_id = pg_temp.unit('一中队') then '二中队' else '一中队' end), 'without_proof', true,
					'review_at', private.clock() + interval '10 days'), c.reason, '说明', private.clock() - random() * interval '2 minutes', null);
				perform pg_temp.become('owner');
			end if;
		end if;
		perform api.tick();
		done := done + 1;
		if step % 40 = 0 then
			set constraints all immediate;
			set constraints all deferred;
		end if;
	end loop;
	set constraints all immediate;
	return done;
end $$;

-- The definitions once more, in the product's words, without the code's own functions.
create function pg_temp.plain_numbers() returns jsonb language sql as $$
	with p as (select ((private.clock() at time zone 'Asia/Shanghai')::date - 29)::timestamp at time zone 'Asia/Shanghai' as a, private.clock() as b),
	counted as (
		select c.*, c.status = 'closed' and c.closed_at >= p.a and c.closed_at < p.b as is_closed,
			c.status in ('dispatched', 'handling', 'handled', 'returned', 'suspended', 'reassigned') and c.dispatched_at is not null and c.due_at >= p.a and c.due_at < p.b as is_open_past_its_limit,
			c.status not in ('closed', 'voided') as is_open, p.b
		from app.cases c, p)
	select jsonb_build_object('closed', count(*) filter (where is_closed), 'due', count(*) filter (where is_closed or is_open_past_its_limit),
		'on_time', count(*) filter (where is_closed and closed_at <= due_at), 'verified', count(*) filter (where is_closed and (proof is not null or confirmed)),
		'returned', count(*) filter (where (is_closed or is_open_past_its_limit) and returned_count > 0), 'open', count(*) filter (where is_open), 'overdue', count(*) filter (where is_open and due_at < b))
	from counted;
$$;
-- The clock moves on by one moment, so that what was closed just now is closed.
create function pg_temp.agree() returns text language plpgsql as $$
begin
	perform private.set_clock(private.clock() + interval '1 second');
	if private.totals(private.clock()) - '{received_today,filed_today,dispatched_today,closed_today,received_total}'::text[] <> pg_temp.plain_numbers() then
		return format('totals: %s but %s', private.totals(private.clock()), pg_temp.plain_numbers());
	end if;
	return 'yes';
end $$;
create temporary table played (seed float8, steps int);
insert into played select s, pg_temp.random_history(s, 120) from unnest(array[0.1, 0.2, 0.3]) s;
select cmp_ok((select sum(steps)::int from played), '>', 250, 'random histories were played');
select cmp_ok((select count(distinct kind)::int from app.event_log), '>', 15, 'with nearly every kind of event');
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'facts and counters equal plain SQL');
select is((select count(*)::int from jsonb_array_elements(api.replay_differences() -> 'differences') d where not exists (select from app.cases c where c.id = (d ->> 'id')::uuid and c.number like 'E055120260801%')), 0,
	'the tables equal a replay of the log');
select is(api.verify_log() ->> 'ok', 'true', 'the log is whole');
select is(pg_temp.agree(), 'yes', 'the totals are the product''s definitions');
select is((select sum((f ->> 'due')::int)::int || ' ' || sum((f ->> 'closed')::int) || ' ' || sum((f ->> 'open')::int) || ' ' || sum((f ->> 'overdue')::int) from jsonb_array_elements(private.street_figures(null, private.clock())) f),
	(select (t ->> 'due') || ' ' || (t ->> 'closed') || ' ' || (t ->> 'open') || ' ' || (t ->> 'overdue') from private.totals(private.clock()) t), 'streets add up to the city, where every case lies on one');
select is((select count(*)::int from app.cases where street_id is null), 0, 'as every case here does');
select is((select bool_and(n >= 0) from app.day_counters), true, 'no counter is below nothing');
select is((select sum(n)::int from app.day_counters where measure = 'received'), (select count(*)::int from app.reports), 'every report is counted once');
select is((select sum(n)::int from app.day_counters where measure = 'filed'), (select count(*)::int from app.cases where status <> 'voided'), 'every case is counted once');

-- ---- what a forgotten trigger would leave is found ----
alter table app.cases disable trigger cases_fact;
update app.cases set returned_count = returned_count + 1 where id = (select id from made);
select is(private.number_differences() -> 'facts', '2', 'a fact that is not what its case says is found');
alter table app.cases enable trigger cases_fact;
update app.day_counters set n = n + 1 where measure = 'received' and day = '2026-09-28';
select cmp_ok((private.number_differences() ->> 'counters')::int, '>', 0, 'a counter that is not what the tables say is found');
select throws_ok($$insert into app.day_counters values ('2026-01-01', 'wished', 0, 0, 0, '0551', 1)$$, '23514', null, 'nothing else is counted');

-- ---- who reads ----
select pg_temp.become('team_a');
select is_empty('select 1 from app.case_facts', 'a team reads no facts');
select pg_temp.become('wall');
select cmp_ok((select count(*)::int from app.case_facts), '>', 0, 'a wall does');
select throws_ok('select private.number_differences()', '42501', null, 'but asks for no differences');
select pg_temp.become('owner');

select * from finish();
rollback;
