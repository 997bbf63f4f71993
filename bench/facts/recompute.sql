-- All facts and counters worked out again from the cases, into empty tables with the indexes they are read by.
truncate app.case_facts, app.day_counters;
set session_replication_role = replica;
insert into app.case_facts
select f.* from app.cases c left join private.recurrences() r on r.case_id = c.id cross join lateral private.whole_fact(c, r.at) f;
insert into app.day_counters (day, measure, street_id, area_id, unit_id, category, n)
select (m.at at time zone (select c.time_zone from app.city c))::date, m.measure, coalesce(f.street_id, 0), coalesce(f.area_id, 0), coalesce(f.unit_id, 0), f.category, count(*)
from app.case_facts f cross join lateral (values ('filed', f.filed_at), ('dispatched', f.dispatched_at), ('closed', f.closed_at)) m (measure, at)
where m.at is not null and not f.is_voided group by 1, 2, 3, 4, 5, 6;
set session_replication_role = default;
