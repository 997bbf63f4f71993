-- Units and staff: who handles cases, who may do what, where and when.
create table app.units (
	id bigint generated always as identity primary key,
	key text not null unique check (private.is_plain_text(key, 120)),
	name text not null check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120)),
	parent_id bigint references app.units (id),
	check (parent_id is distinct from id)
);
comment on table app.units is 'Organisations that handle cases (责任单位); a tree.';
create index units_parent on app.units (parent_id);

create table app.roles (
	role text primary key,
	name text not null,
	name_en text not null,
	is_desk boolean not null default false,
	position int not null
);
comment on table app.roles is 'The roles of the product. is_desk: sees every case and report of the city.';
insert into app.roles (role, name, name_en, is_desk, position) values
	('citizen', '市民', 'Citizen', false, 1),
	('volunteer', '志愿者', 'Volunteer', false, 2),
	('inspector', '监督员', 'Inspector', false, 3),
	('team', '执法队', 'Enforcement team', false, 4),
	('registrar', '受理员', 'Registrar', true, 5),
	('dispatcher', '派遣员', 'Dispatcher', true, 6),
	('closer', '值班长', 'Closer', true, 7),
	('unit_handler', '责任单位经办人', 'Unit handler', false, 8),
	('office', '创建办', 'Campaign office', true, 9),
	('data_officer', '数据专员', 'Data officer', false, 10),
	('admin', '系统管理员', 'Administrator', false, 11),
	('wall', '大屏', 'Wall', false, 12);

create table app.staff (
	id uuid primary key,
	name text not null check (private.is_plain_text(name, 80)),
	login text unique check (private.is_plain_text(login, 120)),
	is_active boolean not null default true,
	created_at timestamptz not null default private.clock()
);
comment on table app.staff is 'People with an account; id is the auth user''s id.';

create table app.staff_roles (
	id bigint generated always as identity primary key,
	staff_id uuid not null references app.staff (id),
	role text not null references app.roles (role),
	unit_id bigint references app.units (id),
	area_id bigint,
	valid_from timestamptz not null default private.clock(),
	valid_to timestamptz,
	check (valid_to is null or valid_to > valid_from),
	check (role not in ('team', 'unit_handler') or unit_id is not null)
);
comment on table app.staff_roles is 'A person holds several roles, each by unit or area and dates.';
create index staff_roles_staff on app.staff_roles (staff_id);
create index staff_roles_unit on app.staff_roles (unit_id);
create index staff_roles_role on app.staff_roles (role);

-- An access token outlives its sign-out; this is what ends it at once. Kept until the token would have expired anyway.
create table app.ended_sessions (
	session_id text primary key check (length(session_id) <= 100),
	ended_at timestamptz not null default private.clock()
);
comment on table app.ended_sessions is 'Sessions that signed out while their access token was still valid.';

create function private.session_ended()
returns boolean language sql stable security definer set search_path = '' as $$
	select exists (select from app.ended_sessions e where e.session_id = (select auth.jwt()) ->> 'session_id');
$$;
comment on function private.session_ended() is 'Definer: every role asks it, and none may read the table.';

-- Definer: ends the caller's own session and forgets those that are long over.
create function private.end_session()
returns void language plpgsql security definer set search_path = '' as $$
declare
	mine text := left((select auth.jwt()) ->> 'session_id', 100);
begin
	if mine is null then return; end if;
	delete from app.ended_sessions e where e.ended_at < private.clock() - interval '7 days';
	insert into app.ended_sessions (session_id) values (mine) on conflict do nothing;
end $$;

-- The caller's roles now. Definer: row level security on every other table asks it, and it must not depend on itself.
create function private.my_roles()
returns table (role text, unit_id bigint, area_id bigint)
language sql stable security definer set search_path = '' as $$
	select r.role, r.unit_id, r.area_id
	from app.staff_roles r join app.staff s on s.id = r.staff_id
	where r.staff_id = (select auth.uid()) and s.is_active and not (select private.session_ended())
		and r.valid_from <= private.clock() and (r.valid_to is null or r.valid_to > private.clock());
$$;

create function private.has_role(variadic wanted text[])
returns boolean language sql stable set search_path = '' as $$
	select exists (select from private.my_roles() r where r.role = any (wanted));
$$;

create function private.is_staff()
returns boolean language sql stable set search_path = '' as $$
	select exists (select from private.my_roles());
$$;

create function private.is_desk()
returns boolean language sql stable set search_path = '' as $$
	select private.has_role('registrar', 'dispatcher', 'closer', 'office');
$$;

-- Units the caller handles for, with everything below them in the tree. Definer: reads the tree whatever the caller may see.
create function private.my_units()
returns setof bigint language sql stable security definer set search_path = '' as $$
	with recursive mine as (
		select r.unit_id as id from private.my_roles() r where r.role in ('team', 'unit_handler') and r.unit_id is not null
		union
		select u.id from app.units u join mine m on u.parent_id = m.id
	) select id from mine;
$$;

-- Areas the caller inspects; a null area means the whole city. A volunteer's area gives no sight of its cases.
create function private.my_areas()
returns setof bigint language sql stable set search_path = '' as $$
	select r.area_id from private.my_roles() r where r.role = 'inspector';
$$;

create function private.need_role(variadic wanted text[])
returns void language plpgsql stable set search_path = '' as $$
begin
	if not private.has_role(variadic wanted) then
		perform private.problem(403, 'role_needed', jsonb_build_object('roles', to_jsonb(wanted)));
	end if;
end $$;

-- Set-up is for the server's own key and for administrators; whoever has a name must hold the role.
create function private.need_admin()
returns void language plpgsql stable set search_path = '' as $$
begin
	if (select auth.uid()) is not null then perform private.need_role('admin'); end if;
end $$;

alter table app.units enable row level security;
alter table app.roles enable row level security;
alter table app.staff enable row level security;
alter table app.staff_roles enable row level security;
alter table app.ended_sessions enable row level security;
grant select on app.ended_sessions to service_role;
grant select on app.units, app.roles, app.staff, app.staff_roles to authenticated, service_role;
create policy "staff read units" on app.units for select to authenticated using ((select private.is_staff()));
create policy "staff read the names of roles" on app.roles for select to authenticated using ((select private.is_staff()));
create policy "people read themselves, desk and administrators colleagues" on app.staff for select to authenticated
	using (id = (select auth.uid()) or (select private.has_role('registrar', 'dispatcher', 'closer', 'office', 'data_officer', 'admin')));
create policy "people read their own roles, administrators everyone's" on app.staff_roles for select to authenticated
	using (staff_id = (select auth.uid()) or (select private.has_role('admin', 'data_officer')));

-- Definer: creates or changes a person's entry and roles. The account itself is made by the auth service.
-- staff: {id, name, login, roles: [{role, unit | unit_id, area_id, valid_from, valid_to}]}; a unit named that does not exist is made.
create function private.upsert_staff(staff jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	person uuid := (staff ->> 'id')::uuid;
	entry jsonb;
	unit bigint;
begin
	perform private.need_admin();
	if person is null or not coalesce(private.is_plain_text(staff ->> 'name', 80), false) or jsonb_array_length(coalesce(staff -> 'roles', '[]')) = 0 then
		perform private.problem(422, 'bad_staff');
	end if;
	insert into app.staff (id, name, login) values (person, staff ->> 'name', staff ->> 'login')
	on conflict (id) do update set name = excluded.name, login = coalesce(excluded.login, app.staff.login), is_active = true;
	delete from app.staff_roles r where r.staff_id = person;
	for entry in select value from jsonb_array_elements(staff -> 'roles') loop
		if not exists (select from app.roles r where r.role = entry ->> 'role') then
			perform private.problem(422, 'unknown_role', jsonb_build_object('role', entry ->> 'role'));
		end if;
		unit := (entry ->> 'unit_id')::bigint;
		if unit is null and entry ->> 'unit' is not null then
			unit := private.unit_named(entry ->> 'unit', null);
		end if;
		insert into app.staff_roles (staff_id, role, unit_id, area_id, valid_from, valid_to)
		values (person, entry ->> 'role', unit, (entry ->> 'area_id')::bigint,
			coalesce((entry ->> 'valid_from')::timestamptz, '2000-01-01'), (entry ->> 'valid_to')::timestamptz);
	end loop;
	return jsonb_build_object('id', person);
end $$;

create function private.unit_named(unit_name text, unit_name_en text)
returns bigint language plpgsql set search_path = '' as $$
declare
	found bigint;
begin
	select u.id into found from app.units u where u.key = unit_name;
	if found is null then
		insert into app.units (key, name, name_en) values (unit_name, unit_name, unit_name_en) returning id into found;
	end if;
	return found;
end $$;
