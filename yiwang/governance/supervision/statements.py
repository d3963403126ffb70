"""The two reads of a sweep, each one statement: clocks by due day, and ledger lines not read yet."""

from __future__ import annotations

# One range scan a rule and clock id on the index of due days (certain, running clocks only): the fence ``offset 0`` keeps
# the planner from reading every clock instead. What a rule has spoken about already is passed over before the matter
# is looked at. ``ahead[1 + n]`` is the latest day with at most n working days left; a long budget counts by its share.
DUE = """
select w.rule, c.matter_id, c.clock
from unnest(%(rule)s::text[], %(clock)s::text[], %(kind)s::text[], %(process)s::text[], %(earliest)s::date[],
    %(latest)s::date[], %(within)s::int[], %(long_from)s::int[], %(long_percent)s::int[], %(unless)s::text[])
    with ordinality w (rule, clock, kind, process, earliest, latest, within, long_from, long_percent, unless, position)
cross join lateral (
    select c.id, c.matter_id, c.clock, c.kind, c.days, c.due_on from matter_clock c
    where c.clock = w.clock and c.stopped_on is null and c.due_on is not null and not c.provisional
        and c.due_on between w.earliest and w.latest
    order by c.due_on, c.matter_id offset 0
) c
where c.kind = w.kind
    and (w.within < 0 or c.due_on <= (%(ahead)s::date[])[1 + case
        when w.long_from > 0 and c.days >= w.long_from then greatest(w.within, least(c.days * w.long_percent / 100, 60))
        else w.within end])
    and not exists (select from supervision_card k where k.about_id = c.matter_id and k.rule = w.rule
        and k.occasion = c.clock || '@' || to_char(c.due_on, 'YYYY-MM-DD') offset 0)
    and not exists (select from supervision_latemark x where x.about_id = c.matter_id offset 0)
    and (w.unless = '' or not exists (
        select from matter_clock l where l.matter_id = c.matter_id and l.kind = w.unless and l.id <> c.id
            and l.stopped_on is null and (l.due_on = c.due_on or w.within < 0 and l.due_on < c.due_on) offset 0))
    and (select m.process_id from matter m where m.id = c.matter_id) = any(string_to_array(w.process, ','))
order by w.position, c.due_on, c.matter_id limit %(most)s::int
"""

HORIZON = """
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint, (select coalesce(max(number), 0) from ledger_entry)
"""

# What came since, and once more what a transaction then in flight has written under a lower number meanwhile. Nearly every
# line of a year shows nothing a rule speaks about and is passed over here (``findings.SHOWS`` asks the same of a line read):
# wanted are the steps named, what was recorded late, a pause with its days, a charge, and a clock that stopped after its
# day or stands still.
LINES = """
select e.number, substr(e.subject, 8), e.ordinal, e.at, e.recorded_at, e.event, e.actor, e.organ, e.body
from ledger_entry e
where (e.number > %(number)s::bigint or e.xid >= %(xid)s::text::xid8) and e.number > %(after)s::bigint
    and e.subject like 'matter:%%'
    and (%(every)s::bool or e.event = any(%(events)s::text[]) or e.recorded_at > e.at
        or e.body like '%%"expected-days"%%' or e.body like '%%"fees_outside"%%'
        or case when e.body like '%%"clocks":{%%' then exists (
            select from jsonb_each(e.body::jsonb #> '{detail,clocks}') c
            where c.value ->> 3 > c.value ->> 2 or (c.value ->> 2 is null and c.value ->> 3 is null)) else false end)
order by e.number limit %(most)s::int
"""

EARLIER = """
select e.number, substr(e.subject, 8), e.ordinal, e.at, e.recorded_at, e.event, e.actor, e.organ, e.body
from ledger_entry e where e.subject = any(%(subjects)s::text[]) order by e.subject, e.ordinal
"""

# The line before which a burst may have begun: numbers are nearly in order of time, and a burst lasts minutes.
JUST_BEFORE = """
select e.number, substr(e.subject, 8), e.ordinal, e.at, e.recorded_at, e.event, e.actor, e.organ, e.body
from ledger_entry e where e.number between %(number)s::bigint - 5000 and %(number)s::bigint
    and e.recorded_at >= %(since)s::timestamptz and e.subject like 'matter:%%' order by e.number
"""

OPENINGS = """
select m.id, extract(epoch from e.recorded_at - e.at) / 3600, m.settings ? 'history'
from matter m join ledger_entry e on e.subject = 'matter:' || m.reference and e.ordinal = 1
where m.id = any(%(ids)s::bigint[])
"""
