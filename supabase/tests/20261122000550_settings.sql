begin;
select plan(1);
select ok(
	(select s.setconfig from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
		where d.datname = current_database() and s.setrole = 0) @> array['jit=off'],
	'plans of short questions are not compiled'
);
select * from finish();
rollback;
