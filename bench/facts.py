"""Facts from a county's year: rows a second out of PostgreSQL, and how quickly a day's changes follow.

``python -m bench facts`` builds a twentieth of the year; ``--full`` the whole of it (159,524 cases). The limit is the
issue's own: nobody waits for facts longer than for the pages that show them.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from fractions import Fraction
from pathlib import Path

from bench import _house
from bench._machine import machine, verdict, versions

PROFILE = Path(__file__).resolve().parents[1] / "yiwang/config/year/profiles/yuancheng-2023.toml"
FULL = "--full" in sys.argv
AT_LEAST, AIM = 20_000, 100_000  # rows of facts a second


def main() -> int:
    _house.build(settings="yiwang.config.settings")
    from django.conf import settings

    from yiwang.config.year import building, cards, profile
    from yiwang.foundation.packs import actions as packs
    from yiwang.insight.facts import store, writing
    from yiwang.kernel import packs as reader
    from yiwang.kernel.permissions import SYSTEM

    packs.load(reading=reader.read(settings.PACKS), by=SYSTEM, at=_house.moment(1))
    print(f"{machine()}\n{versions('django', 'duckdb', 'pyarrow')}")
    found = profile.read(PROFILE).part(Fraction(1 if FULL else "1/20")).ending(date(2026, 9, 23))
    at = _house.moment(24)
    built = building.build(found, at=at)
    cards.raise_for(found, built.matters)
    began = time.perf_counter()
    first = writing.write(at=at)
    whole = time.perf_counter() - began
    began = time.perf_counter()
    again = writing.write(at=at)
    quiet = time.perf_counter() - began
    size = sum(file.stat().st_size for file in (store.folder() / store.PARTS).iterdir())
    cases = sum(part.rows for part in store.contents().parts if part.fact == "cases")
    assert cases == built.accepted, (cases, built.accepted)
    print(
        f"{cases:,} cases, {first.rows:,} rows of {len(first.rewritten)} partitions in {whole:.1f} s, {size / 1e6:.1f} MB"
    )
    print(f"nothing new: {len(again.rewritten)} small partitions in {quiet:.1f} s")
    kept = verdict("facts", first.rows / whole, AT_LEAST, " rows/s", aim=AIM)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
