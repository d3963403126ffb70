"""The year's figures of all cases: ours, the same in plain SQL on PostgreSQL, the same in hand-written DuckDB SQL.

One run, one machine, the same rows: PostgreSQL with 2 GB of shared buffers, 64 MB of work memory, parallel queries and
the product's indexes. Every figure's numerator and denominator must agree on all three before anything is timed.
``./yw bench figures`` measures 100,000 cases, with ``--full`` 1,000,000. Ours are measured twice, counted from rows and from
groups of rows as the house answers them; compilation is reported apart, and no answer is kept from one turn to the next.
"""

from __future__ import annotations

import sys
import time
from datetime import date

from bench import _cases, _house
from bench._machine import machine, verdict, versions

CASES = 1_000_000 if "--full" in sys.argv else 100_000
OPTIONS = "-c shared_buffers=2GB -c work_mem=64MB -c max_parallel_workers_per_gather=2 -c max_wal_size=8GB"
AGAINST_POSTGRES, AGAINST_DUCKDB = 12, 1.3
TIMES = 15
SINCE, UNTIL = date(2026, 1, 1), date(2027, 1, 1)
PERIOD = "'2026-01-01' and {0}_on < '2027-01-01' and {0}_recorded_at <= $cut_off"
SHANGHAI = "timestamptz '2026-01-01 00:00+08' and {0} < timestamptz '2027-01-01 00:00+08'"
FIRST = "(select min(e.at) from ledger_entry e where e.subject = 'matter:' || m.reference and e.event = m.process_id || '.{0}')"

ACCEPTED = f"with c as (select m.*, {FIRST.format('accept')} as accepted from matter m join cases_case k on k.matter_id = m.id)"
# id → (PostgreSQL, DuckDB); each answers numerator and denominator
BY_HAND = {
    "cases.received": (
        f"select count(*), null from matter m join cases_case c on c.matter_id = m.id where m.received_at >= {SHANGHAI.format('m.received_at')}",
        f"select count(*), null from cases where received_on >= {PERIOD.format('received')}",
    ),
    "cases.accepted": (
        f"select count(*), null from ledger_entry where event like 'services.%.accept' and at >= {SHANGHAI.format('at')}",
        f"select count(*), null from cases where accepted_on >= {PERIOD.format('accepted')}",
    ),
    "cases.closing-rate": (
        f"{ACCEPTED} select count(*) filter (where closed_at < timestamptz '2027-01-01 00:00+08'), count(*) from c"
        f" where accepted >= {SHANGHAI.format('accepted')}",
        "select count(*) filter (where closed_on < '2027-01-01' and closed_recorded_at <= $cut_off), count(*) from cases"
        f" where accepted_on >= {PERIOD.format('accepted')}",
    ),
    "cases.online-rate": (
        "select count(*) filter (where c.channel in ('portal', 'phone')), count(*) from matter m join cases_case c on"
        f" c.matter_id = m.id where m.received_at >= {SHANGHAI.format('m.received_at')}",
        "select count(*) filter (where channel in ('portal', 'phone')), count(*) from cases"
        f" where received_on >= {PERIOD.format('received')}",
    ),
    "cases.on-time-rate": (
        f"select count(*) filter (where k.stopped_on <= k.due_on), count(*) from matter m join cases_case c on c.matter_id = m.id"
        f" join matter_clock k on k.matter_id = m.id and k.clock = 'promised' where c.outcome <> '' and {FIRST.format('accept')} is not"
        f" null and m.closed_at >= {SHANGHAI.format('m.closed_at')}",
        "select count(*) filter (where on_time), count(*) from cases where accepted_recorded_at <= $cut_off and accepted_on <"
        " '2027-01-01' and decided_recorded_at <= $cut_off and decided_on < '2027-01-01'"
        f" and closed_on >= {PERIOD.format('closed')}",
    ),
    "cases.denied": (
        f"select count(*), null from cases_case c join matter m on m.id = c.matter_id where c.outcome = 'denied' and"
        f" {FIRST.format('deny')} >= {SHANGHAI.format(FIRST.format('deny'))}",
        f"select count(*), null from cases where outcome = 'denied' and decided_on >= {PERIOD.format('decided')}",
    ),
    "cases.handling-days-mean": (
        "select sum(calendar_elapsed(a, d)), count(*) from (select ("
        + FIRST.format("accept")
        + " at time zone 'Asia/Shanghai')::date as"
        " a, c.decided_on as d from matter m join cases_case c on c.matter_id = m.id"
        " where c.decided_on >= '2026-01-01' and c.decided_on < '2027-01-01') x",
        f"select sum(handling_days), count(handling_days) from cases where decided_on >= {PERIOD.format('decided')}",
    ),
}


def timed(ask) -> float:
    """Seconds of one run."""
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def main() -> int:
    _house.build(settings="yiwang.config.settings", options=OPTIONS)
    from django.conf import settings
    from django.db import connection

    from yiwang.foundation.packs import actions as packs
    from yiwang.insight.facts import reading, writing
    from yiwang.insight.indicators import figures
    from yiwang.kernel import packs as reader
    from yiwang.kernel.permissions import SYSTEM

    packs.load(reading=reader.read(settings.PACKS), by=SYSTEM, at=_house.moment(1))
    print(f"{machine()}\n{versions('django', 'duckdb', 'ibis-framework', 'psycopg')}")
    _cases.lay(CASES)
    at = _house.moment(24).replace(year=2027)
    began = time.perf_counter()
    done = writing.write(at=at)
    print(f"{CASES:,} cases, facts of {done.rows:,} rows in {time.perf_counter() - began:.1f} s")
    facts = reading.current()

    def ours(name):
        declared, mark = found[name]
        return figures.of(declared, mark, facts, period=(SINCE, UNTIL), cut_off=at)

    def postgres(name):
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND[name][0])
            return cursor.fetchone()

    def duckdb(name):
        given = {"cut_off": at} if "$cut_off" in BY_HAND[name][1] else {}
        return facts.rows(BY_HAND[name][1], given)[0]

    found = {name: figures.indicator(name, date(2026, 9, 24)) for name in BY_HAND}
    began = time.perf_counter()
    for name in BY_HAND:
        ours(name)
    print(f"compiled once, with loading of Ibis: {time.perf_counter() - began:.2f} s for {len(BY_HAND)} figures")

    def agree():
        for name in BY_HAND:
            one = ours(name)
            answers = {(int(one.numerator), one.denominator), tuple(duckdb(name)), tuple(postgres(name))}
            assert len(answers) == 1, (name, answers)

    def whole():
        facts.forget()
        return [ours(name) for name in BY_HAND]

    def in_turns():
        pairs = [(timed(whole), timed(lambda: [duckdb(name) for name in BY_HAND])) for _ in range(TIMES)]
        return [min(one) for one in zip(*pairs, strict=True)]

    agree()
    # in turns, and the best of each: whatever else the machine does hits both alike; no answer is kept from turn to turn
    by_rows, hand = in_turns()
    began = time.perf_counter()
    writing.tell(on=date(2026, 9, 24))
    print(f"{writing.beside()}; written, and what pages ask compiled, in {time.perf_counter() - began:.1f} s")
    agree()
    by_groups, again = in_turns()
    plain = min(timed(lambda: [postgres(name) for name in BY_HAND]) for _ in range(3))
    print(
        f"{len(BY_HAND)} figures: of rows {by_rows * 1000:.1f} ms, of groups {by_groups * 1000:.1f} ms, DuckDB by hand"
        f" {min(hand, again) * 1000:.1f} ms, PostgreSQL {plain * 1000:.0f} ms"
    )
    kept = verdict("times as fast as plain SQL on PostgreSQL, counted from rows", plain / by_rows, AGAINST_POSTGRES)
    kept &= verdict("of the time of hand-written DuckDB SQL, from rows", by_rows / hand, AGAINST_DUCKDB, at_most=True)
    kept &= verdict(
        "of the time of hand-written DuckDB SQL, as answered", by_groups / again, AGAINST_DUCKDB, at_most=True
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
