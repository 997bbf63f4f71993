begin;
select no_plan();
\ir district.psql

-- Twelve cases: four of unit A that are dispatched, one of each later state, two of unit B; every one filed a minute after the last.
create temporary table made (n int primary key, id uuid, state text, grid text);
grant select on made to public;
do $$
declare
	states text[] := '{filed,dispatched,dispatched,dispatched,handling,handled,returned,suspended,closed,voided,dispatched,closed}';
	start timestamptz := private.clock();
begin
	for i in 1 .. 12 loop
		perform private.set_clock(start + make_interval(mins => i));
		insert into made values (i, pg_temp.case_in(states[i], case when i > 10 then 'b' else 'a' end,
			case i when 2 then '{"category": "0504", "description": "早餐摊 占道，影响盲道通行 ＡＢＣ"}' when 3 then '{"description": "洗车 污水 横流 blocked pavement"}' else '{}' end::jsonb),
			states[i], case when i > 10 then 'b' else 'a' end);
	end loop;
end $$;
set constraints all immediate; set constraints all deferred;
create function pg_temp.listed(who text, filter jsonb, sort text default 'newest', after text default null, rows int default 100) returns jsonb language sql as $$
	select pg_temp.tried(who, format('select api.case_list(%L, %L, %L, %s)', filter, sort, after, rows))::jsonb;
$$;
create function pg_temp.ns(list jsonb) returns text language sql as $$
	select string_agg(m.n::text, ' ' order by c.o) from jsonb_array_elements(list -> 'cases') with ordinality c (value, o) join pg_temp.made m on m.id = (c.value ->> 'id')::uuid;
$$;

-- ---- the filter ----
select is(pg_temp.ns(pg_temp.listed('office', '{}')), '11 8 7 6 5 4 3 2 1', 'what is open, the newest first');
select is(pg_temp.ns(pg_temp.listed('office', '{}', 'oldest')), '1 2 3 4 5 6 7 8 11', 'or the oldest');
select is(pg_temp.ns(pg_temp.listed('office', '{"status": ["all"]}')), '12 11 10 9 8 7 6 5 4 3 2 1', 'or everything');
select is(pg_temp.ns(pg_temp.listed('office', '{"status": ["closed", "voided"]}')), '12 10 9', 'by states');
select is(pg_temp.ns(pg_temp.listed('office', jsonb_build_object('unit', pg_temp.unit('二中队')))), '11', 'by unit');
select is(pg_temp.ns(pg_temp.listed('office', jsonb_build_object('unit', pg_temp.unit('城管局')))), '11 8 7 6 5 4 3 2', 'with the units below it');
select is(pg_temp.ns(pg_temp.listed('office', '{"category": "0504"}')), '2', 'by category');
select is(pg_temp.ns(pg_temp.listed('office', '{"category": "05"}')), '11 8 7 6 5 4 3 2 1', 'a class covers its categories');
select is(pg_temp.ns(pg_temp.listed('office', jsonb_build_object('area', pg_temp.area('b')))), '11', 'by area');
select is(pg_temp.ns(pg_temp.listed('office', '{"street": "金桥路"}')), (select string_agg(m.n::text, ' ' order by m.n desc) from made m join app.cases c on c.id = m.id join app.streets s on s.id = c.street_id
	where s.name = '金桥路' and c.status not in ('closed', 'voided')), 'by a street''s name');
select is(pg_temp.ns(pg_temp.listed('office', '{"street": "没有路"}')), null, 'a street there is not has none');
select is(pg_temp.ns(pg_temp.listed('office', '{"returned": true}')), '7', 'returned ones');
select is(pg_temp.ns(pg_temp.listed('office', '{"status": ["closed"], "proof": "with"}')), '12 9', 'closed with proof');
select is(pg_temp.ns(pg_temp.listed('office', '{"status": ["closed"], "proof": "without"}')), null, 'and without');
select is(pg_temp.ns(pg_temp.listed('office', '{"source": "hotline"}')), null, 'by source');
select is(pg_temp.ns(pg_temp.listed('office', '{"light": "green"}')), '11 7 6 5 4 3 2', 'by the light: a suspended case and one without a limit show none');
select is(pg_temp.ns(pg_temp.listed('office', jsonb_build_object('filed_from', private.local_day(private.clock()), 'filed_to', private.local_day(private.clock())))), '11 8 7 6 5 4 3 2 1', 'both days are counted in');
select is(pg_temp.ns(pg_temp.listed('office', jsonb_build_object('filed_to', private.local_day(private.clock()) - 1))), null, 'the day before has none');
select is(pg_temp.tried('office', $$select api.case_list('{"unit": "1) or (true"}')$$), 'bad_filter', 'what is no number is refused');
select is(pg_temp.tried('office', $$select api.case_list('{"status": ["moon"]}')$$), 'bad_filter', 'a state there is not, too');
select is(pg_temp.tried('office', $$select api.case_list('{}', 'newest', 'x'' or true')$$), 'bad_filter', 'and a place in the list that is none');
select is(pg_temp.ns(pg_temp.listed('office', '{"source": "x'' or true --"}')), null, 'a value is a value');
select is(pg_temp.listed('office', '{"returned": true, "category": "0504"}') -> 'emptied_by', '["category", "returned"]', 'an empty list says which filters empty it');
select is(pg_temp.listed('office', '{"proof": "with"}') -> 'emptied_by', '["proof", "status"]', 'also that only open ones were asked for');

-- ---- pages ----
create temporary table pages (n int, page jsonb);
insert into pages select 1, pg_temp.listed('office', '{"status": ["all"]}', 'newest', null, 5);
insert into pages select 2, pg_temp.listed('office', '{"status": ["all"]}', 'newest', (select page ->> 'next' from pages where n = 1), 5);
insert into pages select 3, pg_temp.listed('office', '{"status": ["all"]}', 'newest', (select page ->> 'next' from pages where n = 2), 5);
select is((select string_agg(pg_temp.ns(page), ' | ' order by n) from pages), '12 11 10 9 8 | 7 6 5 4 3 | 2 1', 'pages follow each other without a gap');
select is((select page ->> 'next' from pages where n = 3), null, 'and end');
select is((select string_agg(page ->> 'total', ' ' order by n) from pages), '12 12 12', 'each says how many there are');
insert into pages select 4, pg_temp.listed('office', '{}', 'urgent', null, 6);
insert into pages select 5, pg_temp.listed('office', '{}', 'urgent', (select page ->> 'next' from pages where n = 4), 6);
select is((select array_length(string_to_array(string_agg(pg_temp.ns(page), ' ' order by n), ' '), 1) from pages where n in (4, 5)), 9, 'by urgency, too, with those that have no limit');
select is((select pg_temp.ns(page) from pages where n = 5) like '%1', true, 'which come last');
-- Two filed in the same microsecond.
update app.cases c set filed_at = (select x.filed_at from app.cases x where x.id = (select id from made where n = 5)) where c.id = (select id from made where n = 6);
create temporary table twins (n int, page jsonb);
insert into twins select 1, pg_temp.listed('office', '{}', 'newest', null, 4);
insert into twins select 2, pg_temp.listed('office', '{}', 'newest', (select page ->> 'next' from twins where n = 1), 5);
select is((select count(distinct v.value ->> 'id')::int from twins t, jsonb_array_elements(t.page -> 'cases') v), 9, 'and no case is lost or shown twice between two pages');

-- ---- whose list ----
select is(pg_temp.ns(pg_temp.listed('team_b', '{"status": ["all"]}')), '12 11', 'a team sees its unit''s');
select is(pg_temp.ns(pg_temp.listed('team_b', jsonb_build_object('unit', pg_temp.unit('一中队')))), null, 'and another unit''s not by asking for them');
select is(pg_temp.ns(pg_temp.listed('inspector_b', '{"status": ["all"]}')), '12 11', 'an inspector those of the area');
select is(pg_temp.ns(pg_temp.listed('two_coats', '{}')), pg_temp.ns(pg_temp.listed('office', '{}')), 'whoever is both sees both');
select is(pg_temp.ns(pg_temp.listed('volunteer', '{}')), null, 'a volunteer none');
select is((select bool_and((v.value ->> 'unit') = '二中队') from jsonb_array_elements(pg_temp.listed('team_b', '{}') -> 'cases') v), true, 'with the unit in words');
select is(pg_temp.tried('team_b', $$select jsonb_array_length(api.case_points() -> 'points')$$), '1', 'the map shows the same');
select is(pg_temp.tried('office', $$select jsonb_array_length(api.case_points('{"status": ["all"]}', 'newest', 5) -> 'points')$$), '5', 'no more of it than is asked for');
select is((select array_agg(r.listed order by r.id) from private.case_rows(array(select id from made)) r), (select array_agg(private.case_row(m.id) order by m.id) from made m), 'a row alone is the row of a page');

-- The light runs in working time, in the list as on the case's own page.
update app.cases c set due_at = private.clock() + interval '1 hour', warn_at = private.clock() - interval '1 hour' where c.id = (select id from made where n = 3);
update app.cases c set warn_at = private.clock() - interval '1 hour' where c.id = (select id from made where n = 3);
update app.cases c set due_at = private.clock() - interval '1 hour' where c.id = (select id from made where n = 4);
select is((select string_agg(private.light_of(c), ' ' order by m.n) from made m join app.cases c on c.id = m.id where m.n in (2, 3, 4)), 'green yellow red', 'three lights');
select is((select jsonb_object_agg(c.id, r.listed ->> 'traffic_light') from app.cases c cross join lateral private.case_rows(array[c.id]) r), (select jsonb_object_agg(c.id, private.light_of(c)) from app.cases c), 'a row''s light is the case''s');
select is(pg_temp.ns(pg_temp.listed('office', jsonb_build_object('light', t.light))), t.ns, 'the filter goes by it: ' || t.light) from (values ('yellow', '3'), ('red', '4')) t (light, ns);
select is(pg_temp.tried('office', $$select jsonb_object_agg(p ->> 0, p ->> 4) from jsonb_array_elements(api.case_points('{"status": ["all"]}') -> 'points') p$$)::jsonb, (select jsonb_object_agg(c.id, private.light_of(c)) from app.cases c), 'and the map');

-- ---- search ----
create function pg_temp.found(who text, query text) returns text language sql as $$
	select string_agg(m.n::text, ' ' order by c.o) from jsonb_array_elements(pg_temp.tried(who, format('select api.search(%L) -> ''cases''', query))::jsonb) with ordinality c (value, o)
	join pg_temp.made m on m.id = (c.value ->> 'id')::uuid;
$$;
create temporary table numbers as select m.n, c.number from made m join app.cases c on c.id = m.id;
select is(pg_temp.found('office', (select number from numbers where n = 4)), '4', 'by its number');
select is(pg_temp.found('office', right((select number from numbers where n = 4), 8)), '4', 'by its last digits');
select is((select string_to_array(pg_temp.found('office', right((select number from numbers where n = 4), 4)), ' ') @> '{4}'), true, 'four are enough');
select is(pg_temp.found('team_b', (select number from numbers where n = 4)), null, 'another unit''s case is not found');
select is(pg_temp.found('team_b', (select number from numbers where n = 11)), '11', 'one''s own is');
select is(pg_temp.found('office', '盲道'), '2', 'two signs of what was written');
select is(pg_temp.found('office', '影响盲道通行'), '2', 'or more');
select is(pg_temp.found('office', 'abc'), '2', 'full-width letters are letters');
select is(pg_temp.found('office', 'BLOCKED  pave'), '3', 'whatever the case and the spaces');
select is(pg_temp.found('office', '道盲'), null, 'not the other way round');
select is(pg_temp.found('office', '道'), null, 'one sign is too little for a text');
select is(pg_temp.found('team_a', '盲道'), null, 'what a reporter wrote is for the desk alone');
select is(pg_temp.found('inspector_city', '盲道'), null, 'not for an inspector');
select is(pg_temp.tried('office', $$select api.search('盲道') #>> '{cases,0,piece}' like '%盲道%'$$), 'true', 'with the piece it was found in');
select is(pg_temp.ns(pg_temp.listed('office', '{"text": "盲道"}')), '2', 'the list searches in the same way');
select is(pg_temp.ns(pg_temp.listed('team_a', '{"text": "盲道"}')), null, 'for the desk alone');
select is(pg_temp.ns(pg_temp.listed('team_b', '{"text": "金桥"}')), '11', 'and by street for everyone');
select is(pg_temp.tried('registrar', format('select api.search(%L) #>> ''{reports,0,number}''', '#' || (select max(number) from app.reports))), (select max(number)::text from app.reports), 'a report by its number');
select is(pg_temp.tried('team_a', format('select jsonb_array_length(api.search(%L) -> ''reports'')', '#' || (select max(number) from app.reports))), '0', 'for those who read reports');
select is(pg_temp.tried('anon', $$select api.search('盲道') -> 'cases'$$), '[]', 'a stranger finds no case');
-- The desk's own notes.
select pg_temp.moved('maker_closer', (select id from made where n = 1), 'void', '{}', 'filed_by_mistake', '重复登记：与隔壁摊位同一件事');
set constraints all immediate; set constraints all deferred;
select is(pg_temp.found('office', '隔壁摊位'), '1', 'a note is found');
update app.notes set body = '—' where body like '重复登记%';
select is(pg_temp.found('office', '隔壁摊位'), null, 'and no longer once it is erased');
select is((select count(*)::int from app.search_texts t where t.pairs && private.pairs_of('隔壁摊位', private.month_number(t.written_at))), 0, 'nor is a trace left in the index');
update app.reports set description = '' where description like '早餐摊%';
select is(pg_temp.found('office', '盲道'), null, 'what a reporter wrote likewise');
-- The newest first over months, and no more than asked for.
select private.set_clock('2026-09-20 02:00Z');
select pg_temp.report('a', '{"description": "垃圾桶满溢，第一次"}');
select private.set_clock('2026-10-20 02:00Z');
select pg_temp.report('a', '{"description": "垃圾桶满溢，第二次"}'), pg_temp.report('a', '{"description": "垃圾桶满溢，第三次"}');
set constraints all immediate; set constraints all deferred;
select pg_temp.become('office');
select is((select string_agg(right(piece, 3), ' ' order by written_at desc, piece) from private.search_text('垃圾桶满溢', 8)), '第三次 第二次 第一次', 'month after month backwards');
select is((select count(*)::int from private.search_text('垃圾桶', 2)), 2, 'until there are enough');
select pg_temp.become('owner');

-- ---- saved views ----
select is(pg_temp.tried('registrar', $$select api.save_view('{"name": " 我的返工 ", "list": "cases", "query": "list=cases&returned=1"}') ? 'id'$$), 'true', 'a view is saved');
select is(pg_temp.tried('registrar', $$select api.saved_views() #>> '{views,0,name}'$$), '我的返工', 'by its name');
select is(pg_temp.tried('dispatcher', $$select jsonb_array_length(api.saved_views() -> 'views')$$), '0', 'for its owner alone');
select is(pg_temp.tried('registrar', $$select api.save_view('{"name": "我的返工", "list": "cases", "query": ""}')$$), 'view_name_taken', 'each name once');
select is(pg_temp.tried('registrar', $$select api.save_view('{"name": "  ", "list": "cases", "query": ""}')$$), 'bad_view_name', 'a name is needed');
select is(pg_temp.tried('registrar', $$select api.save_view('{"name": "x", "list": "moon", "query": ""}')$$), 'bad_filter', 'a list there is');
select is(pg_temp.tried('registrar', $$select api.save_view('{"name": "x", "list": "cases", "query": "", "shared_with": "closer"}')$$), 'share_with_own_role', 'nobody writes into another role''s list');
select is(pg_temp.tried('team_a', $$select api.save_view('{"name": "今天", "list": "cases", "query": "light=red", "shared_with": "team"}') ? 'id'$$), 'true', 'with one''s own role it is shared');
select is(pg_temp.tried('team_b', $$select api.saved_views() #>> '{views,0,name}'$$), '今天', 'whose people see it');
select is(pg_temp.tried('team_b', $$select api.saved_views() #>> '{views,0,is_mine}'$$), 'false', 'as somebody else''s');
create function pg_temp.view(name text) returns uuid language sql as $$ select v.id from app.saved_views v where v.name = view.name; $$;
select is(pg_temp.tried('team_b', format('select api.remove_view(%L)', pg_temp.view('今天'))), 'not_found', 'and leave alone');
select is(pg_temp.tried('team_b', format($$select api.save_view('{"id": "%s", "name": "别人的", "list": "cases", "query": ""}')$$, pg_temp.view('今天'))), 'not_found', 'in every way');
select is(pg_temp.tried('team_b', format('select api.keep_tab(%L, true, true) ? ''id''', pg_temp.view('今天'))), 'true', 'but keep as a tab of their own');
select is(pg_temp.tried('team_b', $$select api.saved_views() #> '{views,0,is_default}'$$), 'true', 'and open the desk with');
select is(pg_temp.tried('team_a', $$select api.saved_views() #> '{views,0,is_tab}'$$), 'false', 'which is nobody else''s tab');
select is(pg_temp.tried('team_b', format('select api.keep_tab(%L)', pg_temp.view('我的返工'))), 'not_found', 'not what they cannot see');
select is(pg_temp.tried('registrar', $$select count(api.save_view(jsonb_build_object('name', 'v' || i, 'list', 'cases', 'query', ''))) from generate_series(1, 49) i$$), '49', 'fifty views are enough');
select is(pg_temp.tried('registrar', $$select api.save_view('{"name": "one more", "list": "cases", "query": ""}')$$), 'too_many_views', 'for anybody');
select is(pg_temp.tried('team_a', format('select api.remove_view(%L) ? ''id''', pg_temp.view('今天'))), 'true', 'its owner throws it away');
select is(pg_temp.tried('team_b', $$select jsonb_array_length(api.saved_views() -> 'views')$$), '0', 'with everybody''s tabs of it');

-- ---- exports ----
create function pg_temp.begun(who text, rest text default '') returns uuid language sql as $$ select (pg_temp.tried(who, format('select api.begin_export(%s)', rest))::jsonb ->> 'id')::uuid; $$;
select is(pg_temp.tried('team_a', $$select api.begin_export('{}', 'newest', 'csv', true, '核对案卷')$$), 'role_needed', 'what people wrote is not a team''s to take out');
select is(pg_temp.tried('closer', $$select api.begin_export('{}', 'newest', 'csv', true, ' ')$$), 'purpose_needed', 'nor anybody''s without a purpose');
create temporary table begun as select pg_temp.begun('team_b') as team, pg_temp.begun('closer', $$'{"status": ["all"]}', 'oldest', 'xlsx', true, '核对案卷'$$) as closer, pg_temp.begun('closer', $$'{"status": ["all"]}', 'oldest'$$) as plain;
grant select on begun to public;
select is(pg_temp.tried('team_b', 'select jsonb_array_length(api.export_page((select team from begun)) -> ''rows'')'), '1', 'a team takes out what it sees');
select is(pg_temp.tried('team_b', 'select api.export_page((select team from begun))::text like ''%words%'''), 'false', 'and nobody''s words');
select is(pg_temp.tried('closer', $$select jsonb_array_length(api.export_page((select closer from begun), '{"status": ["all"]}', 'oldest') -> 'rows')$$), '12', 'the filtered list, row by row');
select is(pg_temp.tried('closer', $$select api.export_page((select closer from begun), '{"status": ["all"]}', 'oldest')::text like '%污水%'$$), 'true', 'with what people wrote when a purpose was stated');
select is(pg_temp.tried('closer', $$select api.export_page((select plain from begun), '{"status": ["all"]}', 'oldest')::text like '%污水%'$$), 'false', 'and not otherwise');
select is(pg_temp.tried('closer', $$select api.export_page((select closer from begun), '{"status": ["closed"]}', 'oldest')$$), 'not_found', 'an export is of the filter it began with');
select is(pg_temp.tried('office', $$select api.export_page((select closer from begun), '{"status": ["all"]}', 'oldest')$$), 'not_found', 'and of who began it');
select is(pg_temp.tried('office', $$select count(*) from private.words_of(array(select id from made), (select closer from begun))$$), '0', 'the words, too');
select is(pg_temp.tried('closer', $$select count(*) from private.words_of(array(select id from made), (select plain from begun))$$), '0', 'only with a purpose');
select is(pg_temp.tried('closer', 'select api.end_export((select closer from begun), 12) ? ''id'''), 'true', 'it ends with its count');
select is(pg_temp.tried('closer', $$select api.export_page((select closer from begun), '{"status": ["all"]}', 'oldest')$$), 'not_found', 'and opens nothing afterwards');
select is(pg_temp.tried('data_officer', $$select string_agg(x ->> 'row_count' || (x ->> 'purpose'), '') from jsonb_array_elements(api.list_exports() -> 'exports') x$$), '12核对案卷', 'the data officer reads who took out how much, and what for');
select is(pg_temp.tried('team_b', $$select jsonb_array_length(api.list_exports() -> 'exports')$$), '1', 'everybody else their own');
select is((select count(*)::int from app.list_exports x where to_jsonb(x)::text like '%status%'), 0, 'of the filter only a hash is kept');

---- What the tables refuse, whoever writes ----
select pg_temp.refuses('saved_views', '{"owner": "00000000-0000-4000-8000-000000000001", "name": "试", "list": "cases", "query": ""}', t.guard, t.bad) from (values
	('saved_views_name_check', '{"name": " "}'::jsonb),
	('saved_views_name_check', jsonb_build_object('name', repeat('x', 41))),
	('saved_views_list_check', '{"list": "streets"}'::jsonb),
	('saved_views_query_check', jsonb_build_object('query', repeat('x', 601)))) t (guard, bad);
select pg_temp.refuses('list_exports', '{"staff_id": "00000000-0000-4000-8000-000000000001", "format": "csv", "filter_hash": "abababababababababababababababababababababababababababababababab"}', t.guard, t.bad) from (values
	('list_exports_format_check', '{"format": "pdf"}'::jsonb),
	('list_exports_filter_hash_check', '{"filter_hash": "x"}'::jsonb),
	('list_exports_purpose_check', jsonb_build_object('purpose', repeat('x', 201))),
	('list_exports_check', '{"has_words": true, "purpose": " "}'::jsonb)) t (guard, bad);

select * from finish();
rollback;
