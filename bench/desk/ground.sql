-- The city that work is done in: 300 streets, 60 duty areas, 25 units in a tree, three people.
set session_replication_role = replica;
update app.city set name = '测速市', center_lng = 119.45, center_lat = 32.79, west = 119.40, south = 32.74, east = 119.50, north = 32.84, is_demo = true;
insert into app.units (id, key, name) overriding system value values (1, '城管局', '城管局');
insert into app.units (id, key, name, parent_id) overriding system value select i, '中队' || i, '中队' || i, 1 from generate_series(2, 25) i;
insert into app.streets (id, key, name, name_en) overriding system value select i, 's' || i, '测' || i || '路', 'Street ' || i from generate_series(1, 300) i;
insert into app.areas (id, key, kind, unit_id) overriding system value select i, 'a' || i, 'duty_grid', 2 + i % 24 from generate_series(1, 60) i;
insert into app.area_versions (area_id, name, unit_id, geom, content)
select i, '网格' || i, 2 + i % 24, extensions.st_multi(extensions.st_makeenvelope(119.40 + (i % 10) * 0.01, 32.74 + (i / 10) * 0.0166, 119.41 + (i % 10) * 0.01, 32.7566 + (i / 10) * 0.0166, 4326)), 'x' from generate_series(1, 60) i;
insert into app.staff (id, name) values ('00000000-0000-4000-8000-000000000101', '登记员'), ('00000000-0000-4000-8000-000000000102', '经办人'), ('00000000-0000-4000-8000-000000000103', '监督员');
insert into app.staff_roles (staff_id, role, unit_id, area_id) values ('00000000-0000-4000-8000-000000000101', 'registrar', null, null),
	('00000000-0000-4000-8000-000000000102', 'unit_handler', 5, null), ('00000000-0000-4000-8000-000000000103', 'inspector', null, 7);
-- What waits in the inbox.
insert into app.reports (id, number, source, status, category, geom, location_source, description, observed_at, recorded_at, street_id, area_id)
select gen_random_uuid(), 20000000 + i, 'citizen', 'received', '0551', private.point(119.45, 32.79), 'device', '早餐摊占道', now(), now(), 1 + i % 300, 1 + i % 60 from generate_series(1, 150) i;
set session_replication_role = default;
