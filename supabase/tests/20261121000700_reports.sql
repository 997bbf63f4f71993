begin;
select plan(84);
\ir district.psql

create function pg_temp.sent(more jsonb, id_n int default 900, body text default 'body') returns jsonb language sql as $$
	select api.submit_report(jsonb_build_object('id', pg_temp.numbered('sent', id_n), 'category', '0551', 'lng', 119.4583, 'lat', 32.7901, 'accuracy_m', 10,
		'location_source', 'device') || more, encode(sha256(convert_to('code ' || id_n, 'UTF8')), 'hex'), encode(sha256('pin'), 'hex'), encode(sha256(convert_to(body, 'UTF8')), 'hex'));
$$;

-- ---- what is refused, with a code ----
select throws_ok(format('select pg_temp.sent(%L, %s)', t.more, 9000 + t.n), t.state, t.code, t.title) from (select v.*, row_number() over () as n from (values
	('{"id": "not an id"}', 'PT422', 'bad_id', 'an id is a UUID'),
	('{"id": null}', 'PT422', 'bad_id', 'and there is one'),
	('{"category": "9999"}', 'PT422', 'unknown_category', 'a category is known'),
	('{"category": "05"}', 'PT422', 'unknown_category', 'and not a whole class'),
	('{"category": null}', 'PT422', 'unknown_category', 'and there is one'),
	('{"lng": null}', 'PT422', 'bad_coordinates', 'a place has a longitude'),
	('{"lng": "NaN"}', 'PT422', 'bad_coordinates', 'NaN is no place'),
	('{"lat": "NaN"}', 'PT422', 'bad_coordinates', 'in neither coordinate'),
	('{"lng": "Infinity"}', 'PT422', 'bad_coordinates', 'nor is infinity'),
	('{"lat": "-Infinity"}', 'PT422', 'bad_coordinates', 'at either end'),
	('{"lng": 32.7901, "lat": 119.4583}', 'PT422', 'coordinates_swapped', 'coordinates the wrong way round are seen as such'),
	('{"lng": 0, "lat": 0}', 'PT422', 'outside_city', 'the middle of the ocean is outside the city'),
	('{"lng": 119.3976, "lat": 32.79}', 'PT422', 'outside_city', 'so is what no street of it could be near'),
	('{"lng": 400, "lat": 95}', 'PT422', 'outside_city', 'so is what a globe would wrap'),
	('{"observed_at": "2026-09-28T02:05:01Z"}', 'PT422', 'time_in_the_future', 'the future is not observed'),
	('{"observed_at": "2226-09-28T02:05:01Z"}', 'PT422', 'time_in_the_future', 'however far'),
	('{"observed_at": "infinity"}', 'PT422', 'time_in_the_future', 'not even for ever'),
	('{"observed_at": "2026-08-29T01:59:59Z"}', 'PT422', 'time_too_old', 'nor is what is older than thirty days'),
	('{"observed_at": "-infinity"}', 'PT422', 'time_too_old', 'or than everything'),
	('{"description": "a\u0007b"}', 'PT422', 'bad_text', 'words are plain text'),
	('{"accuracy_m": -1}', '23514', null, 'an accuracy is a distance'),
	('{"accuracy_m": "NaN"}', '23514', null, 'and a number'),
	('{"location_source": "guess"}', '23514', null, 'a place comes from a known source'),
	('{"source": "anonymous"}', 'PT422', 'unknown_source', 'so does a report'),
	('{"source": "inspector"}', 'PT422', 'unknown_source', 'nobody without an account is an inspector'),
	('{"photos": [{"sha256": "abc", "role": "near"}]}', '23514', null, 'a photo is named by its SHA-256'),
	('{"photos": [{"sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "role": "selfie"}]}', '23514', null, 'and shows a known thing')) v (more, state, code, title)) t;
select lives_ok($$select pg_temp.sent('{"lng": 119.3981, "lat": 32.79}', 899)$$, 'a kerb at the city''s edge is in the city');
select throws_ok(format('select pg_temp.sent(%L, 898)', jsonb_build_object('description', repeat('字', 2001))), 'PT422', 'bad_text', 'words have an end');
select lives_ok(format('select pg_temp.sent(%L, 901)', jsonb_build_object('description', repeat('字', 2000))), 'of two thousand characters');
update app.categories set is_active = false where code = '0551';
select throws_ok('select pg_temp.sent(''{}'', 902)', 'PT422', 'unknown_category', 'a category that is out of use takes no report');
update app.categories set is_active = true where code = '0551';
update app.city set center_lng = null, west = null;
select throws_ok('select pg_temp.sent(''{}'', 902)', 'PT422', 'city_not_set_up', 'a city without an extent takes no report');
update app.city set center_lng = 119.46, west = 119.40;
select is((select count(*)::int from app.reports), 2, 'what is refused leaves nothing behind');

-- ---- what comes in, in one transaction ----
create temporary table one as select pg_temp.sent('{"observed_at": "2026-09-28T01:30:00Z"}', 910) as receipt;
select is((select receipt -> 'created' from one), 'true', 'a report comes in');
select is((select receipt #>> '{street,name}' from one), '金桥路', 'on its street');
select is((select receipt ->> 'segment_distance_m' from one), '11.1', 'with its distance from it');
select is((select receipt #>> '{areas,0,name}' from one), '一网格', 'in its area');
select is((select number from app.reports order by number desc limit 1), (select number + 1 from app.reports order by number desc offset 1 limit 1), 'with the next number');
select results_eq($$select source, status, observed_at, recorded_at from app.reports where id = pg_temp.numbered('sent', 910)$$,
	$$values ('citizen', 'received', timestamptz '2026-09-28 01:30:00Z', timestamptz '2026-09-28 02:00:00Z')$$, 'received now, observed when it says');
select is((pg_temp.sent('{"observed_at": "2026-09-28T02:04:00Z"}', 911) ->> 'created'), 'true', 'a phone''s clock may be a little ahead');
select is((select observed_at from app.reports where id = pg_temp.numbered('sent', 911)), private.clock(), 'which counts as now');
select lives_ok($$select pg_temp.sent('{"source": "import", "observed_at": "2001-01-01T00:00:00Z"}', 912)$$, 'an import may be old');
select throws_ok($$select pg_temp.sent('{"source": "import", "observed_at": "1901-01-01T00:00:00Z"}', 913)$$, 'PT422', 'time_too_old', 'but not older than anybody');
select is(pg_temp.sent('{"lng": 119.4583, "lat": 32.7960}', 914) -> 'street', 'null', 'far from any street there is none');
select is((select on_street from app.reports where id = pg_temp.numbered('sent', 914)), null, 'and no place on it to show');
select is((select receipt from one) -> 'possible_duplicates', '0', 'before there is a case there is no duplicate');

-- ---- the same again ----
create temporary table again as select pg_temp.sent('{"observed_at": "2026-09-28T01:30:00Z"}', 910) as receipt;
select is((select receipt - 'created' from again), (select receipt - 'created' from one), 'the same report again has the same answer');
select is((select receipt -> 'created' from again), 'false', 'and was there before');
select is((select count(*)::int from app.reports where id = pg_temp.numbered('sent', 910)), 1, 'once');
select is((select count(*)::int from app.event_log where report_id = pg_temp.numbered('sent', 910)), 1, 'and is logged once');
select throws_ok($$select pg_temp.sent('{"description": "another"}', 910, 'another body')$$, 'PT409', 'id_taken', 'another report under its id is refused');
select is((select description from app.reports where id = pg_temp.numbered('sent', 910)), '', 'and changes nothing');
select is(pg_temp.sent('{"category": "9999", "lng": "NaN"}', 910) -> 'created', 'false', 'a repeated report is known by its body''s hash, whatever the rules have become');

-- ---- photos ----
create temporary table photo as select repeat('c', 64) as sha;
select is(pg_temp.sent(jsonb_build_object('photos', jsonb_build_array(jsonb_build_object('sha256', (select sha from photo), 'role', 'near'))), 920) -> 'needs',
	jsonb_build_array((select sha from photo)), 'a photo that is not there is asked for');
select is(api.record_photo((select sha from photo), 1000, 'image/jpeg', '{"taken_at": "2026-09-28T01:00:00Z", "lng": "NaN", "lat": 5}') -> 'known', 'false', 'it comes in');
select is(api.record_photo((select sha from photo), 2000, 'image/png', '{}') -> 'known', 'true', 'and coming again is no error');
select is((select byte_size from app.photos where sha256 = (select sha from photo)), 1000, 'and no change');
select is((select lng from app.photos where sha256 = (select sha from photo)), null, 'a place that is none is not kept');
select is((select state from app.photos where sha256 = (select sha from photo)), 'withheld', 'a photo is withheld until a person has looked at it');
select is(pg_temp.sent(jsonb_build_object('photos', jsonb_build_array(jsonb_build_object('sha256', (select sha from photo), 'role', 'near'))), 920) -> 'needs', '[]', 'then nothing is missing');
select throws_ok(format('select api.record_photo(%L, %s, %L)', t.sha, t.size, t.media_type), '23514', null, t.title) from (values
	(repeat('d', 63), 1, 'image/jpeg', 'a photo is named by its SHA-256'), (repeat('D', 64), 1, 'image/jpeg', 'in small letters'), (repeat('d', 64), 0, 'image/jpeg', 'a photo is not empty'),
	(repeat('d', 64), 20971521, 'image/jpeg', 'nor larger than 20 MB'), (repeat('d', 64), 1, 'image/svg+xml', 'nor anything but a photo')) t (sha, size, media_type, title);

-- ---- who sends from an account ----
select pg_temp.become('registrar');
select lives_ok($$select api.submit_staff_report(jsonb_build_object('id', pg_temp.numbered('sent', 930), 'category', '0551', 'lng', 119.4583, 'lat', 32.7901, 'source', 'inspector'), repeat('1', 64), repeat('2', 64), repeat('3', 64))$$,
	'a registrar takes a call');
select is((select source from app.reports where id = pg_temp.numbered('sent', 930)), 'hotline', 'which is the hotline''s, whatever it says itself');
select throws_ok($$select reporter from app.reports$$, '42501', null, 'who reported is not for the desk');
select throws_ok($$select code_hash from app.reports$$, '42501', null, 'nor is what opens a report from outside');
select throws_ok($$select added_by from app.evidence$$, '42501', null, 'nor is who added a photo');
select pg_temp.become('owner');

-- ---- whoever writes, a row is sound ----
select throws_ok(format('update app.reports set %s', t.change), '23514', null, t.title) from (values
	('source = ''rumour''', 'a report comes from somewhere'), ('status = ''lost''', 'it is in a known state'), ('description = repeat(''x'', 2001)', 'its words have an end'),
	('code_hash = ''secret''', 'what opens it is kept as a hash'), ('pin_hash = ''1234''', 'so is its PIN'), ('body_hash = ''body''', 'and what it said')) t (change, title);
select throws_ok($$update app.photos set state = 'public'$$, '23514', null, 'a photo is withheld, covered or cleared');
select throws_ok($$update app.evidence set accuracy_m = -1$$, '23514', null, 'evidence has an accuracy of some metres');
select throws_ok($$update app.evidence set lng = 400, lat = 95$$, '23514', null, 'and a place on the globe');
select throws_ok($$insert into app.photo_accesses (sha256, purpose) values ('x', repeat('x', 201))$$, '23514', null, 'a purpose is a few words');

-- ---- never gone ----
set constraints all immediate;
select throws_ok('delete from app.reports', '42501', 'append_only', 'a report is never deleted');
select throws_ok('truncate app.reports cascade', '42501', 'append_only', 'nor are all of them');
select throws_ok($$insert into app.evidence (sha256, role) values (repeat('d', 64), 'near')$$, '23514', null, 'evidence shows something about a report or a case');
select throws_ok($$update app.photos set lng = 400, lat = 95$$, '23514', null, 'a photo''s place is on the globe');

select * from finish();
rollback;
