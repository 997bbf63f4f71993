-- The log for somebody who recomputes it elsewhere: the rows as they lie there, not what a function of the database says of them.

-- Links and events after `after`, in order; a link without its event has nulls. On the last page also how many events the log holds.
create function api.log_page(after bigint default 0, max_rows int default 2000)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	most int := least(greatest(coalesce(max_rows, 2000), 1), 5000);
	links jsonb;
	n int;
begin
	select coalesce(jsonb_agg(jsonb_build_array(p.position, encode(p.hash, 'hex'), encode(p.previous_hash, 'hex'), e.id, e.kind, e.report_id, e.case_id, e.actor, e.actor_role,
		to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		e.before::text, e.after::text, e.reason_code, e.note_id, e.request_id) order by p.position), '[]'), count(*)
	into links, n
	from (select c.* from app.event_chain c where c.position > coalesce(log_page.after, 0) order by c.position limit most) p left join app.event_log e on e.id = p.event_id;
	return (select jsonb_build_object('epoch', h.epoch, 'head', jsonb_build_object('position', h.position, 'hash', encode(h.hash, 'hex')), 'links', links,
		'events', case when n < most then (select count(*) from app.event_log) end) from app.event_head h);
end $$;

-- The first eight bytes of each link's hash after `after`: what a witness outside the database writes down.
create function api.log_marks(after bigint default 0, max_rows int default 20000)
returns jsonb language sql stable set search_path = '' as $$
	with marks as (
		select c.position, substring(c.hash from 1 for 8) as mark from app.event_chain c
		where c.position > coalesce(after, 0) order by c.position limit least(greatest(coalesce(max_rows, 20000), 1), 50000)
	)
	select jsonb_build_object('epoch', h.epoch, 'from', (select min(m.position) from marks m), 'to', (select max(m.position) from marks m),
		'hash', (select encode(c.hash, 'hex') from app.event_chain c where c.position = (select max(m.position) from marks m)),
		'marks', (select replace(encode(string_agg(m.mark, '' order by m.position), 'base64'), E'\n', '') from marks m), 'head', h.position)
	from app.event_head h;
$$;

-- The photos there are, page by page: their content's hash is their name.
create function api.photo_list(after text default '', max_rows int default 1000)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('photos', coalesce(jsonb_agg(jsonb_build_array(p.sha256, p.byte_size) order by p.sha256), '[]'))
	from (select x.sha256, x.byte_size from app.photos x where x.sha256 > coalesce(after, '') order by x.sha256 limit least(greatest(coalesce(max_rows, 1000), 1), 5000)) p;
$$;

revoke all on function api.photo_list(text, int), api.log_page(bigint, int), api.log_marks(bigint, int) from public, anon, authenticated, service_role;
grant execute on function api.photo_list(text, int), api.log_page(bigint, int), api.log_marks(bigint, int) to service_role;
