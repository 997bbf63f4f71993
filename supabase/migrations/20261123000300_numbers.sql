-- What numbers are cut by: names of streets, units and areas, the phases of campaigns, and the reports received beside the cases.

create table app.campaign_phases (
	campaign text not null references app.campaigns (key),
	key text not null check (private.is_plain_text(key, 80) and key <> ''),
	name text not null check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120)),
	starts_on date not null,
	ends_on date not null,
	position int not null,
	primary key (campaign, key),
	check (starts_on <= ends_on)
);
comment on table app.campaign_phases is 'Phases (阶段) of a campaign with their dates, both days counted in; every number can be cut by one.';
alter table app.campaign_phases enable row level security;
grant select on app.campaign_phases to anon, authenticated, service_role;
create policy "everyone reads the phases of campaigns" on app.campaign_phases for select to anon, authenticated using (true);

-- Definer: writes for the service role and administrators. {key, name, name_en, starts_on, ends_on, figures: [{key, name, name_en, value, is_lower_bound, as_of}],
-- phases: [{key, name, name_en, starts_on, ends_on}]}
create or replace function private.set_campaign(campaign jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	perform private.need_admin();
	if coalesce(campaign ->> 'key', '') = '' or coalesce(campaign ->> 'name', '') = '' or jsonb_typeof(coalesce(campaign -> 'figures', '[]')) <> 'array'
		or jsonb_typeof(coalesce(campaign -> 'phases', '[]')) <> 'array' then
		perform private.problem(422, 'bad_campaign');
	end if;
	insert into app.campaigns (key, name, name_en, starts_on, ends_on)
	values (campaign ->> 'key', campaign ->> 'name', campaign ->> 'name_en', (campaign ->> 'starts_on')::date, (campaign ->> 'ends_on')::date)
	on conflict (key) do update set name = excluded.name, name_en = excluded.name_en, starts_on = excluded.starts_on, ends_on = excluded.ends_on;
	delete from app.campaign_figures f where f.campaign = set_campaign.campaign ->> 'key';
	insert into app.campaign_figures (campaign, key, name, name_en, value, is_lower_bound, as_of, position)
	select set_campaign.campaign ->> 'key', f.item ->> 'key', f.item ->> 'name', f.item ->> 'name_en', (f.item ->> 'value')::int,
		coalesce((f.item ->> 'is_lower_bound')::boolean, false), (f.item ->> 'as_of')::date, f.n
	from jsonb_array_elements(coalesce(set_campaign.campaign -> 'figures', '[]')) with ordinality f (item, n);
	delete from app.campaign_phases p where p.campaign = set_campaign.campaign ->> 'key';
	insert into app.campaign_phases (campaign, key, name, name_en, starts_on, ends_on, position)
	select set_campaign.campaign ->> 'key', p.item ->> 'key', p.item ->> 'name', p.item ->> 'name_en', (p.item ->> 'starts_on')::date, (p.item ->> 'ends_on')::date, p.n
	from jsonb_array_elements(coalesce(set_campaign.campaign -> 'phases', '[]')) with ordinality p (item, n);
	return jsonb_build_object('key', campaign ->> 'key');
exception when data_exception or integrity_constraint_violation then
	perform private.problem(422, 'bad_campaign', jsonb_build_object('reason', sqlerrm));
	return null;
end $$;

-- Streets that stand, units, duty areas and campaigns by name; what a city calls too few.
create function api.number_ground()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('taken_at', private.clock(), 'today', (private.clock() at time zone c.time_zone)::date, 'minimum_sample', c.minimum_sample, 'rate_period_days', c.rate_period_days,
		'streets', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'name_en', s.name_en, 'length_m', l.length_m) order by s.id), '[]')
			from app.streets s join (select g.street_id, round(sum(v.length_m))::int as length_m from app.segments g
				join app.segment_versions v on v.segment_id = g.id and v.valid_to is null where g.gone_at is null group by g.street_id) l on l.street_id = s.id),
		'units', (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'name_en', u.name_en, 'parent', u.parent_id) order by u.id), '[]') from app.units u),
		'areas', (select coalesce(jsonb_agg(jsonb_build_object('id', v.area_id, 'name', v.name, 'name_en', v.name_en) order by v.area_id), '[]')
			from app.area_versions v join app.areas a on a.id = v.area_id where v.valid_to is null and a.kind = 'duty_grid'),
		'street_classes', (select coalesce(jsonb_agg(k.class order by k.class), '[]') from (select distinct v.class from app.segment_versions v where v.valid_to is null) k),
		'campaigns', (select coalesce(jsonb_agg(jsonb_build_object('key', m.key, 'name', m.name, 'name_en', m.name_en, 'starts_on', m.starts_on, 'ends_on', m.ends_on,
			'phases', (select coalesce(jsonb_agg(jsonb_build_object('key', p.key, 'name', p.name, 'name_en', p.name_en, 'starts_on', p.starts_on, 'ends_on', p.ends_on)
				order by p.position), '[]') from app.campaign_phases p where p.campaign = m.key)) order by m.starts_on desc, m.key), '[]') from app.campaigns m))
	from app.city c;
$$;

-- Reports (not cases) received on the city's days, both counted in, by street or duty area; read from the day counters. category: a class counts with its subclasses.
create function api.received_reports(by text, from_day date, to_day date, category text default null)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	if by is null or by not in ('street', 'area') then perform private.problem(422, 'unknown_grouping', '{"field": "by"}'); end if;
	return (
		with heard as (
			select case received_reports.by when 'street' then k.street_id else k.area_id end as id, sum(k.n)::int as n from app.day_counters k
			where k.measure = 'received' and k.day between from_day and to_day
				and (received_reports.category is null or k.category = received_reports.category
					or k.category in (select x.code from app.categories x where x.parent = received_reports.category))
			group by 1
		)
		select jsonb_build_object('total', coalesce(sum(h.n), 0), 'rows', coalesce(jsonb_agg(jsonb_build_array(h.id, h.n) order by h.id) filter (where h.id <> 0), '[]')) from heard h
	);
end $$;

revoke all on function api.number_ground(), api.received_reports(text, date, date, text) from public, anon, authenticated, service_role;
grant execute on function api.number_ground(), api.received_reports(text, date, date, text) to authenticated;
