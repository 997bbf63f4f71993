begin;
select plan(48);
\ir district.psql

-- ---- categories ----
select is((select count(*)::int from app.categories where is_tile), 3, 'three categories are offered first');
select is_empty($$select 1 from app.category_codes where scheme = 'national' and category = '0551'$$, 'a car wash on the pavement has no national code');
select is((select count(*)::int from app.category_codes where scheme = 'national'), 14, 'every other subclass has its own');
select is((select array_agg(distinct duplicate_radius_m || ' ' || duplicate_days || ' ' || recurrence_radius_m || ' ' || recurrence_days) from app.categories),
	'{50 14 30 14}', 'a duplicate is within 50 m and 14 days, a recurrence within 30 m and 14 days');
select throws_ok($$insert into app.categories (code, name, name_en, class_code, position) values ('05-1', 'x', 'x', '05', 1)$$, '23514', null, 'a code is made of figures and letters');
select throws_ok($$update app.categories set handle_working_hours = 0 where code = '0551'$$, '23514', null, 'a time limit is longer than nothing');
select throws_ok($$insert into app.categories (code, parent, name, name_en, class_code, position) values ('9901', '99', 'x', 'x', '99', 1)$$, '23503', null, 'a subclass has its class');
select throws_ok($$insert into app.working_hours values (8, '08:00', '09:00')$$, '23514', null, 'a week has seven days');
select throws_ok($$insert into app.working_hours values (1, '09:00', '08:00')$$, '23514', null, 'hours end after they begin');

-- ---- working time, worked out by hand: 08:30–12:00 and 14:00–17:30, seven hours a day ----
select is(to_char(private.add_working_hours(t.since::timestamp at time zone 'Asia/Shanghai', t.hours) at time zone 'Asia/Shanghai', 'Dy MM-DD HH24:MI'), t.due, t.title)
from (values
	('2026-09-28 10:00', 2, 'Mon 09-28 12:00', 'two hours before lunch end at lunch'),
	('2026-09-28 10:00', 3, 'Mon 09-28 15:00', 'lunch does not count'),
	('2026-09-28 10:00', 7, 'Tue 09-29 10:00', 'the night does not count'),
	('2026-09-28 12:30', 0.5, 'Mon 09-28 14:30', 'what comes in over lunch begins after it'),
	('2026-09-28 06:00', 1, 'Mon 09-28 09:30', 'what comes in before work begins with it'),
	('2026-09-28 22:15', 1, 'Tue 09-29 09:30', 'what comes in at night begins next morning'),
	('2026-09-28 08:30', 3.5, 'Mon 09-28 12:00', 'a limit that fills the morning ends with it'),
	('2026-09-28 08:30', 7, 'Mon 09-28 17:30', 'a limit that fills the day ends with it'),
	('2026-09-28 17:30', 0.25, 'Tue 09-29 08:45', 'the end of work is the next day''s beginning'),
	('2026-09-28 09:59', 0.01, 'Mon 09-28 09:59', 'seconds count'),
	('2026-08-28 16:30', 2, 'Mon 08-31 09:30', 'an ordinary weekend does not count'),
	('2026-08-29 10:00', 1, 'Mon 08-31 09:30', 'what comes in on a Saturday begins on Monday'),
	('2026-09-30 17:00', 7, 'Thu 10-08 17:00', '国庆: the first seven days of October do not count'),
	('2026-10-01 10:00', 1, 'Thu 10-08 09:30', 'what comes in on 国庆 begins on the eighth'),
	('2026-10-07 23:59', 14, 'Fri 10-09 17:30', 'two days after 国庆 end on Friday'),
	('2026-10-09 17:00', 7, 'Sat 10-10 17:00', '调休: Saturday, 10 October, is worked'),
	('2026-10-10 16:00', 14, 'Tue 10-13 16:00', 'but the Sunday after it is not'),
	('2026-09-19 12:00', 1, 'Sun 09-20 09:30', '调休: Sunday, 20 September, is worked'),
	('2026-09-20 17:00', 1, 'Mon 09-21 09:00', 'and Monday follows it at once'),
	('2026-09-24 17:30', 1, 'Mon 09-28 09:30', '中秋: 25 to 27 September do not count'),
	('2026-02-13 17:00', 7, 'Sat 02-14 17:00', '调休: Saturday, 14 February, is worked'),
	('2026-02-14 17:00', 7, 'Tue 02-24 17:00', '春节: nine days do not count'),
	('2026-02-27 17:30', 3.5, 'Sat 02-28 12:00', '调休: Saturday, 28 February, is worked'),
	('2025-12-31 17:00', 1, 'Sun 01-04 09:00', '元旦: three days off, and the Sunday after them is worked'),
	('2026-04-03 17:00', 1, 'Tue 04-07 09:00', '清明: through Monday, 6 April'),
	('2026-04-30 17:00', 1, 'Wed 05-06 09:00', '劳动节: five days'),
	('2026-05-08 17:30', 7, 'Sat 05-09 17:30', '调休: Saturday, 9 May, is worked'),
	('2026-06-18 17:00', 1, 'Mon 06-22 09:00', '端午: 19 to 21 June'),
	('2026-08-03 08:30', 35, 'Fri 08-07 17:30', 'five days of work are a week'),
	('2026-09-28 08:30', 35, 'Fri 10-09 17:30', 'and two around 国庆')) t (since, hours, due, title);

select setseed(0.42);
select is((select count(*)::int from (select timestamptz '2026-01-01' + random() * interval '300 days' as t, round((random() * 20)::numeric, 2) as a, round((random() * 20)::numeric, 2) as b
		from generate_series(1, 300)) r
	where private.add_working_hours(private.add_working_hours(t, a), b) <> private.add_working_hours(t, a + b)), 0, 'a limit in two parts ends where the whole one does');
select is((select count(*)::int from (select timestamptz '2026-01-01' + random() * interval '300 days' as t, round((0.1 + random() * 10)::numeric, 2) as h from generate_series(1, 300)) r,
	lateral (select private.add_working_hours(t, h) at time zone 'Asia/Shanghai' as due) d
	where not exists (select from app.working_hours w left join app.working_days x on x.day = due::date
		where w.weekday = case when x.is_workday then 1 when not x.is_workday then 0 else extract(isodow from due) end and due::time > w.starts and due::time <= w.ends)),
	0, 'a limit always ends within working time');
set local timezone to 'America/New_York';
select is(private.add_working_hours('2026-09-30 17:00+08', 7), timestamptz '2026-10-08 17:00+08', 'the time zone of the session changes nothing');
reset timezone;
update app.city set time_zone = 'Europe/Berlin';
select is(private.add_working_hours('2026-10-23 17:00+02', 1), timestamptz '2026-10-26 09:00+01', 'where clocks change, hours are the wall clock''s');
update app.city set time_zone = 'Asia/Shanghai';
insert into app.working_days values ('2026-09-29', false, '台风');
select is(private.add_working_hours('2026-09-28 17:00+08', 1), timestamptz '2026-09-30 09:00+08', 'a day taken out of the calendar moves the limit');
insert into app.working_hours values (6, '08:30', '12:00');
select is(private.add_working_hours('2026-08-28 17:00+08', 1), timestamptz '2026-08-29 09:00+08', 'a city that works on Saturdays counts them');
select is(private.add_working_hours('2026-10-09 17:00+08', 7), timestamptz '2026-10-10 17:00+08', 'a 调休 Saturday keeps Monday''s hours all the same');
delete from app.working_hours;
select throws_ok($$select private.add_working_hours('2026-09-28 10:00+08', 1)$$, 'PT422', 'no_working_time', 'a calendar without working time is named, not walked for ever');
select pg_temp.become('anon');
select throws_ok('select * from app.working_days', '42501', null, 'the calendar is for staff');
select pg_temp.become('owner');

select * from finish();
rollback;
