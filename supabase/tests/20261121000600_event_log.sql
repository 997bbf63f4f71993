begin;
select plan(41);
\ir district.psql

create temporary table c as select pg_temp.case_in('closed', 'a', '{"description": "WORDS 苏M12345 13800000000"}') as id;
select is((select count(*)::int from app.event_chain), 0, 'no event has its position before the transaction commits');
set constraints all immediate;
set constraints all deferred;

-- ---- positions and links ----
select results_eq('select position from app.event_chain order by position', $$select generate_series(1, (select count(*) from app.event_log))$$, 'positions have no gap');
select is((select position from app.event_head), (select max(position) from app.event_chain), 'the head is at the end');
select is((select count(*)::int from app.event_chain x left join app.event_chain p on p.position = x.position - 1
	where x.previous_hash <> coalesce(p.hash, sha256('kerbside'))), 0, 'each link holds the hash before it');
select is(api.verify_log(), jsonb_build_object('ok', true, 'checked', (select count(*) from app.event_log), 'first_bad', null), 'the chain is whole');
select is(api.verify_log(3) ->> 'checked', (select (count(*) - 3)::text from app.event_log), 'and can be followed from a known place');
select bag_eq($$select e.kind from app.event_log e where e.case_id = (select id from c) and e.report_id is null$$,
	$$values ('case.filed'), ('case.dispatched'), ('case.handling'), ('case.evidence'), ('case.handled'), ('case.closed')$$, 'every move is one event');
select bag_eq($$select e.kind from app.event_log e where e.report_id is not null$$, $$values ('report.received'), ('report.filed')$$, 'so is every decision');

-- ---- what an event says ----
select is((select e.before || e.after from app.event_log e where e.kind = 'report.filed') - 'case_id', '{"status": "filed"}', 'only what differs is kept');
select is((select e.before ->> 'status' from app.event_log e where e.kind = 'case.closed'), 'handled', 'what was before');
select is((select e.after ->> 'status' from app.event_log e where e.kind = 'case.closed'), 'closed', 'and what is after');
select is((select e.actor from app.event_log e where e.kind = 'case.closed'), pg_temp.person('maker_closer'), 'who did it');
select is((select e.actor_role from app.event_log e where e.kind = 'case.closed'), 'closer', 'in which role');
select is((select e.actor from app.event_log e where e.kind = 'report.received'), null, 'a citizen is nobody in the log');
select is((select e.occurred_at from app.event_log e where e.kind = 'case.closed'), private.clock(), 'when, by the one clock');
select is((select count(*)::int from app.event_log e, lateral (select to_jsonb(e)::text as body) t
	where t.body ~ 'WORDS|苏M12345|13800000000|name of|login of'), 0, 'no free text, plate, contact or name is in the log');
select is((select count(*)::int from app.event_log e, jsonb_each(e.before || e.after) v where v.key not in (select k from unnest(array[
	'number', 'status', 'category', 'source', 'segment_id', 'street_id', 'area_id', 'unit_id', 'case_id', 'opened_at', 'filed_at', 'dispatched_at', 'due_at', 'handling_at', 'handled_at',
	'closed_at', 'review_at', 'overdue_at', 'returned_count', 'disputed_count', 'proof', 'confirmed', 'is_flagged', 'recurrence_of', 'evidence_id', 'sha256', 'evidence_role']) k)), 0,
	'the log knows these words and no other: a new one has to be thought about');
select is((select count(*)::int from app.event_log e, jsonb_each_text(e.before || e.after) v where length(v.value) > 64), 0, 'and nothing longer than a hash');

select pg_temp.moved('maker_dispatcher', pg_temp.case_in('dispatched', 'b'), 'redispatch', jsonb_build_object('unit_id', pg_temp.unit('一中队')), 'wrong_unit', 'NOTE 王某 电话');
select is((select n.body from app.event_log e join app.notes n on n.id = e.note_id where e.kind = 'case.redispatched'), 'NOTE 王某 电话', 'a note lies beside the log, by id');
select is((select e.reason_code from app.event_log e where e.kind = 'case.redispatched'), 'wrong_unit', 'a reason is a code');
select is((select count(*)::int from app.event_log e where to_jsonb(e)::text ~ 'NOTE|王某'), 0, 'the note itself is not in the log');
delete from app.notes;
set constraints all immediate;
select is(api.verify_log() ->> 'ok', 'true', 'erasing a note does not break the chain');
select is((select count(*)::int from app.event_log where kind = 'case.redispatched' and case_id is null), 0, 'every event of a case names it');
create temporary table n as select count(*) as events from app.event_log;
update app.cases set version = version where true;
update app.reports set description = description where true;
select is((select count(*) from app.event_log), (select events from n), 'what changes nothing logs nothing');
select throws_ok($$insert into app.event_log (kind, occurred_at) values ('somebody said something', now())$$, '23514', null, 'a kind is a word of ours');

select throws_ok($$insert into app.event_head (id) values (false)$$, '23514', null, 'a chain has one end');

-- ---- append-only, even for the owner ----
select throws_ok($$update app.event_log set reason_code = 'x'$$, '42501', 'append_only', 'an event is not changed');
select throws_ok($$delete from app.event_log$$, '42501', 'append_only', 'nor deleted');
select throws_ok($$truncate app.event_log, app.event_chain$$, '42501', 'append_only', 'nor swept away');
select throws_ok($$update app.event_chain set hash = sha256('x')$$, '42501', 'append_only', 'a link is not changed');
select throws_ok($$delete from app.event_chain$$, '42501', 'append_only', 'nor deleted');
select throws_ok($$truncate app.event_chain$$, '42501', 'append_only', 'nor swept away');
select throws_ok($$update app.event_log set kind = kind where false$$, '42501', 'append_only', 'not even where nothing would change');

-- ---- whoever can drop the triggers is found out ----
create function pg_temp.found_after(tampering text) returns text language plpgsql as $$
declare
	found jsonb;
begin
	begin
		alter table app.event_log disable trigger event_log_append_only;
		alter table app.event_chain disable trigger event_chain_append_only;
		set constraints all deferred;
		execute tampering;
		found := api.verify_log();
		raise exception using errcode = 'KB000';
	exception when sqlstate 'KB000' then null;
	end;
	return (found ->> 'ok') || ' ' || coalesce(found ->> 'first_bad', '-');
end $$;
create temporary table fifth as select event_id from app.event_chain where position = 5;
select is(pg_temp.found_after($$update app.event_log set actor = null where id = (select event_id from fifth)$$), 'false 5', 'a changed actor is named by its position');
select is(pg_temp.found_after($$update app.event_log set after = after || '{"status": "closed"}' where id = (select event_id from fifth)$$), 'false 5', 'a changed state is');
select is(pg_temp.found_after($$update app.event_log set occurred_at = occurred_at - interval '1 microsecond' where id = (select event_id from fifth)$$), 'false 5', 'a microsecond is');
select is(pg_temp.found_after($$delete from app.event_chain where event_id = (select event_id from fifth); delete from app.event_log where id = (select event_id from fifth)$$), 'false 5',
	'a missing event is');
select is(pg_temp.found_after($$delete from app.event_chain where position = (select position from app.event_head)$$), (select 'false ' || position from app.event_head), 'a cut-off end is');
select is(pg_temp.found_after($$insert into app.event_log (kind, occurred_at) values ('case.closed', '2026-09-28')$$), (select 'false ' || position + 1 from app.event_head), 'an event beside the chain is');
select is(pg_temp.found_after($$update app.event_chain x set hash = y.hash from app.event_chain y where x.position = 7 and y.position = 8$$), 'false 7', 'a changed link is');
select is(pg_temp.found_after('select 1'), 'true -', 'and an untouched chain is whole');

select * from finish();
rollback;
