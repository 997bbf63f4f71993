-- Years of a city's work, set by set: cases `since` + 1 to `until`, number one being the newest, 200 a day backwards from now.
-- The newest 4,000 are open in every state, of the older one in two hundred. Each has one report or two, with forty signs of text;
-- photos, notes and the event log (six rows) stand beside the newest `kept` alone.
-- Triggers and foreign keys are off meanwhile: what they would write is written here.
set session_replication_role = replica;
set work_mem = '128MB';

create temporary table grown as
select i, gen_random_uuid() as id, gen_random_uuid() as report_id, now() - i * interval '7.2 minutes' as filed_at,
	case when i <= 4000 then (array['filed', 'dispatched', 'dispatched', 'handling', 'handled', 'returned', 'dispatched', 'suspended', 'handling', 'reassigned'])[1 + i % 10]
		when i % 200 = 0 then 'suspended' when i % 97 = 0 then 'voided' else 'closed' end as status,
	(array['0551', '0509', '0504', '0501', '0505', '0507', '0510', '0599'])[1 + (i::bigint * 7919 % 8)] as category,
	1 + (i::bigint * 104729) % 300 as street_id, 1 + (i::bigint * 7907) % 60 as area_id, 2 + (i::bigint * 7907) % 24 as unit_id
from generate_series(:since + 1, :until) i;

insert into app.cases (id, number, status, category, source, geom, accuracy_m, street_id, area_id, unit_id, opened_at, filed_at, dispatched_at, due_at, handling_at, handled_at, closed_at,
	returned_count, is_flagged, recurrence_of, proof)
select g.id, 'E' || g.category || to_char(g.filed_at, 'YYYYMMDD') || lpad((g.i % 9000)::text, 4, '0'), g.status, g.category, case when g.i % 3 = 0 then 'inspector' else 'citizen' end,
	extensions.st_setsrid(extensions.st_makepoint(119.40 + (g.i::bigint * 31337 % 100000) / 1e6, 32.74 + (g.i::bigint * 51721 % 100000) / 1e6), 4326), 10, g.street_id, g.area_id,
	case when g.status not in ('filed', 'voided', 'reassigned') then g.unit_id end, g.filed_at - interval '1 hour', g.filed_at,
	case when g.status not in ('filed', 'voided') then g.filed_at + interval '20 minutes' end, case when g.status not in ('filed', 'voided') then g.filed_at + (g.i % 20 + 2) * interval '1 day' end,
	case when g.status in ('handling', 'handled', 'closed', 'returned') then g.filed_at + interval '1 day' end, case when g.status in ('handled', 'closed') then g.filed_at + interval '30 hours' end,
	case when g.status = 'closed' then g.filed_at + interval '2 days' end, (g.i % 12 = 0)::int, g.i % 150 = 0, case when g.i % 40 = 0 then g.id end, case when g.i % 6 > 0 then g.id end
from grown g;

insert into app.reports (id, number, source, status, category, geom, location_source, description, observed_at, recorded_at, street_id, area_id, case_id)
select case when n = 1 then g.report_id else gen_random_uuid() end, 10000000 - g.i * 2 + n, 'citizen', 'filed', g.category, c.geom, 'device',
	(array['路边有人', '门口又见', '早上七点', '傍晚时分', '学校旁边', '公交站台', '菜场南侧', '小区入口'])[1 + g.i % 8]
		|| (array['占道洗车', '摆摊设点', '黑车拉客', '乱停电动车', '堆放杂物', '露天烧烤', '污水横流', '占用盲道'])[1 + g.i / 8 % 8]
		|| (array['，行人只能走机动车道', '，已经持续好几天了', '，噪音很大影响休息', '，多次劝说没有效果', '，油污弄脏了人行道'])[1 + g.i / 64 % 5]
		|| case when g.i % 20011 = 7 then '，旁边停着红色三轮车' else '，请尽快处理' end,
	g.filed_at - interval '1 hour', g.filed_at - interval '50 minutes', g.street_id, g.area_id, g.id
from grown g join app.cases c on c.id = g.id, generate_series(1, 1 + (g.i % 7 = 0)::int) n;

insert into app.search_texts (report_id, written_at, pairs)
select r.id, r.recorded_at, private.pairs_of(r.description, private.month_number(r.recorded_at)) from app.reports r join grown g on g.id = r.case_id;

insert into app.case_facts select (private.fact_of(c)).* from grown g join app.cases c on c.id = g.id;

insert into app.photos (sha256, byte_size, media_type, state) select encode(sha256(convert_to(k || g.id, 'UTF8')), 'hex'), 100000, 'image/jpeg', 'cleared'
from grown g, unnest(array['near', 'after']) k where g.i <= :kept;
insert into app.evidence (report_id, case_id, sha256, role)
select case k when 'near' then g.report_id end, case k when 'after' then g.id end, encode(sha256(convert_to(k || g.id, 'UTF8')), 'hex'), k from grown g, unnest(array['near', 'after']) k where g.i <= :kept;
insert into app.evidence (case_id, sha256, role) select g.id, encode(sha256(convert_to('near' || g.id, 'UTF8')), 'hex'), 'near' from grown g where g.i <= :kept;

create temporary table told as
select gen_random_uuid() as id, g.id as case_id, k.kind, g.filed_at + k.n * interval '3 hours' as at, k.n, case when k.n = 2 then gen_random_uuid() end as note_id, g.i
from grown g, (values (0, 'case.filed'), (1, 'case.dispatched'), (2, 'case.handling'), (3, 'case.handled'), (4, 'case.closed'), (5, 'case.confirmed')) k (n, kind) where g.i <= :kept;
insert into app.notes (id, body) select t.note_id, '现场已劝导，当事人表示立即整改' from told t where t.note_id is not null;
insert into app.event_log (id, kind, case_id, actor, actor_role, occurred_at, recorded_at, after, note_id)
select t.id, t.kind, t.case_id, '00000000-0000-4000-8000-000000000101', 'dispatcher', t.at, t.at, '{"status": "handling", "version": 3}', t.note_id from told t;
insert into app.event_chain (position, event_id, hash, previous_hash)
select (select coalesce(max(position), 0) from app.event_chain) + row_number() over (order by t.at), t.id, sha256('x'), sha256('y') from told t;
insert into app.search_texts (case_id, note_id, written_at, pairs)
select t.case_id, t.note_id, t.at, private.pairs_of('现场已劝导，当事人表示立即整改', private.month_number(t.at)) from told t where t.note_id is not null;
drop table grown, told;
set session_replication_role = default;
