"""What a new matter needs to know before it is written: its number and the rules of its day."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

from yiwang.matters import wire
from yiwang.matters.statements import REVISION

# one query: the next number, the calendar's revision, the version in force on the day of receipt, and the parent if there is one
BIRTH = f"""
select json_build_array(nextval('matter_id_seq'), {REVISION}, r.version, r.until_on, p.id, p.process_id, p.process_version,
    p.closed_at is not null)::text
from (select 1) one
left join lateral (select version, until_on from packs_ruleversion where kind = 'process' and rule_id = %s
    and from_on <= %s::date order by from_on desc limit 1) r on true
left join matter p on p.reference = %s
"""


class Birth(NamedTuple):
    """A fresh number, the calendar's newest revision, the process version in force (``None``: none) and the day it ends
    (exclusive), and the parent, if one was named and exists."""

    number: int
    revision: int
    version: str | None
    until: date | None
    parent_id: int | None
    parent_process: str | None
    parent_version: str | None
    parent_closed: bool


def birth(process_id: str, on: date, parent: str | None) -> Birth:
    """What ``open`` has to know of a process received on ``on`` and of the ``parent`` (a reference); one query."""
    told = wire.texts(BIRTH, (process_id, on.isoformat(), parent))[0][0]
    assert told is not None
    number, revision, version, until, *upper = json.loads(told)
    return Birth(number, revision, version, None if until is None else date.fromisoformat(until), *upper)


def numbers(count: int) -> list[int]:
    """Fresh numbers for many new matters."""
    sql = "select nextval('matter_id_seq') from generate_series(1, %s::int)"
    return [row[0] for row in wire.fetch(sql, (str(count),))]
