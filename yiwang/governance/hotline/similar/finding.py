"""The two look-ups over traces: open orders like what is being typed, closed ones like an order to be dispatched.

One small read for how rare the terms are, one over the index. Both see only what the statement's reader may see: the orders
are joined, and their own row-level security decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yiwang.governance.hotline.similar import terms

ALL = 0  # the row of ``hotline_term`` that counts the orders themselves: no pair has this number but by a hair's chance

LIKE = """
with asked as materialized (
    select * from unnest(%(terms)s::int[], %(weights)s::float8[]) as asked (term, weight)
), found as materialized (
    select t.matter_id, t.terms
    from hotline_trace t
    where t.terms && %(rare)s::int[] and t.received_on >= %(since)s and t.received_on <= %(until)s
      and t.matter_id <> %(besides)s
      and (%(town)s = '' or t.town = '' or t.town = %(town)s) and (%(kind)s = '' or t.kind = %(kind)s)
    order by t.matter_id desc limit %(most)s
), scored as (
    select found.matter_id, array_agg(asked.term) as shared, sum(asked.weight) as score
    from found cross join lateral unnest(found.terms) as has (term) join asked on asked.term = has.term
    group by 1
    having sum(asked.weight) >= %(least)s
)
select s.matter_id, t.kind, t.topic, t.town, t.received_on, s.shared, s.score, {columns}
from scored s join hotline_trace t on t.matter_id = s.matter_id join matter m on m.id = s.matter_id {join}
where true {only}
order by s.score desc, t.received_on desc, s.matter_id desc
limit %(limit)s
"""
MOST_READ = 400  # candidates compared term by term, the newest of them


@dataclass(frozen=True, slots=True)
class Found:
    """One order that is like the text. ``score`` is the share (0 to 1) of what the text says, by weight."""

    matter_id: int
    kind: str
    topic: str
    town: str
    received_on: date
    shared: frozenset[int]
    score: float
    more: tuple[Any, ...]


def like(
    text: str,
    *,
    since: date,
    until: date,
    least: float,
    limit: int,
    columns: str,
    join: str = "",
    only: str = "",
    town: str = "",
    kind: str = "",
    besides: int = 0,
) -> Sequence[Found]:
    """Orders received in a span of days that say at least ``least`` of what ``text`` says, likest first.

    ``columns``, ``join`` and ``only`` are SQL of the calling module over ``m`` (the matter) and what it joins.
    """
    asked = terms.numbers(text)
    if len(asked) < 2:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("select term, orders from hotline_term where term = any(%s::int[])", [[ALL, *asked]])
        counts = dict(cursor.fetchall())
        of = counts.pop(ALL, 0)
        weighed = terms.weights(asked, counts, of)
        whole = sum(weighed.values())
        cursor.execute(
            LIKE.format(columns=columns, join=join, only=only),
            {
                "terms": list(weighed), "weights": list(weighed.values()), "rare": terms.rarest(asked, counts),
                "since": since, "until": until, "town": town, "kind": kind, "besides": besides,
                "least": least * whole, "limit": limit, "most": MOST_READ,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    return [
        Found(pk, kind, topic, town, received_on, frozenset(shared), score / whole, tuple(more))
        for pk, kind, topic, town, received_on, shared, score, *more in rows
    ]
