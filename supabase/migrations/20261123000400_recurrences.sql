-- Recurrences of the past: a row of history is linked to the closed case it recurs from, as a case that is filed today is. Rows come in
-- the order in which they were filed within a batch, so that a case finds those before it; a link never points to a later row, and so never in a
-- circle. Of a file that is sorted from the newest backwards, cases are linked within each thousand rows only.
create function private.link_history()
returns trigger language plpgsql set search_path = '' as $$
begin
	select c.id into new.recurrence_of
	from app.categories k join app.cases c on c.category = k.code
	where k.code = new.category and c.status = 'closed'
		and c.geom operator(extensions.&&) private.box_around(new.geom, k.recurrence_radius_m)
		and private.metres(c.geom, new.geom) <= k.recurrence_radius_m
		and c.closed_at <= new.filed_at and c.closed_at >= new.filed_at - make_interval(days => k.recurrence_days)
	order by c.closed_at desc, c.id limit 1;
	return new;
end $$;
create trigger cases_history_recurs before insert on app.cases for each row
	when (new.is_history and new.recurrence_of is null) execute function private.link_history();

-- An import writes its facts in one statement, behind the triggers that keep them otherwise: the cases its rows recur from are told here.
create function private.keep_history_recurred()
returns trigger language plpgsql set search_path = '' as $$
begin
	update app.case_facts f set recurred_at = r.at
	from (
		select x.recurrence_of as id, max(x.opened_at) as at from app.cases x
		where x.status <> 'voided' and x.recurrence_of in (select c.recurrence_of from added a join app.cases c on c.id = a.case_id where a.is_recurrence)
		group by x.recurrence_of
	) r
	where f.case_id = r.id and f.recurred_at is distinct from r.at;
	return null;
end $$;
create trigger case_facts_history_recurred after insert on app.case_facts referencing new table as added for each statement
	when (coalesce(current_setting('kerbside.bulk', true), '') = 'on') execute function private.keep_history_recurred();

revoke all on function private.link_history(), private.keep_history_recurred() from public, anon, authenticated, service_role;
