-- Cases `since` + 1 to `until`, 200 a day backwards from now: the newest 4,000 open in every state, of the older one in two hundred, the rest closed.
-- Triggers and foreign keys are off meanwhile; facts and counters are the recompute's.
insert into app.cases (number, status, category, source, geom, on_street, segment_id, street_id, area_id, unit_id, opened_at, filed_at, dispatched_at, due_at, closed_at, returned_count, confirmed)
select 'E' || g.category || to_char(g.filed_at, 'YYYYMMDD') || lpad(g.i::text, 8, '0'), g.status, g.category, case when g.i % 3 = 0 then 'inspector' else 'citizen' end,
	g.place, g.place, 1 + g.i::bigint * 7919 % 4000, 1 + g.i::bigint * 104729 % 300, 1 + g.i::bigint * 7907 % 60, 2 + g.i::bigint * 7907 % 24,
	g.filed_at - interval '1 hour', g.filed_at, case when g.status <> 'filed' then g.filed_at + interval '20 minutes' end,
	case when g.status <> 'filed' then g.filed_at + (g.i % 20 + 2) * interval '9 hours' end,
	case when g.status = 'closed' then g.filed_at + (g.i % 31 + 1) * interval '5 hours' end, (g.i % 12 = 0)::int, g.i % 6 > 0
from (
	select i, now() - i * interval '7.2 minutes' as filed_at,
		case when i <= 4000 then (array['filed', 'dispatched', 'dispatched', 'handling', 'handled', 'returned', 'dispatched', 'suspended', 'handling', 'dispatched'])[1 + i % 10]
			when i % 200 = 0 then 'suspended' when i % 97 = 0 then 'voided' else 'closed' end as status,
		(array['0551', '0509', '0504', '0501', '0505', '0507', '0510', '0599'])[1 + (i::bigint * 7919 % 8)] as category,
		extensions.st_setsrid(extensions.st_makepoint(119.40 + (i::bigint * 31337 % 100000) / 1e6, 32.74 + (i::bigint * 51721 % 100000) / 1e6), 4326) as place
	from generate_series(:since + 1, :until) i
) g;
