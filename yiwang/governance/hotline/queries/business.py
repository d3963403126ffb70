"""营商环境投诉 as the public reads it: the procedure out of packs, the figures of a year by what was complained of.

The figures name no firm and no unit; of few cases no share is shown (``small`` of the rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.people.models import Firm
from yiwang.governance.hotline.kinds import Business
from yiwang.governance.hotline.queries.order import hotline_organ, rule
from yiwang.kernel.permissions import Doer
from yiwang.matters import processes

PROCESS, NOT_ACCEPTED = "governance.hotline", "not-accept"


@dataclass(frozen=True, slots=True)
class Procedure:
    """What is published. ``days`` and the other days are working days; ``refused`` are the grounds of the process itself."""

    organ: str
    business: Business
    days: int
    dispatch_days: int
    callback_days: int
    judge_days: int
    redo_days: int
    refused: tuple[str, ...]
    unverified: bool


def procedure(at: datetime) -> Procedure:
    """The procedure in force at a moment. Refused where no hotline is set up."""
    on = day_of(at)
    found, process = rule(on), processes.bound(PROCESS, packs.rule("process", PROCESS, on).version)
    ground = next(field for field in process.steps[NOT_ACCEPTED].fields if field.name == "ground")
    return Procedure(
        organ=organs.organ_name(hotline_organ(on), on),
        business=found.business,
        days=found.days_of("business", firm=True, urgent=False),
        dispatch_days=int(process.clocks["dispatch"].days),
        callback_days=found.callback_days,
        judge_days=found.judge_days,
        redo_days=found.redo_days,
        refused=tuple(ground.choices.values()),
        unverified=found.unverified,
    )


def firms_of(viewer: Doer) -> frozenset[int]:
    """Firms that still stand and that the viewer acts for."""
    rows = Firm.objects.filter(pk__in=viewer.delegations, status=Firm.Status.OPEN)
    return frozenset(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of complaint in the year so far. ``due``: answered, or not answered though its last day is over;
    ``on_time`` of them answered by that day. ``rate`` is a percentage cut to one decimal; ``None`` of few or no cases."""

    title: str
    received: int
    refused: int
    closed: int
    due: int
    on_time: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    since: date
    until: date
    lines: tuple[Line, ...]
    total: Line
    small: int


def figures(at: datetime) -> Figures:
    """The year of ``at`` up to that day: received, not accepted, closed, answered on time, by what was complained of."""
    on = day_of(at)
    found = rule(on)
    since, small = date(on.year, 1, 1), found.business.small
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"since": since, "at": at, "on": on})
        counted = {topic: tuple(counts) for topic, *counts in cursor.fetchall()}
    lines = tuple(_line(one.title, counted.get(one.id, NONE), small) for one in found.business_topics())
    summed = tuple(sum(column) for column in zip(NONE, *counted.values(), strict=True))
    return Figures(since, on, lines, _line("合计", summed, small), small)


NONE = (0, 0, 0, 0, 0)
# Counted by traces: nobody's rows of orders are open to a page for everybody, and a trace holds codes only. A complaint that was withdrawn was received, and is neither refused nor closed by us.
COUNTED = """select t.topic, count(*),
       count(*) filter (where m.state = 'not-accepted'),
       count(*) filter (where m.closed_at is not null and m.state not in ('not-accepted', 'withdrawn')),
       count(*) filter (where d.due), count(*) filter (where d.due and c.stopped_on <= c.due_on)
  from hotline_trace t join matter m on m.id = t.matter_id
  left join matter_clock c on c.matter_id = m.id and c.clock = 'handle'
  cross join lateral (select m.state not in ('not-accepted', 'withdrawn')
      and (c.stopped_on is not null or c.due_on < %(on)s and not c.provisional) as due) d
 where t.kind = 'business' and t.received_on >= %(since)s and m.received_at >= (%(since)s::timestamp at time zone 'Asia/Shanghai')
   and m.received_at <= %(at)s
 group by 1"""


def _line(title: str, counts: tuple[Any, ...], small: int) -> Line:
    received, refused, closed, due, on_time = counts
    rate = on_time * 1000 // due / 10 if due >= small else None
    return Line(title, received, refused, closed, due, on_time, rate)
