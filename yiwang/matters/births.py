"""What a new matter needs to know before it is written: its number and the rules of its day."""

from __future__ import annotations

from datetime import date
from typing import Any

from yiwang.matters import wire
from yiwang.matters.statements import REVISION

# one query: the next number, the calendar's revision, the version in force on the day of receipt, and the parent if there is one
BIRTH = f"""
select nextval('matter_id_seq'), {REVISION}, r.version, r.until_on, p.id, p.process_id, p.process_version, p.state, p.closed_at
from (select 1) one
left join lateral (select version, until_on from packs_ruleversion where kind = 'process' and rule_id = %s
    and from_on <= %s::date order by from_on desc limit 1) r on true
left join matter p on p.reference = %s
"""


def birth(process_id: str, on: date, parent: str | None) -> tuple[Any, ...]:
    """A fresh number, the calendar's revision, the process version in force on ``on`` (or nulls) and the parent's row (or nulls); one query."""
    return wire.fetch(BIRTH, (process_id, on.isoformat(), parent))[0]


def numbers(count: int) -> list[int]:
    """Fresh numbers for many new matters."""
    sql = "select nextval('matter_id_seq') from generate_series(1, %s::int)"
    return [row[0] for row in wire.fetch(sql, (str(count),))]
