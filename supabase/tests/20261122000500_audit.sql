begin;
select no_plan();
\ir district.psql

select pg_temp.report('a') from generate_series(1, 3);
set constraints all immediate; set constraints all deferred;
create temporary table page as select api.log_page() as p;
select is((select jsonb_array_length(p -> 'links') from page), 3, 'the log, link by link');
select is((select p ->> 'events' from page), '3', 'and how many events there are, on the last page');
select is((select p #>> '{head,hash}' from page), (select p #>> '{links,2,1}' from page), 'its end is the last link');
select is((select p #>> '{links,1,2}' from page), (select p #>> '{links,0,1}' from page), 'each link names the one before');
select is((select count(*)::int from page, jsonb_array_elements(p -> 'links') l join app.event_chain c on c.position = (l ->> 0)::bigint join app.event_log e on e.id = c.event_id
	where l ->> 3 = e.id::text and l ->> 4 = e.kind and (l ->> 11)::jsonb = e.before and (l ->> 12)::jsonb = e.after and (l ->> 10)::timestamptz = e.recorded_at), 3, 'with the event as it lies there');
select is(api.log_page(0, 2) ->> 'events', null, 'a page that is not the last does not count');
select is(jsonb_array_length(api.log_page(2, 2) -> 'links'), 1, 'page by page');
alter table app.event_log disable trigger user;
alter table app.event_chain drop constraint event_chain_event_id_fkey;
delete from app.event_log where id = (select event_id from app.event_chain where position = 2);
select is(api.log_page() #>> '{links,1,3}', null, 'a link without its event says so');
select is(api.log_marks(0) ->> 'to', '3', 'marks up to the end');
select is(octet_length(decode(api.log_marks(0) ->> 'marks', 'base64')), 24, 'eight bytes a link');
select is(api.log_marks(0) ->> 'hash', (select encode(hash, 'hex') from app.event_chain where position = 3), 'and the last hash in full');
select is(api.log_marks(3) ->> 'to', null, 'nothing after the end');
select is(api.log_marks(0, 2) ->> 'to', '2', 'page by page, too');
select pg_temp.photo(n) from unnest(array['one', 'two']) n;
select is(jsonb_array_length(api.photo_list() -> 'photos'), 2, 'the photos there are');
select is(jsonb_array_length(api.photo_list((select min(sha256) from app.photos)) -> 'photos'), 1, 'page by page');
select * from finish();
rollback;
