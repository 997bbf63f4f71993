-- Tries statements, each as its own person in a subtransaction of its own that is always undone. What would run at
-- commit runs here too, under the same person. [{who, sql}] → one outcome and answer (the first column of the first row) each.
create function pg_temp.probe(tries jsonb) returns table (n bigint, outcome text, answer text) language plpgsql as $$
declare
	try record;
	affected bigint;
	fault text;
	place text;
begin
	for try in select t.ordinality, t.value ->> 'who' as who, t.value ->> 'sql' as sql from jsonb_array_elements(tries) with ordinality t loop
		begin
			answer := null;
			perform pg_temp.become(try.who);
			if try.sql ~ '^select' then
				execute try.sql into answer;
				outcome := case when answer is null then 'nothing' else 'ok' end;
			else
				execute try.sql;
				get diagnostics affected = row_count;
				outcome := 'touched ' || affected;
			end if;
			set constraints all immediate;
			raise exception using errcode = 'KB000';
		exception
			when sqlstate 'KB000' then null;
			when others then
				get stacked diagnostics fault = message_text, place = pg_exception_context;
				-- A refusal from within is not one at the door: the call itself was open.
				outcome := case when sqlstate ~ '^PT' then sqlstate || ' ' || fault when sqlstate = '42501'
					then fault || case when place ~ 'SQL function "|function (api|private)\.' then ' (within)' else '' end else sqlstate end;
				answer := fault;
		end;
		n := try.ordinality;
		return next;
	end loop;
end $$;

-- One statement under a person, in the middle of another's.
create function pg_temp.as(who text, sql text) returns text language plpgsql as $$
declare
	answer text;
begin
	perform pg_temp.become(who);
	execute sql into answer;
	perform pg_temp.become('owner');
	return answer;
end $$;

-- The owner prepares, then the person tries.
create function pg_temp.done_first(prepared text, who text, sql text) returns text language plpgsql as $$
begin
	execute prepared;
	return pg_temp.as(who, sql);
end $$;
