"""The inbox: open seats for the posts somebody holds, urgent ones first, then the nearest day; and what a supervisor
looks at.

A page costs one query a post for the seats (index only) and one for the matters on it; the number of queries does not
depend on how many cases there are.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from yiwang.foundation.calendar import queries as calendar
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters import processes

MOST = 100
SOON = 3  # working days: 即将到期
FAR = date(9999, 12, 31)

FILTERS = {
    "all": "全部",
    "unclaimed": "待签收",
    "to-accept": "待受理",
    "mine": "在办",
    "soon": "即将到期",
    "overdue": "超期",
    "to-hand-out": "待出件",
}


class BadCursor(Refusal):
    """A page mark that did not come from the list before."""

    code = "cursor"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open seat as a list shows it. ``left`` are working days until the due day, negative when overdue;
    ``urgent`` is what the matter carries from its opening (紧急), ``urged`` is true when a supervisor has urged (催办)."""

    seat_id: int
    reference: str
    title: str
    process_id: str
    state: str
    seat: str
    role: str
    organ_id: int
    phase: str
    holder_id: int | None
    due_on: date | None
    left: int | None
    provisional: bool
    received_on: date
    version: int
    urged: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the mark of the next one (``None`` on the last)."""

    rows: list[Waiting]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """待签收 / 待受理 / 在办 / 即将到期 / 超期 / 待出件, as the desk shows them."""

    unclaimed: int
    to_accept: int
    mine: int
    soon: int
    overdue: int
    to_hand_out: int


# One scan of one index per post, merged: `or` over posts would read every open seat of the organ and sort.
ARM = """
(select s.id, s.urgent, s.due_on from matter_seat s
 where s.closed_at is null and s.organ_id = %s::bigint and s.role = %s {where} {after}
 order by s.urgent desc, s.due_on, s.id limit %s::int)
"""

ROWS = """
select s.id, m.reference, m.title, m.process_id, m.state, s.seat, s.role, s.organ_id, s.phase, s.holder_id, s.due_on,
    (m.received_at at time zone 'Asia/Shanghai')::date, m.version, m.process_version,
    coalesce((select bool_or(c.provisional) from matter_clock c
        where c.matter_id = m.id and c.stopped_on is null and c.due_on = s.due_on), false),
    exists (select from matter_text t where t.matter_id = m.id and t.step = 'urged'), s.urgent
from (select u.id from ({arms}) u order by {first} u.due_on, u.id limit %s::int) page
join matter_seat s on s.id = page.id join matter m on m.id = s.matter_id order by {first} s.due_on, s.id
"""
URGENT_FIRST = "urgent desc,"

COUNT = """
select count(*) filter (where s.holder_id is null),
    count(*) filter (where s.phase = 'to-accept'),
    count(*) filter (where s.holder_id = %s::bigint),
    count(*) filter (where s.due_on between %s::date and %s::date),
    count(*) filter (where s.due_on < %s::date),
    count(*) filter (where s.phase = 'to-hand-out')
from matter_seat s
join unnest(%s::bigint[], %s::text[]) post (organ_id, role) on post.organ_id = s.organ_id and post.role = s.role
where s.closed_at is null and (s.holder_id is null or s.holder_id = %s::bigint)
"""


def inbox(
    doer: Doer, on: date, *, show: str = "all", cursor: str | None = None, size: int = 20, colleagues: bool = False
) -> Page:
    """Open seats of the doer's posts, urgent matters first and then the nearest day, keyset-paged. Seats without a day
    come last among their like.

    ``show`` is a key of ``FILTERS``. Seats held by colleagues are left out unless ``colleagues``. Someone without a post
    has an empty inbox. ``cursor`` is the ``next`` of the page before; anything else is refused. Two queries.
    """
    if show not in FILTERS:
        raise Refusal("没有这个筛选条件。", code="filter", field="show")
    size = max(1, min(size, MOST))
    table = calendar.table()
    where, params = _where(show, doer, on, table, colleagues)
    posts = sorted(doer.posts)
    if not posts:
        return Page([], None)
    after, mark = _after(cursor, urgent_first=True)
    arms, values = [], []
    for organ_id, role in posts:
        arms.append(ARM.format(where=where, after=after))
        values += [str(organ_id), role, *params, *mark, str(size + 1)]
    return _page(" union all ".join(arms), values, size, on, table, first=URGENT_FIRST)


ALONE = """and not exists (select from matter_seat o where o.matter_id = s.matter_id and o.organ_id = s.organ_id
    and o.closed_at is null
    and (coalesce(o.due_on, 'infinity'), o.id) < (coalesce(s.due_on, 'infinity'), s.id))"""


def open_by_due(
    doer: Doer,
    on: date,
    *,
    organ_id: int | None = None,
    overdue: bool = False,
    cursor: str | None = None,
    size: int = 20,
) -> Page:
    """For supervisors: open matters by days left alone, of the whole jurisdiction or one organ. Needs ``case.supervise``.

    One line a matter and unit, through the unit's seat that ends first: several seats of one unit on the same thing
    (handler, section head, leader) are one thing to look at; two units that review at the same time are two.
    """
    if not doer.may(Permission.CASE_SUPERVISE, organ_id):
        raise NotAllowed("只有效能监督人员可以查看全部在办件。")
    size = max(1, min(size, MOST))
    table = calendar.table()
    after, mark = _after(cursor)
    where = "and s.organ_id = %s::bigint" if organ_id is not None else ""
    params = [str(organ_id)] if organ_id is not None else []
    if overdue:
        where += " and s.due_on < %s::date"
        params.append(on.isoformat())
    arm = f"(select s.id, s.due_on from matter_seat s where s.closed_at is null {where} {after} {ALONE}"
    arm += " order by s.due_on, s.id limit %s::int)"
    return _page(arm, [*params, *mark, str(size + 1)], size, on, table)


def counts(doer: Doer, on: date) -> Counts:
    """How much waits for the doer's posts, colleagues' seats left out; one query plus the calendar's revision."""
    posts = sorted(doer.posts)
    if not posts:
        return Counts(0, 0, 0, 0, 0, 0)
    soon = calendar.table().add(on, SOON)
    account = None if doer.account_id is None else str(doer.account_id)
    day = on.isoformat()
    params = [account, day, soon.isoformat(), day, [organ for organ, _ in posts], [role for _, role in posts], account]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, params)
        return Counts(*cursor.fetchone())


def _where(show: str, doer: Doer, on: date, table: OrdinalTable, colleagues: bool) -> tuple[str, list[str | None]]:
    account = None if doer.account_id is None else str(doer.account_id)
    clauses: list[str] = []
    params: list[str | None] = []
    if show == "unclaimed":
        clauses.append("and s.holder_id is null")
    elif show == "mine":
        clauses.append("and s.holder_id = %s::bigint")
        params.append(account)
    elif not colleagues:
        clauses.append("and (s.holder_id is null or s.holder_id = %s::bigint)")
        params.append(account)
    if show in ("to-accept", "to-hand-out"):
        clauses.append("and s.phase = %s")
        params.append(show)
    if show == "soon":
        clauses.append("and s.due_on between %s::date and %s::date")
        params += [on.isoformat(), table.add(on, SOON).isoformat()]
    if show == "overdue":
        clauses.append("and s.due_on < %s::date")
        params.append(on.isoformat())
    return " ".join(clauses), params


def _after(cursor: str | None, *, urgent_first: bool = False) -> tuple[str, list[str]]:
    """The condition of the next page. Seats without a day sort last, as PostgreSQL does with nulls."""
    if not cursor:
        return "", []
    try:
        urgent, day, number = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        if urgent not in ("0", "1") or not 0 <= int(number) < 2**63:
            raise ValueError(number)
        if day == "-":
            after, mark = "s.due_on is null and s.id > %s::bigint", [str(int(number))]
        else:
            date.fromisoformat(day)
            after, mark = "(s.due_on, s.id) > (%s::date, %s::bigint) or s.due_on is null", [day, str(int(number))]
    except (ValueError, binascii.Error, UnicodeError):
        raise BadCursor("翻页标记无效，请从第一页重新打开。", field="cursor") from None
    if not urgent_first:
        return f"and ({after})", mark
    return (f"and (not s.urgent or {after})" if urgent == "1" else f"and not s.urgent and ({after})"), mark


def _page(
    arms: str, params: Sequence[str | None], size: int, on: date, table: OrdinalTable, *, first: str = ""
) -> Page:
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(arms=arms, first=first), [*params, str(size + 1)])
        found = cursor.fetchall()
    rows = [_waiting(row, on, table) for row in found[:size]]
    if len(found) <= size:
        return Page(rows, None)
    last = rows[-1]
    mark = f"{int(last.urgent)} {last.due_on.isoformat() if last.due_on else '-'} {last.seat_id}"
    return Page(rows, base64.urlsafe_b64encode(mark.encode()).decode())


def _waiting(row: tuple, on: date, table: OrdinalTable) -> Waiting:  # type: ignore[type-arg]
    number, reference, title, process_id, state, seat, role, organ_id, phase, holder_id, due_on, received, version = (
        row[:13]
    )
    named = processes.bound(process_id, row[13]).states
    left = None if due_on is None else (table.elapsed(on, due_on) if due_on >= on else -table.elapsed(due_on, on))
    return Waiting(
        number,
        reference,
        title,
        process_id,
        named[state].title if state in named else state,
        seat,
        role,
        organ_id,
        phase,
        holder_id,
        due_on,
        left,
        row[14],
        received,
        version,
        row[15],
        row[16],
    )
