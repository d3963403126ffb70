"""Figures from groups of rows against a scan of the rows: the same figures as ``bench figures``, over facts alone.

No PostgreSQL: the facts of so many cases of two years are laid as ``./yw facts`` lays them, in bounded memory, and the house groups
them. Every figure must agree with the hand-written SQL over all rows before anything is timed, at the newest cut-off and at
a day's end. ``./yw bench cube`` measures a million cases, with ``--full`` ten million.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import _cases
from bench._machine import machine, verdict, versions

FULL = "--full" in sys.argv
CASES = 10_000_000 if FULL else 1_000_000
AT_LEAST = 25 if FULL else 2  # times as fast as a scan; the aim is stated for ten million
AS_OF, EARLIER = datetime(2027, 1, 10, 3, 4, 5, tzinfo=UTC), datetime(2026, 9, 30, 16, tzinfo=UTC)
TIMES = 9


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="yw-bench-"))
    os.environ |= {"YW_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "yiwang.config.settings", "YW_PLAIN_STATIC": "1"}
    os.environ |= {"YW_SECRET_KEY": "only-for-measuring", "DATABASE_URL": "postgresql://nobody@/none?host=/nowhere"}
    try:
        return measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path) -> int:
    import django

    django.setup()
    from bench.figures import BY_HAND, SINCE, UNTIL, timed
    from tests.factories.indicators import declared
    from yiwang.insight.facts import reading, store
    from yiwang.insight.indicators import cubes, figures, grains

    print(f"{machine()}\n{versions('duckdb', 'ibis-framework', 'pyarrow')}")
    began = time.perf_counter()
    _cases.facts(CASES, as_of=AS_OF)
    size = sum(file.stat().st_size for file in (store.folder() / store.PARTS).iterdir())
    print(f"{CASES:,} cases laid in {time.perf_counter() - began:.0f} s, {size / 1e6:,.0f} MB of Parquet")
    facts = reading.current()
    known = declared()
    began = time.perf_counter()
    cubes.write(known.values(), facts)
    took = time.perf_counter() - began
    beside = cubes.of(facts)
    assert beside is not None
    groups = sum(one.groups for one in beside.kept.values())
    size = sum(file.stat().st_size for file in store.folder().glob("cubes-*.duckdb"))
    offered = len(cubes.wanted(known.values(), facts.contents.parts))
    print(
        f"{len(beside.kept)} of {offered} cubes kept, {groups:,} groups, {size / 1e6:,.1f} MB, written in {took:.0f} s"
    )

    def ours(name, cut_off=AS_OF):
        return figures.of(known[name], "bench", facts, period=(SINCE, UNTIL), cut_off=cut_off)

    def scan(name, cut_off=AS_OF):
        text = BY_HAND[name][1]
        return facts.rows(text, {"cut_off": cut_off} if "$cut_off" in text else {})[0]

    began = time.perf_counter()
    for name in BY_HAND:
        ours(name)
    print(f"compiled once, with loading of Ibis: {time.perf_counter() - began:.2f} s for {len(BY_HAND)} figures")
    for name in BY_HAND:
        assert grains.grouped(known[name], "figure", "", False).table in beside.kept, name
        for cut_off in (AS_OF, EARLIER):
            one = ours(name, cut_off)
            assert (int(one.numerator), one.denominator) == tuple(scan(name, cut_off)), (name, cut_off)

    def grouped():
        facts.forget()  # nothing kept of an earlier look
        return [ours(name) for name in BY_HAND]

    pairs = [(timed(grouped), timed(lambda: [scan(name) for name in BY_HAND])) for _ in range(TIMES)]
    mine, hand = (min(one) for one in zip(*pairs, strict=True))
    print(f"{len(BY_HAND)} figures: of groups {mine * 1000:.1f} ms, by scanning all rows {hand * 1000:.1f} ms")
    return 0 if verdict("times as fast as a DuckDB scan", hand / mine, AT_LEAST) else 1


if __name__ == "__main__":
    sys.exit(main())
