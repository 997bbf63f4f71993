-- Categories, their codes in other schemes, and working time.
create table app.categories (
	code text primary key check (code ~ '^[0-9A-Z]{2,8}$'),
	parent text references app.categories (code),
	name text not null,
	name_en text not null,
	class_code text not null,
	subclass_code text not null default '',
	is_tile boolean not null default false,
	is_active boolean not null default true,
	position int not null,
	handle_working_hours numeric not null default 14 check (handle_working_hours > 0),
	duplicate_radius_m float8 not null default 50,
	duplicate_days int not null default 14,
	recurrence_radius_m float8 not null default 30,
	recurrence_days int not null default 14,
	default_unit_id bigint references app.units (id)
);
comment on table app.categories is 'Two levels: class and subclass; national codes and local extensions, with time limits and radii.';
create index categories_parent on app.categories (parent);
create index categories_default_unit on app.categories (default_unit_id);

create table app.category_codes (
	scheme text not null,
	code text not null,
	category text not null references app.categories (code),
	primary key (scheme, code)
);
comment on table app.category_codes is 'What a category is called in other schemes (national, a neighbour city, an Open311 client).';
create index category_codes_category on app.category_codes (category);

insert into app.categories (code, parent, name, name_en, class_code, position) values
	('05', null, '街面秩序', 'Street order', '05', 0);
insert into app.categories (code, parent, name, name_en, class_code, subclass_code, is_tile, position, handle_working_hours) values
	('0551', '05', '占道洗车', 'Car wash on the pavement', '05', '51', true, 1, 14),
	('0509', '05', '黑车拉客', 'Unlicensed taxi', '05', '09', true, 2, 7),
	('0504', '05', '店外经营', 'Stall outside the shop line', '05', '04', true, 3, 7),
	('0501', '05', '无照经营游商', 'Unlicensed hawker', '05', '01', false, 4, 7),
	('0502', '05', '流浪乞讨', 'Begging', '05', '02', false, 5, 14),
	('0503', '05', '占道废品收购', 'Scrap buying on the pavement', '05', '03', false, 6, 14),
	('0505', '05', '机动车乱停放', 'Badly parked motor vehicle', '05', '05', false, 7, 7),
	('0506', '05', '非机动车乱停放', 'Badly parked bicycle', '05', '06', false, 8, 7),
	('0507', '05', '乱堆物堆料', 'Goods piled on the pavement', '05', '07', false, 9, 14),
	('0508', '05', '商业噪音', 'Commercial noise', '05', '08', false, 10, 14),
	('0510', '05', '露天烧烤', 'Open-air barbecue', '05', '10', false, 11, 7),
	('0511', '05', '沿街晾挂', 'Washing hung over the street', '05', '11', false, 12, 14),
	('0512', '05', '非法出版物销售', 'Illegal publications on sale', '05', '12', false, 13, 14),
	('0513', '05', '空调室外机低挂', 'Air conditioner mounted too low', '05', '13', false, 14, 35),
	('0599', '05', '其他', 'Something else', '05', '99', false, 99, 14);
-- 占道洗车 has no national code; every other subclass is the national one.
insert into app.category_codes (scheme, code, category)
	select 'national', class_code || subclass_code, code from app.categories where parent = '05' and code <> '0551';

-- Working time. A day's hours come from its weekday; exceptions are public holidays and 调休 working weekends,
-- which keep Monday's hours.
create table app.working_hours (
	weekday int not null check (weekday between 1 and 7),
	starts time not null,
	ends time not null,
	primary key (weekday, starts),
	check (starts < ends)
);
comment on table app.working_hours is 'Working hours per ISO weekday, in the city''s time zone.';
insert into app.working_hours (weekday, starts, ends)
	select d, s.starts, s.ends from generate_series(1, 5) d, (values (time '08:30', time '12:00'), (time '14:00', time '17:30')) s (starts, ends);

create table app.working_days (
	day date primary key,
	is_workday boolean not null,
	name text not null
);
comment on table app.working_days is 'Days that differ from their weekday: public holidays and 调休 working weekends.';
insert into app.working_days (day, is_workday, name)
	select d::date, false, h.name
	from (values
		('元旦', date '2026-01-01', date '2026-01-03'), ('春节', '2026-02-15', '2026-02-23'), ('清明节', '2026-04-04', '2026-04-06'),
		('劳动节', '2026-05-01', '2026-05-05'), ('端午节', '2026-06-19', '2026-06-21'), ('中秋节', '2026-09-25', '2026-09-27'),
		('国庆节', '2026-10-01', '2026-10-07')) h (name, first, last), generate_series(h.first, h.last, interval '1 day') d;
insert into app.working_days (day, is_workday, name) values
	('2026-01-04', true, '元旦调休'), ('2026-02-14', true, '春节调休'), ('2026-02-28', true, '春节调休'),
	('2026-05-09', true, '劳动节调休'), ('2026-09-20', true, '国庆节调休'), ('2026-10-10', true, '国庆节调休');

-- The moment `hours` working hours after `since`. Walks slot by slot through the city's calendar; at most 400 days,
-- after which the calendar holds no working time and the call is refused.
create function private.add_working_hours(since timestamptz, hours numeric)
returns timestamptz language plpgsql stable set search_path = '' as $$
declare
	zone text := (select c.time_zone from app.city c);
	here timestamp := since at time zone zone;
	left_over interval := hours * interval '1 hour';
	day_of_walk date := here::date;
	slot record;
	begins timestamp;
begin
	for i in 0 .. 400 loop
		for slot in
			select h.starts, h.ends from app.working_hours h
			left join app.working_days x on x.day = day_of_walk
			where h.weekday = case when x.is_workday then 1 when not x.is_workday then 0 else extract(isodow from day_of_walk) end
			order by h.starts
		loop
			begins := greatest(here, day_of_walk + slot.starts);
			if begins < day_of_walk + slot.ends then
				if left_over <= (day_of_walk + slot.ends) - begins then
					return (begins + left_over) at time zone zone;
				end if;
				left_over := left_over - ((day_of_walk + slot.ends) - begins);
			end if;
		end loop;
		day_of_walk := day_of_walk + 1;
	end loop;
	perform private.problem(422, 'no_working_time');
	return null;
end $$;

alter table app.categories enable row level security;
alter table app.category_codes enable row level security;
alter table app.working_hours enable row level security;
alter table app.working_days enable row level security;
grant select on app.categories to anon, authenticated, service_role;
grant select on app.category_codes, app.working_hours, app.working_days to authenticated, service_role;
create policy "everyone reads the categories" on app.categories for select to anon, authenticated using (true);
create policy "staff read codes of other schemes" on app.category_codes for select to authenticated using ((select private.is_staff()));
create policy "staff read working hours" on app.working_hours for select to authenticated using ((select private.is_staff()));
create policy "staff read the calendar" on app.working_days for select to authenticated using ((select private.is_staff()));
