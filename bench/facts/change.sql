-- Changes number `first` to `last` of a round, to cases anywhere in the past: open ones are closed, closed ones are disputed and open again.
explain (analyze, format json)
update app.cases c set version = c.version + 1, returned_count = c.returned_count + 1,
	status = case c.status when 'closed' then 'handled' else 'closed' end,
	closed_at = case c.status when 'closed' then c.closed_at else c.dispatched_at + interval '3 days' end
from (
	select distinct 1 + (:round * 1000003::bigint + i * 245489::bigint) % (select max(f.number) from app.case_facts f) as number from generate_series(:first, :last) i
) x
join app.case_facts f on f.number = x.number
where c.id = f.case_id and f.dispatched_at is not null and not f.is_voided;
