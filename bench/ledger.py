"""The ledger: what a line costs eight writers on different matters, and how fast the whole is verified.

Writers send the engine's own step statement (matter, seat, clock, opinion, ledger line); the peer is the same statement
without the ledger row and without the head in the matter's row. Both take turns on the same matters, fsync on; the line
is composed and hashed in the writer's time. Verification reads entries as steps write them, sealed by checkpoints, on
all cores: text against columns, digest, chain, leaves, roots, heads.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from datetime import timedelta
from statistics import median
from typing import Any

import psycopg

from bench import _house
from bench._machine import machine, verdict, versions

WRITERS, MATTERS = 8, 150  # a writer's own matters
ROUNDS, SECONDS = 7, 2.0
ENTRIES = 1_000_000
VERIFIED = 3  # runs; the median counts


class Writer:
    """Eight of these press at once. Each keeps the standing of its matters, as the step's read would have brought it."""

    def __init__(self, conninfo: str, number: int) -> None:
        from yiwang.matters import statements

        self.connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=1)
        self.cursor = self.connection.cursor()
        self.whole = statements._writing(False, False, False, False, False, 0, 1, 0, 1, 1, 0, "", ())
        bare, lines = re.subn(r" l as \(insert into ledger_entry .*? from w\),", "", self.whole)
        bare, heads = re.subn(r"head_digest = %s, head_ordinal = m.head_ordinal \+ 1, ", "", bare)
        self.bare = bare.replace("m.head_ordinal as o", "m.version as o")  # the opinion's key still needs a number
        assert (lines, heads) == (1, 1), "the step's statement has changed its shape"
        self.matters = [[number * MATTERS + i + 1, 1, 1, b""] for i in range(MATTERS)]
        self.place = 0
        newest = self.cursor.execute(f"select {statements.REVISION}").fetchone()
        self.revision = str(newest[0]) if newest else "0"

    def make(self) -> None:
        """Matters with one open seat, one clock and their first line."""
        from yiwang.foundation.ledger import rules

        at, day = _house.moment(23), _house.moment(23).date()
        for matter in self.matters:
            key = matter[0]
            body = rules.canonical(
                **self._line(key, 1, at),
                detail={"process": "bench.licence@2026.1", "step": "submit", "state": "received"},
            )
            matter[3] = rules.digest(rules.GENESIS, body)
            self.cursor.execute(
                "insert into matter (id, reference, process_id, process_version, chain, state, version, organ_id, item,"
                " guide, title, received_at, counted_on, settings, steps, head_ordinal, head_digest)"
                " values (%s, %s, 'bench.licence', '2026.1', '', 'received', 1, 12, '', '', '', %s, %s, '{}', '', 1, %s)",
                [key, f"B{key}", at, day, matter[3]],
            )
            self.cursor.execute(
                "insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)"
                " values (%s, 1, %s, %s, 'bench.licence.accept', 'staff:1001', '12', %s, %s, %s)",
                [f"matter:B{key}", at, at, body, rules.GENESIS, matter[3]],
            )
            self.cursor.execute(
                "insert into matter_seat (id, matter_id, seat, organ_id, role, phase, clock, opened_at)"
                " values (%s, %s, 'review', 12, 'reviewer', '', '', %s)",
                [key, key, at],
            )
            self.cursor.execute(
                "insert into matter_clock (matter_id, clock, kind, unit, days, started_on, pauses, provisional, revision)"
                " values (%s, 'legal', 'legal', 'working-day', 20, %s, '[]', false, 1)",
                [key, day],
            )

    def _line(self, key: int, ordinal: int, at: Any) -> dict[str, Any]:
        return {
            "subject": f"matter:B{key}", "ordinal": ordinal, "at": at, "recorded_at": at,
            "event": "bench.licence.accept", "actor": "staff:1001", "organ": "12",
        }  # fmt: skip

    def step(self, *, with_ledger: bool) -> None:
        from yiwang.foundation.ledger import rules

        self.place = (self.place + 1) % MATTERS
        matter = self.matters[self.place]
        key, version, ordinal, head = matter
        at = _house.moment(24)
        when = at.isoformat()
        params: list[Any] = ["received", "accept|"]
        if with_ledger:
            detail = {"process": "bench.licence@2026.1", "step": "accept", "state": "received", "clocks": ["legal"]}
            body = rules.canonical(**self._line(key, ordinal + 1, at), detail=detail)
            digest = rules.digest(head, body)
            params.append(digest)
        params += [str(key), str(version), self.revision, when]
        if with_ledger:
            params += [when, "bench.licence.accept", "staff:1001", "12", body, head]
        params += ["review", "12", "reviewer", "", None, "", None, str(key)]
        params += ["legal", "legal", "working-day", "20", "2026-09-23", None, "[]", None, "2026-10-28", "false", "1"]
        params += ["staff:1001", "opinion" if with_ledger else "bare", "accept", "符合法定条件，同意受理。"]
        self.cursor.execute(self.whole if with_ledger else self.bare, params)
        assert self.cursor.fetchone(), "somebody else wrote this matter"
        matter[1] += 1
        if with_ledger:
            matter[2], matter[3] = ordinal + 1, digest


def rate(writers: list[Writer], *, with_ledger: bool) -> float:
    """Steps a second of all writers together."""
    stop, counts = time.perf_counter() + SECONDS, [0] * len(writers)
    failures: list[BaseException] = []

    def work(k: int) -> None:
        try:
            while time.perf_counter() < stop:
                writers[k].step(with_ledger=with_ledger)
                counts[k] += 1
        except BaseException as failure:
            failures.append(failure)

    started = time.perf_counter()
    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(writers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.perf_counter() - started)


def writing(conninfo: str) -> bool:
    writers = [Writer(conninfo, k) for k in range(WRITERS)]
    for writer in writers:
        writer.make()
    for with_ledger in (False, True):  # plans prepared, pages warm
        rate(writers, with_ledger=with_ledger)
    pairs = []
    for turn in range(ROUNDS):
        order = (False, True) if turn % 2 else (True, False)
        found = {with_ledger: rate(writers, with_ledger=with_ledger) for with_ledger in order}
        pairs.append((found[True], found[False]))
    with_, without = median(w for w, _ in pairs), median(p for _, p in pairs)
    print(f"      {WRITERS} writers: {with_:,.0f} steps/s with the ledger, {without:,.0f} without")
    return verdict("steps with ledger against without", 100 * median(w / p for w, p in pairs), 75, "%", aim=95)


def fill(conninfo: str, count: int) -> None:
    """Entries as seven-step matters write them, a thousand matters interleaved, sealed by checkpoints."""
    from yiwang.foundation.ledger import rules, sealing

    at, heads = _house.moment(1), {}
    with psycopg.connect(conninfo, autocommit=True) as connection, connection.cursor() as cursor:
        columns = "subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest"
        with cursor.copy(f"copy ledger_entry ({columns}) from stdin") as copy:
            for i in range(count):
                block, within = divmod(i, 7000)
                subject = f"matter:20260923{block * 1000 + within % 1000:08d}"
                ordinal, previous = heads.get(subject, (0, rules.GENESIS))
                moment = at + timedelta(milliseconds=3 * i, microseconds=i % 997)
                line = {
                    "subject": subject, "ordinal": ordinal + 1, "at": moment, "recorded_at": moment,
                    "event": "services.licence.accept", "actor": f"staff:{i % 40}", "organ": str(i % 12),
                }  # fmt: skip
                detail = {"process": "services.licence@2026.1", "step": "accept", "clocks": ["legal", "promised"]}
                body = rules.canonical(**line, detail=detail)
                heads[subject] = (ordinal + 1, rules.digest(previous, body))
                copy.write_row([*line.values(), body, previous, heads[subject][1]])
        with cursor.copy("copy ledger_head (subject, ordinal, digest) from stdin") as copy:
            for subject, (ordinal, digest) in heads.items():
                copy.write_row([subject, ordinal, digest])
        cursor.execute("vacuum analyze ledger_entry")
    sealing.checkpoint(at=_house.moment(24))


def verification(conninfo: str) -> bool:
    from django.db import connection

    from yiwang.foundation.ledger import audit, queries

    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze ledger_leaf")
        cursor.execute("checkpoint")
    rates = []
    for _ in range(VERIFIED):
        started = time.perf_counter()
        seen = audit.audit(conninfo, heads=queries.heads())
        rates.append(seen.entries / (time.perf_counter() - started))
        assert seen.misfit is None, seen.misfit
        assert seen.leaves == seen.entries, "every entry has its leaf"
    print(f"      {seen.entries:,} entries, {seen.checkpoints} checkpoints")
    return verdict("entries verified a second", median(rates), 200_000, "/s")


def main() -> int:
    _house.build(settings="yiwang.config.settings")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('fsync')")
        server, fsync = cursor.fetchone()
    print(f"      {machine()}; PostgreSQL {server}, fsync {fsync}; {versions('psycopg', 'django')}")
    conninfo = connection.connection.info.dsn
    kept = writing(conninfo)
    fill(conninfo, ENTRIES)
    return 0 if verification(conninfo) and kept else 1


if __name__ == "__main__":
    sys.exit(main())
