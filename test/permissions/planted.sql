-- One of everything in the district: what each person may find, and the words that most may not.
create temporary table planted (name text primary key, id text not null);
grant select on planted to public;

create function pg_temp.the(name text) returns text language sql stable as $$ select p.id from pg_temp.planted p where p.name = the.name; $$;

do $$
declare
	grid text;
	state text;
	r uuid;
	c uuid;
	sha text;
begin
	foreach grid in array array['a', 'b'] loop
		-- A case in every state, each from a report of its own.
		foreach state in array array['filed', 'dispatched', 'handling', 'handled', 'closed', 'returned', 'suspended', 'reassigned', 'voided'] loop
			insert into planted values (state || '_' || grid, pg_temp.case_in(state, grid));
		end loop;
		-- A report in every state that has no case.
		foreach state in array array['received', 'to_verify', 'declined'] loop
			sha := pg_temp.photo('near ' || state || grid);
			r := pg_temp.report(grid, jsonb_build_object('description', 'WORDS-' || state || '-' || grid, 'lat', 32.79012345,
				'photos', jsonb_build_array(jsonb_build_object('sha256', sha, 'role', 'near'))));
			insert into planted values (state || '_' || grid, r), ('photo_' || state || '_' || grid, sha);
			if state <> 'received' then
				perform pg_temp.become('maker_registrar');
				perform api.decide_report(r, case state when 'declined' then 'decline' else 'verify' end,
					reason_code => case state when 'declined' then 'nonsense' end, note => 'NOTE-' || state || '-' || grid);
				perform pg_temp.become('owner');
			end if;
		end loop;
	end loop;

	-- What the volunteer sends for a place in grid A is filed and dispatched to unit A, whose people must not learn who sent it.
	r := pg_temp.numbered('volunteer', 1);
	sha := pg_temp.photo('photo of the volunteer');
	perform pg_temp.become('volunteer');
	perform api.submit_staff_report(jsonb_build_object('id', r, 'category', '0504', 'lng', 119.4583, 'lat', 32.79012345, 'accuracy_m', 10,
		'description', 'WORDS-volunteer', 'photos', jsonb_build_array(jsonb_build_object('sha256', sha, 'role', 'near'))),
		encode(sha256('CODE-volunteer'), 'hex'), encode(sha256('PIN-volunteer'), 'hex'), encode(sha256('BODY-volunteer'), 'hex'));
	perform pg_temp.become('maker_registrar');
	perform api.decide_report(r, 'file', note => 'NOTE-volunteer', request_id => pg_temp.numbered('request', 1));
	perform pg_temp.become('owner');
	c := pg_temp.case_of(r);
	perform pg_temp.moved('maker_dispatcher', c, 'dispatch');
	insert into planted values ('volunteer_report', r), ('volunteer_case', c), ('photo_volunteer', sha);

	-- A second witness of the same thing is a possible duplicate, and stays in the inbox.
	r := pg_temp.report('a', '{"category": "0504", "lng": 119.4583, "lat": 32.7902, "description": "WORDS-witness"}');
	insert into planted values ('witness', r);
	-- The same in grid B.
	perform pg_temp.filed(pg_temp.report('b', '{"category": "0509", "lng": 119.4683, "lat": 32.7901}'));
	perform pg_temp.report('b', '{"category": "0509", "lng": 119.4683, "lat": 32.7902}');

	sha := pg_temp.photo('nobody used this one');
	insert into planted values ('photo_unused', sha);
	perform pg_temp.become('closer');
	perform api.photo_access(pg_temp.the('photo_received_a'), 'original: 核对');
	perform pg_temp.become('owner');

	perform api.import_base_features('{"id": "00000000-0000-7000-8000-00000000a003", "source": "district", "datum": "wgs84"}',
		jsonb_build_array(jsonb_build_object('key', 'park', 'kind', 'green', 'name', '公园', 'geometry', pg_temp.square(119.452, 32.782, 119.453, 32.783))));
	perform api.set_campaign('{"key": "spring", "name": "春季整治", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
		"figures": [{"key": "leaflets", "name": "宣传单", "value": 1000, "is_lower_bound": true, "as_of": "2026-06-30"}]}');
	-- Last year's: one closed on grid A, one that never became a case.
	perform api.import_history('{"id": "00000000-0000-7000-8000-00000000a004", "source": "district", "source_key": "district", "datum": "wgs84"}',
		'[{"key": "1", "category": "0501", "lng": 119.4583, "lat": 32.7902, "status": "closed", "opened_at": "2025-05-05T02:00:00Z", "closed_at": "2025-05-06T02:00:00Z", "unit": "一中队", "description": "WORDS-history"},
		  {"key": "2", "category": "0501", "lng": 119.4583, "lat": 32.7902, "status": "declined", "opened_at": "2025-05-05T02:00:00Z"}]');
	insert into app.facilities (key, kind, name, geom, bays, bays_free)
	values ('wash', 'wash_site', '集中洗车点', private.point(119.457, 32.785), 4, 2);
	-- Buckets may be there already: the home makes them.
	insert into storage.buckets (id, name) values ('originals', 'originals'), ('derivatives', 'derivatives') on conflict do nothing;
	insert into storage.objects (bucket_id, name) values ('originals', left(sha, 2) || '/' || sha), ('derivatives', left(sha, 2) || '/' || sha || '.webp');

	insert into app.ended_sessions (session_id) values ('ended');

	-- Time passes: what was due is overdue in the log, too.
	set constraints all immediate;
	set constraints all deferred;
end $$;
