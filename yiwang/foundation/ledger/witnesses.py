"""What else bears witness to the ledger: every subject's head, the checkpoints' signatures, what has been published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg

from yiwang.foundation.ledger.verifying import Misfit

# One pass over the entries: those beyond their head, those that end a subject with another digest, those of no head;
# and how many ends there are, which is how many heads there must be.
ENDS = """
select count(*) filter (where e.ordinal = h.ordinal) as ends, (select count(*) from ({heads}) one) as heads,
       count(*) filter (where h.subject is null or e.ordinal > h.ordinal
                              or (e.ordinal = h.ordinal and e.digest is distinct from h.digest)) as strays
from ledger_entry e left join ({heads}) h on h.subject = e.subject
"""
HEADS = """
select h.subject, h.ordinal, e.number, e.digest = h.digest as same,
       (select min(number) from ledger_entry n where n.subject = h.subject and n.ordinal > h.ordinal) as beyond
from ({heads}) h
left join ledger_entry e on e.subject = h.subject and e.ordinal = h.ordinal
where e.digest is distinct from h.digest
   or exists (select from ledger_entry n where n.subject = h.subject and n.ordinal = h.ordinal + 1)
"""
# Materialized: asked for one row, PostgreSQL would compare every first entry with every head in turn.
HEADLESS = """
with stray as materialized (
    select e.number, e.subject, e.ordinal from ledger_entry e
    where e.ordinal = 1 and not exists (select from ({heads}) h where h.subject = e.subject))
select number, subject, ordinal from stray order by number limit 1
"""


def ends(connection: psycopg.Connection[Any], heads: str) -> Misfit | None:
    """Check that each subject ends where its head says. ``heads`` is a query of (subject, ordinal, digest)."""
    cursor = psycopg.Cursor(connection)
    found: list[Misfit] = []
    cursor.execute("set local enable_nestloop = off")  # without statistics it would be chosen, and never end
    cursor.execute(ENDS.format(heads=heads), prepare=False)
    counted = cursor.fetchone()
    if counted and counted[0] == counted[1] and not counted[2]:
        cursor.execute("set local enable_nestloop = on")
        return None
    cursor.execute(HEADS.format(heads=heads), prepare=False)  # built from declared SQL
    for subject, ordinal, number, same, beyond in cursor.fetchall():
        if beyond is not None:
            found.append(Misfit(beyond, "head", f"超出对象的末条（末条是第 {ordinal} 条）", subject, ordinal + 1))
        elif number is None:
            cursor.execute("select coalesce(max(number), 0) from ledger_entry where subject = %s", [subject])
            last = cursor.fetchone()
            found.append(
                Misfit(last[0] if last else 0, "missing", f"同一对象缺第 {ordinal} 条（末条）", subject, ordinal)
            )
        elif not same:
            found.append(Misfit(number, "head", "摘要与对象的末条摘要不符", subject, ordinal))
    cursor.execute(HEADLESS.format(heads=heads), prepare=False)
    row = cursor.fetchone()
    cursor.execute("set local enable_nestloop = on")
    if row:
        found.append(Misfit(row[0], "head", "对象没有末条：这一条不是经系统写入的", row[1], row[2]))
    return min(found, key=Misfit.place, default=None)


LOST = """
select (body::json -> 'detail' ->> 'last_epoch')::int, (body::json -> 'detail' ->> 'last_checkpoint')::int,
       (body::json -> 'detail' ->> 'published')::int
from ledger_entry where subject = 'ledger' and event = 'ledger.epoch-opened'
"""


def lost(connection: psycopg.Connection[Any]) -> list[tuple[int, int, int]]:
    """(epoch, last restored, last published) of every restore from a backup older than what had been published."""
    rows = connection.execute(LOST).fetchall()
    return [(epoch, last, reach) for epoch, last, reach in rows if None not in (epoch, last, reach) and reach > last]


def published(connection: psycopg.Connection[Any], lines: Iterator[Mapping[str, Any]]) -> Misfit | None:
    """Compare what was published (``{"checkpoint": text, …}``) with what is kept; a difference is a fork.

    What an older backup is known to have lost is no misfit: the ledger itself says so since that restore.
    """
    cursor = psycopg.Cursor(connection)
    known = lost(connection)
    for line in lines:
        stated = json.loads(line["checkpoint"])
        cursor.execute(
            "select body from ledger_checkpoint where number = %s and epoch = %s", [stated["number"], stated["epoch"]]
        )
        row = cursor.fetchone()
        if row is None:
            if any(e == stated["epoch"] and last < stated["number"] <= reach for e, last, reach in known):
                continue
            why = f"公布过的第 {stated['number']} 号存证（纪元 {stated['epoch']}）在库中不存在"
        elif row[0] != line["checkpoint"]:
            why = f"第 {stated['number']} 号存证与公布的不同"
        else:
            continue
        cursor.execute("select coalesce(min(entry), 0) from ledger_leaf where checkpoint_id = %s", [stated["number"]])
        entry = cursor.fetchone()
        return Misfit(entry[0] if entry else 0, "fork", why)
    return None


def signatures(connection: psycopg.Connection[Any], fault: Callable[[bytes, bytes, str], str | None]) -> Misfit | None:
    """The first checkpoint whose signature is wrong; ``fault(text, signature, seal)`` says how, in Chinese."""
    cursor = psycopg.Cursor(connection)
    rows = cursor.execute(
        "select number, body, signature, seal, (select min(entry) from ledger_leaf where checkpoint_id = number)"
        " from ledger_checkpoint where signature <> '' order by number",
        binary=True,
    ).fetchall()
    for number, body, signature, seal, entry in rows:
        if why := fault(body.encode(), signature, seal):
            return Misfit(entry or 0, "signature", f"所在的第 {number} 号存证：{why}")
    return None
