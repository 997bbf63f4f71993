-- What is not measured stands aside: the case list's own indexes and the ladder of overdue cases. Facts keep all of theirs.
do $$
declare
	x text;
begin
	for x in select indexrelid::regclass::text from pg_index where indrelid = 'app.cases'::regclass and not indisprimary
		and indexrelid not in (select conindid from pg_constraint) and indexrelid <> 'app.cases_recurrence'::regclass
	loop
		execute 'drop index ' || x;
	end loop;
end $$;
alter table app.cases drop constraint cases_number_key, disable trigger cases_rungs, disable trigger cases_limit;
update app.city set name = '测速市';
