"""Ordinal arithmetic in PostgreSQL: the same answers as ``kernel.workdays`` and ``kernel.clocks``."""

from django.db import migrations

ADD = """
create function calendar_add(start date, days integer) returns date
language sql stable parallel safe
return (
    select case when days = 0 then s.rolls_to
                else (select w.day from calendar_day w where w.works and w.ordinal = s.ordinal + days) end
    from calendar_day s where s.day = start
);
comment on function calendar_add(date, integer) is
    '起算日不计，第 days 个工作日；0 为当日或其后第一个工作日；超出日历范围为空';
"""

ELAPSED = """
create function calendar_elapsed(start date, until date) returns integer
language sql stable parallel safe
return (select u.ordinal from calendar_day u where u.day = until)
     - (select s.ordinal from calendar_day s where s.day = start);
comment on function calendar_elapsed(date, date) is '(start, until] 之间的工作日数';
"""

CERTAIN = """
create function calendar_certain(start date, until date) returns boolean
language sql stable parallel safe
return not exists (
    select from calendar_day d
    where not d.announced and d.day between least(start + 1, until) and until
);
comment on function calendar_certain(date, date) is '(start, until] 涉及的年份是否均已公布放假安排';
"""

END = """
create function calendar_end(start date, days integer, unit text) returns date
language sql stable parallel safe
return case
    when unit = 'working-day' then calendar_add(start, days)
    when unit = 'natural-day' then calendar_add(start + days, 0)
end;
comment on function calendar_end(date, integer, text) is
    '期限末日：工作日期限逐日计，自然日期限末日逢休息日顺延（民法典第二百零三条）';
"""

# Pauses as kernel.clocks.Clock.dump() writes them: [[begins_on, resumes_on | null, ground, notice], …].
# A pause is the half-open range [begins, resumes): ranges that overlap or touch become one; an open end is unbounded.
DUE = """
create function calendar_due(started_on date, budget integer, unit text, pauses jsonb default '[]') returns date
language plpgsql stable parallel safe
as $$
declare
    anchor date := started_on;
    remaining integer := budget;
    stopped daterange;
begin
    if unit not in ('working-day', 'natural-day') then
        raise exception 'unknown unit %', unit;
    end if;
    if pauses is null or pauses = '[]' then
        return calendar_end(anchor, remaining, unit);
    end if;
    for stopped in
        select unnest(range_agg(daterange(greatest((p ->> 0)::date, started_on), (p ->> 1)::date, '[)')))
        from jsonb_array_elements(pauses) p
        where p ->> 1 is null or (p ->> 1)::date > started_on
    loop
        exit when lower(stopped) > calendar_end(anchor, remaining, unit);
        if upper_inf(stopped) then
            return null;
        end if;
        remaining := remaining - least(
            remaining,
            case when unit = 'working-day' then calendar_elapsed(anchor, lower(stopped))
                 else lower(stopped) - anchor end
        );
        anchor := upper(stopped);
    end loop;
    return calendar_end(anchor, remaining, unit);
end
$$;
comment on function calendar_due(date, integer, text, jsonb) is '期限届满日；停止计时未恢复时为空';
"""


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_initial")]

    operations = [
        migrations.RunSQL(ADD, "drop function calendar_add(date, integer)"),
        migrations.RunSQL(ELAPSED, "drop function calendar_elapsed(date, date)"),
        migrations.RunSQL(CERTAIN, "drop function calendar_certain(date, date)"),
        migrations.RunSQL(END, "drop function calendar_end(date, integer, text)"),
        migrations.RunSQL(DUE, "drop function calendar_due(date, integer, text, jsonb)"),
    ]
