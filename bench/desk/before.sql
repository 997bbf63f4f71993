-- How the list and the search were read before: a function for every row, every match counted, numbers searched by position().
create function private.case_row_before(case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('id', c.id, 'number', c.number, 'status', c.status, 'status_name', t.name, 'status_name_en', t.name_en, 'version', c.version, 'source', c.source,
			'category', c.category, 'category_name', k.name, 'category_name_en', k.name_en, 'street_id', c.street_id, 'street', s.name, 'street_en', s.name_en,
			'area_id', c.area_id, 'area', v.name, 'area_en', v.name_en, 'unit_id', c.unit_id, 'unit', u.name, 'unit_en', u.name_en,
			'lng', extensions.st_x(c.geom), 'lat', extensions.st_y(c.geom), 'accuracy_m', c.accuracy_m, 'segment_distance_m', round(c.segment_distance_m::numeric, 1),
			'filed_at', c.filed_at, 'dispatched_at', c.dispatched_at, 'due_at', c.due_at, 'handling_at', c.handling_at, 'handled_at', c.handled_at,
			'closed_at', c.closed_at, 'review_at', c.review_at, 'returned_count', c.returned_count, 'disputed_count', c.disputed_count,
			'report_count', private.reports_in_case(c.id),
			'closed_without_proof', c.status = 'closed' and c.proof is null, 'confirmed', c.confirmed, 'is_flagged', c.is_flagged, 'recurrence_of', c.recurrence_of,
			'traffic_light', case when not t.is_open or c.due_at is null or c.status = 'suspended' then null
				when private.clock() > c.due_at then 'red'
				when private.clock() > c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8 then 'yellow' else 'green' end)
		from app.cases c join app.case_statuses t on t.status = c.status join app.categories k on k.code = c.category
		left join app.streets s on s.id = c.street_id left join app.units u on u.id = c.unit_id
		left join app.area_versions v on v.area_id = c.area_id and v.valid_to is null
		where c.id = case_row_before.case_id
	);
end $$;

create function api.cases_before(status text[] default null, max_rows int default 100, after_filed timestamptz default null, only_overdue boolean default false, query text default null)
returns jsonb language sql stable set search_path = '' as $$
	with hits as (
		select c.id, c.filed_at from app.cases c left join app.streets s on s.id = c.street_id
		where (cases_before.status is null or c.status = any (cases_before.status))
			and (not coalesce(only_overdue, false) or (c.due_at < private.clock() and c.status not in ('closed', 'voided')))
			and (coalesce(btrim(query), '') = '' or position(upper(btrim(query)) in c.number) > 0 or position(lower(btrim(query)) in lower(s.name)) > 0
				or position(lower(btrim(query)) in lower(coalesce(s.name_en, ''))) > 0)
	)
	select jsonb_build_object('total', (select count(*) from hits),
		'cases', (select coalesce(jsonb_agg(private.case_row_before(h.id) order by h.filed_at desc, h.id), '[]') from (
			select * from hits x where after_filed is null or x.filed_at < after_filed
			order by x.filed_at desc, x.id limit least(greatest(coalesce(max_rows, 100), 1), 500)) h));
$$;

create function api.search_before(query text, max_rows int default 8)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	wanted text := lower(btrim(left(coalesce(query, ''), 80)));
	most int := least(greatest(coalesce(max_rows, 8), 1), 50);
	found_cases jsonb := '[]'::jsonb;
begin
	if wanted <> '' and (select auth.uid()) is not null then
		found_cases := (
			select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'number', h.number, 'status', h.status, 'street', h.name, 'street_en', h.name_en) order by h.filed_at desc), '[]')
			from (select c.id, c.number, c.status, c.filed_at, s.name, s.name_en from app.cases c left join app.streets s on s.id = c.street_id
				where length(wanted) >= 3 and position(upper(wanted) in c.number) > 0 order by c.filed_at desc, c.id limit most) h);
	end if;
	return jsonb_build_object(
		'streets', api.search_streets(wanted, most) -> 'streets',
		'places', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'name_en', p.name_en, 'kind', p.place_kind,
				'point', private.lng_lat(extensions.st_pointonsurface(p.geom))) order by p.rank, length(p.name), p.id), '[]')
			from (select b.* from app.base_features b where wanted <> '' and b.kind = 'place'
				and (position(wanted in lower(b.name)) > 0 or position(wanted in lower(coalesce(b.name_en, ''))) > 0)
				order by b.rank, length(b.name), b.id limit most) p),
		'cases', found_cases);
end $$;

revoke all on function private.case_row_before(uuid), api.cases_before(text[], int, timestamptz, boolean, text), api.search_before(text, int) from public, anon;
grant execute on function private.case_row_before(uuid), api.cases_before(text[], int, timestamptz, boolean, text), api.search_before(text, int) to authenticated;
notify pgrst, 'reload schema';
