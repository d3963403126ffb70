"""Reading the whole ledger again and naming the first entry that does not fit. Plain psycopg, so that it also runs in
worker processes; each takes a stripe of entries (or of checkpoints) under one exported snapshot.

An entry fits if its text is that of its columns, its digest that of its text, its ``previous`` that of the entry
before it in the same subject, its leaf that of its digest, and if it has a leaf once its transaction is history.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import psycopg

from yiwang.foundation.ledger import merkle, rules

BATCH = 5_000  # entries a round trip: 2 MB, which stays in the processor's cache
REMEMBERED = 400_000  # subjects whose last entry a stripe keeps in memory, about 100 MB

_AT = """to_char({} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_ODD = """strpos(actor || event || organ || subject, '"') + strpos(actor || event || organ || subject, '\\') > 0"""
# The text is compared as bytes with a beginning and an end rebuilt from the columns; parsing it in the database would
# cost five times as much. A column with a quote or a backslash never fits here and is looked at again in Python.
ENTRIES = f"""
select e.number, e.subject, e.ordinal, e.digest || e.previous || e.text,
       case when not fits or substring(text from octet_length(text) - octet_length(ending) + 1) <> ending then 2
            when l.digest is null then case when e.xid < %(horizon)s::text::xid8 then 3 else -1 end
            when l.digest <> e.digest then 4 else 0 end
from (
    select number, subject, ordinal, previous, digest, xid, convert_to(body, 'UTF8') as text,
           starts_with(body, '{{"actor":"' || actor || '","at":"' || moment || '","detail":{{') as fits,
           convert_to('}},"event":"' || event || '","ordinal":' || ordinal || ',"organ":"' || organ
                      || '","recorded_at":"' || case when recorded_at = at then moment else {_AT.format("recorded_at")} end
                      || '","subject":"' || subject || case when {_ODD} then '' else '"}}' end, 'UTF8') as ending
    from (select *, {_AT.format("at")} as moment
          from ledger_entry where number >= %(low)s and number < %(high)s offset 0) raw offset 0) e
left join (select entry, digest from ledger_leaf where entry >= %(low)s and entry < %(high)s) l on l.entry = e.number
"""
UNSEALED = -1
LEAF_COUNT = "select count(*) from ledger_leaf where entry >= %(low)s and entry < %(high)s"
DELETED = """
select entry from ledger_leaf l where entry >= %(low)s and entry < %(high)s
and not exists (select from ledger_entry e where e.number = l.entry) order by entry limit 1
"""
COLUMNS = "select at, recorded_at, event, actor, organ, body from ledger_entry where number = %s"
BEFORE = """
select w.subject, w.ordinal, e.digest, e.number
from unnest(%s::text[], %s::int[]) as w (subject, ordinal)
left join ledger_entry e on e.subject = w.subject and e.ordinal = w.ordinal
"""
LEAVES = """
select c.number, c.epoch, c.at, c.size, c.total, c.root, c.previous, c.horizon::text, c.body, c.digest,
       l.leaves, l.count, l.first, l.last, l.entry, l.until
from ledger_checkpoint c
left join lateral (
    select string_agg(digest, ''::bytea order by position) as leaves, count(*) as count,
           min(position) as first, max(position) as last, min(entry) as entry, max(entry) as until
    from ledger_leaf where checkpoint_id = c.number) l on true
where c.number >= %s and c.number < %s order by c.number
"""

SAYS = {
    2: "正文与各列不一致",
    3: "在存证之后才插入：事务号早于存证边界，却不在任何存证里",
    4: "摘要与存证时留下的叶不一致",
}
BROKEN = "前一摘要与同一对象的前一条（{}）的摘要不符，两条之一被改动"
CODES = {2: "columns", 3: "inserted", 4: "leaf"}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit: at which entry, in which subject, and why (Chinese). ``code`` is stable.

    A fault of a whole checkpoint lies anywhere in its entries, ``number`` to ``until``.
    """

    number: int
    code: str
    why: str
    subject: str = ""
    ordinal: int = 0
    until: int = 0

    def place(self) -> tuple[int, bool]:
        """By which the first misfit is chosen: an exact entry comes before the checkpoint that holds it, and what is
        wrong with an entry itself before what its subject's head says of it."""
        return self.until or self.number, self.code == "head"

    def __str__(self) -> str:
        place = f"（{self.subject} 第 {self.ordinal} 条）" if self.subject else ""
        upto = f"至第 {self.until} 号之间" if self.until > self.number else ""
        return f"台账第 {self.number} 号{upto}{place}：{self.why}"


def entries(
    connection: psycopg.Connection[Any], low: int, high: int, horizon: int, *, batch: int = BATCH
) -> tuple[int, Misfit | None]:
    """Check the entries with ``low <= number < high``; answers how many were read and the first misfit.

    ``horizon`` is that of the last checkpoint. Predecessors outside the stripe are looked up, so a stripe needs no
    other stripe's result.
    """
    cursor = psycopg.Cursor(connection)
    heads: dict[str, tuple[int, bytes, int]] = {}
    count = 0
    while low < high:
        upper = min(low + batch, high)
        cursor.execute(ENTRIES, {"low": low, "high": upper, "horizon": str(horizon)}, prepare=False, binary=True)
        rows = sorted(cursor.fetchall(), key=itemgetter(0))
        count += len(rows)
        misfit = _batch(cursor, rows, heads)
        cursor.execute(LEAF_COUNT, {"low": low, "high": upper}, prepare=False)
        counted = cursor.fetchone()
        if misfit or counted is None or counted[0] != sum(row[4] != UNSEALED for row in rows):
            cursor.execute(DELETED, {"low": low, "high": upper}, prepare=False)
            if (gone := cursor.fetchone()) and (misfit is None or gone[0] < misfit.number):
                misfit = Misfit(gone[0], "deleted", "存证里有这一条的叶，但台账里没有这一条（被删除）")
        if misfit:
            return count, misfit
        if len(heads) > REMEMBERED:
            heads.clear()
        low = upper
    return count, None


def _batch(cursor: psycopg.Cursor[Any], rows: list[Any], heads: dict[str, tuple[int, bytes, int]]) -> Misfit | None:
    new, known, genesis = rules.STARTED.copy, heads.get, rules.GENESIS
    asked: dict[tuple[str, int], tuple[int, bytes]] = {}  # predecessor -> who asks, and the digest it must have
    found: Misfit | None = None
    for number, subject, ordinal, whole, state in rows:
        if state <= 0 or (state == 2 and _fits(cursor, number, subject, ordinal)):
            hashed, digest, previous = new(), whole[:32], whole[32:64]
            hashed.update(whole[32:])
            if hashed.digest() == digest:
                before = known(subject)
                heads[subject] = (ordinal, digest, number)
                if before is None:
                    if ordinal == 1:
                        if previous == genesis:
                            continue
                    else:
                        asked[subject, ordinal - 1] = (number, previous)
                        continue
                elif before[0] == ordinal - 1 and before[1] == previous:
                    continue
                found = Misfit(number, "chain", _chain_says(before, ordinal), subject, ordinal)
            else:
                found = Misfit(number, "digest", "摘要不是正文的摘要（正文或前一摘要被改动）", subject, ordinal)
        else:
            found = Misfit(number, CODES[state], SAYS[state], subject, ordinal)
        break
    return min(filter(None, (found, *_ask(cursor, asked))), key=Misfit.place, default=None)


def _fits(cursor: psycopg.Cursor[Any], number: int, subject: str, ordinal: int) -> bool:
    """The exact comparison of text and columns, by building the text again with the detail it states."""
    cursor.execute(COLUMNS, [number], binary=True)
    row = cursor.fetchone()
    if row is None:
        return False
    at, recorded_at, event, actor, organ, body = row
    line = {"at": at, "recorded_at": recorded_at, "event": event, "actor": actor, "organ": organ}
    try:
        detail = json.loads(body)["detail"]
        return bool(rules.canonical(subject=subject, ordinal=ordinal, detail=detail, **line) == body)
    except (ValueError, KeyError, TypeError):
        return False


def _chain_says(before: tuple[int, bytes, int] | None, ordinal: int) -> str:
    if before is not None and ordinal > before[0] + 1:
        return f"同一对象缺第 {before[0] + 1} 条"
    if before is not None and ordinal <= before[0]:
        return "对象内序号重复或倒退"
    return BROKEN.format(f"第 {before[2]} 号" if before else "无前一条")


def _ask(cursor: psycopg.Cursor[Any], asked: dict[tuple[str, int], tuple[int, bytes]]) -> Iterator[Misfit]:
    if not asked:
        return
    subjects, ordinals = zip(*asked, strict=True)
    cursor.execute(BEFORE, [list(subjects), list(ordinals)], prepare=False, binary=True)
    for subject, ordinal, digest, before in cursor.fetchall():
        number, previous = asked[subject, ordinal]
        if digest is None:
            yield Misfit(number, "missing", f"同一对象缺第 {ordinal} 条", subject, ordinal + 1)
        elif digest != previous:
            yield Misfit(number, "chain", BROKEN.format(f"第 {before} 号"), subject, ordinal + 1)


def checkpoints(connection: psycopg.Connection[Any], low: int, high: int) -> tuple[int, Misfit | None]:
    """Check the checkpoints with ``low <= number < high`` against their leaves and each other.

    Answers the number of leaves read and the first misfit.
    """
    cursor = psycopg.Cursor(connection)
    cursor.execute("select total, digest from ledger_checkpoint where number = %s", [low - 1], binary=True)
    before = cursor.fetchone()
    count, found = 0, None
    for number in range(low, high):
        cursor.execute(LEAVES, [number, number + 1], prepare=True, binary=True)
        row = cursor.fetchone()
        if row is None:
            why: str | None = f"缺第 {number} 号存证"
            entry, until = _first_after(cursor, number), 0
        else:
            entry, until = row[14] or 0, row[15] or 0
            why = _checkpoint_says(row, before, first=number == 1)
            count += row[11]
        if why is not None:
            says = why if row is None else f"所在的第 {number} 号存证：{why}"
            found = found or Misfit(entry, "checkpoint", says, until=until)
        before = (row[4], row[9]) if row else None
    return count, found


def _first_after(cursor: psycopg.Cursor[Any], number: int) -> int:
    cursor.execute("select coalesce(min(entry), 0) from ledger_leaf where checkpoint_id >= %s", [number])
    answer = cursor.fetchone()
    return int(answer[0]) if answer else 0


def _checkpoint_says(row: Any, before: tuple[int, bytes] | None, *, first: bool) -> str | None:
    number, epoch, at, size, total, root, previous, horizon, body, digest = row[:10]
    leaves, count, lowest, highest = row[10] or b"", row[11], row[12], row[13]
    text = rules.checkpoint_text(
        number=number, epoch=epoch, at=at, size=size, total=total, root=root, previous=previous, horizon=int(horizon)
    )
    if body != text:
        return "存证正文与各列不一致"
    if rules.sm3(body.encode()) != digest:
        return "存证摘要不是正文的摘要"
    if before is None and first:
        before = (0, rules.GENESIS)
    if before is not None and (total != before[0] + size or previous != before[1]):
        return "没有接在前一号存证之后"
    if count != size or (count and (lowest != 0 or highest != size - 1)):
        return f"应有 {size} 片叶，实有 {count} 片"
    if merkle.root(leaves[at : at + 32] for at in range(0, len(leaves), 32)) != root:
        return "各叶算出的树根与存证的树根不符"
    return None
