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
		'description', 'WORDS-volunteer', 'fix', '{"lng": 119.47654321, "lat": 32.79012345, "accuracy_m": 8}'::jsonb, 'photos', jsonb_build_array(jsonb_build_object('sha256', sha, 'role', 'near'))),
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
	-- A colleague has it open.
	insert into app.report_leases (report_id, staff_id, taken_at, until)
	values (r, pg_temp.person('maker_registrar'), private.clock(), private.clock() + interval '2 minutes');
	-- One that the registrar has just declined, and one that was merged.
	r := pg_temp.report('a', '{"category": "0506"}');
	perform pg_temp.become('registrar');
	perform api.decide_report(r, 'decline', reason_code => 'nonsense');
	perform pg_temp.become('owner');
	insert into planted values ('just_declined', r);
	r := pg_temp.report('a', '{"category": "0506"}');
	perform pg_temp.become('maker_registrar');
	perform api.decide_report(r, 'merge', pg_temp.the('handling_a')::uuid);
	perform pg_temp.become('owner');
	insert into planted values ('merged', r);
	-- The same in grid B.
	perform pg_temp.filed(pg_temp.report('b', '{"category": "0509", "lng": 119.4683, "lat": 32.7901}'));
	perform pg_temp.report('b', '{"category": "0509", "lng": 119.4683, "lat": 32.7902}');

	sha := pg_temp.photo('nobody used this one');
	insert into planted values ('photo_unused', sha);
	perform pg_temp.become('closer');
	perform api.photo_access(pg_temp.the('photo_received_a'), 'original: 核对');
	perform pg_temp.become('owner');

	-- The volunteer's photo was judged once and waits again; a contact was left, news of it is on its way, another was erased.
	perform pg_temp.become('maker_closer');
	perform api.judge_photo(pg_temp.the('photo_volunteer'), 'reopened', '[]', 0);
	perform pg_temp.become('owner');
	insert into app.report_contacts (id, report_id, kind, sealed, language, after_position)
	values (pg_temp.numbered('contact', 2), pg_temp.the('volunteer_report')::uuid, 'email', 'SEALED', 'zh-CN', 0);
	insert into app.deliveries (contact_id, position, step) values (pg_temp.numbered('contact', 2), 1, 'report.filed');
	insert into app.contact_erasures (report_id, kind, why) values (pg_temp.the('volunteer_report')::uuid, 'email', 'asked');
	perform api.take_token('nearby', 'planted');

	perform api.import_base_features('{"id": "00000000-0000-7000-8000-00000000a003", "source": "district", "datum": "wgs84"}',
		jsonb_build_array(jsonb_build_object('key', 'park', 'kind', 'green', 'name', '公园', 'geometry', pg_temp.square(119.452, 32.782, 119.453, 32.783))));
	perform api.set_campaign('{"key": "spring", "name": "春季整治", "starts_on": "2026-03-15", "ends_on": "2026-10-31", "phases": [{"key": "first", "name": "宣传发动", "starts_on": "2026-03-15", "ends_on": "2026-05-14"}],
		"figures": [{"key": "leaflets", "name": "宣传单", "value": 1000, "is_lower_bound": true, "as_of": "2026-06-30"}]}');
	-- Last year's: one closed on grid A, one that never became a case.
	perform api.import_history('{"id": "00000000-0000-7000-8000-00000000a004", "source": "district", "source_key": "district", "datum": "wgs84"}',
		'[{"key": "1", "category": "0501", "lng": 119.4583, "lat": 32.7902, "status": "closed", "opened_at": "2025-05-05T02:00:00Z", "closed_at": "2025-05-06T02:00:00Z", "unit": "一中队", "description": "WORDS-history"},
		  {"key": "2", "category": "0501", "lng": 119.4583, "lat": 32.7902, "status": "declined", "opened_at": "2025-05-05T02:00:00Z"}]');
	insert into app.facilities (key, kind, name, geom, bays, bays_free)
	values ('wash', 'wash_site', '集中洗车点', private.point(119.457, 32.785), 4, 2);
	perform api.save_shift(jsonb_build_object('unit', '一中队', 'name', '早班', 'starts', '08:00', 'ends', '16:00', 'weekdays', '[1, 2]'::jsonb, 'first_day', '2026-09-01',
		'members', jsonb_build_array(pg_temp.person('team_a'), pg_temp.person('maker_team_a'))));
	insert into planted select 'wash', f.id::text from app.facilities f where f.key = 'wash';
	insert into planted select 'role_of_team', min(r.id)::text from app.staff_roles r where r.role = 'team';
	insert into app.retention_sweeps (kind, days, erased) values ('ended_sessions', 7, 3);
	-- Buckets may be there already: the home makes them.
	insert into storage.buckets (id, name) values ('originals', 'originals'), ('derivatives', 'derivatives') on conflict do nothing;
	insert into storage.objects (bucket_id, name) values ('originals', left(sha, 2) || '/' || sha), ('derivatives', left(sha, 2) || '/' || sha || '.webp');

	-- A stall and a tricycle of grid A, a stall of grid B and one that no case is about; a caller's phone and a plate, sealed, once revealed.
	insert into app.sites (id, kind, name, geom) select pg_temp.numbered('site', n), 'stall', 'stall ' || n, case n when 3 then (select c.geom from app.cases c where c.id = pg_temp.the('handling_a')::uuid) else private.point(119.457, 32.7905) end from generate_series(1, 3) n;
	insert into app.vehicles (id, class) select pg_temp.numbered('vehicle', n), 'electric_tricycle' from generate_series(1, 3) n;
	insert into app.case_links (case_id, site_id, vehicle_id) values (pg_temp.the('handling_a')::uuid, pg_temp.numbered('site', 1), null), (pg_temp.the('handling_b')::uuid, pg_temp.numbered('site', 2), null),
		(pg_temp.the('handling_a')::uuid, null, pg_temp.numbered('vehicle', 1)), (pg_temp.the('handling_b')::uuid, null, pg_temp.numbered('vehicle', 2));
	perform private.keep_particular(t.subject, t.id, jsonb_build_object('id', pg_temp.numbered('particular', t.n), 'kind', t.kind, 'sealed', repeat('SEALED', 10), 'key_id', '00000001', 'fingerprint', md5(t.kind)))
	from (values (1, 'report', pg_temp.the('volunteer_report')::uuid, 'phone'), (2, 'vehicle', pg_temp.numbered('vehicle', 1), 'plate'), (3, 'site', pg_temp.numbered('site', 2), 'name'),
		(4, 'case', pg_temp.the('handling_a')::uuid, 'name')) t (n, subject, id, kind);
	perform pg_temp.become('registrar');
	perform api.reveal(pg_temp.numbered('particular', 1), 'call_back', 'NOTE-reveal');
	perform pg_temp.become('owner');

	-- What the team of grid A did there, with a paper; the same in grid B.
	perform pg_temp.become('team_a');
	perform api.record_act(pg_temp.the('handling_a')::uuid, jsonb_build_object('kind', 'letter', 'site_id', pg_temp.numbered('site', 1), 'skip_reason', 'instructed', 'note', 'NOTE-act', 'notice', '{"found": "FOUND"}'::jsonb));
	perform pg_temp.become('team_b');
	perform api.record_act(pg_temp.the('handling_b')::uuid, '{"kind": "persuasion"}');
	perform pg_temp.become('owner');
	insert into planted select 'notice_a', n.id from app.notices n;
	insert into planted select 'link_a', l.id from app.case_links l where l.site_id = pg_temp.numbered('site', 1);
	-- In grid A the unit asked for whatever needs somebody else's word; nobody has decided yet.
	foreach state in array array['dispatched', 'handling', 'returned'] loop
		insert into planted values ('suspension_' || state, pg_temp.asked('maker_team_a', pg_temp.the(state || '_a')::uuid, 'suspension', '{"review_at": "2026-10-28T00:00:00Z"}', 'needs_works'));
		if state <> 'handling' then perform pg_temp.asked('maker_team_a', pg_temp.the(state || '_a')::uuid, 'hand_back', '{}', 'not_our_ground'); end if;
	end loop;
	insert into app.case_flags (case_id, raised_at, returned_count, decider) values (pg_temp.the('handled_b')::uuid, private.clock(), 2, pg_temp.person('office'));
	perform api.set_webhook('{"name": "tried", "url": "https://city.example/hook", "kinds": ["case.filed"], "sealed_secret": "SEALED"}');
	insert into app.webhook_deliveries (webhook_id, position) select w.id, 1 from app.webhooks w;

	insert into app.ended_sessions (session_id) values ('ended');
	perform api.note_session('SESSION-registrar', pg_temp.person('registrar'), 'Chrome', '10.1.0.0/16', 'DEVICE-registrar');
	insert into app.sign_in_tries (subject, kind) values ('account:planted', 'account');
	insert into app.account_states (staff_id, password_changed_at) values (pg_temp.person('registrar'), private.clock());
	insert into app.recovery_codes (code_hash, staff_id) values ('RECOVERY-registrar', pg_temp.person('registrar'));

	-- A registrar's own view, kept as a tab; a team's that its role shares; an export under way, with what people wrote.
	perform pg_temp.become('registrar');
	r := api.save_view('{"name": "红灯", "list": "cases", "query": "light=red"}') ->> 'id';
	perform api.keep_tab(r);
	perform pg_temp.become('team_a');
	c := api.save_view('{"name": "返工", "list": "cases", "query": "returned=1", "shared_with": "team"}') ->> 'id';
	perform api.keep_tab(c);
	perform api.begin_export();
	perform pg_temp.become('owner');
	insert into planted values ('view_registrar', r), ('view_team', c);
	perform pg_temp.become('closer');
	r := api.begin_export('{}', 'newest', 'csv', true, '复核卷宗') ->> 'id';
	perform pg_temp.become('owner');
	insert into planted values ('export_closer', r);

	-- Rules in force, written by a dispatcher; a case's pin put right.
	perform pg_temp.become('maker_dispatcher');
	state := api.save_dispatch_rules(jsonb_build_array(jsonb_build_object('category', '0599', 'choice', 'unit', 'unit_id', pg_temp.unit('二中队')))) ->> 'rule_set';
	perform api.correct_place(pg_temp.the('filed_b')::uuid, 119.4612, 32.7886, 'bad_fix');
	perform pg_temp.become('admin');
	perform api.apply_dispatch_rules(state::uuid, 1);
	perform pg_temp.become('owner');
	insert into planted values ('rule_set', state);

	-- Time passes: what was due is overdue in the log, too.
	set constraints all immediate;
	set constraints all deferred;
end $$;
