"""A county's year from its totals: cases a second with every step's rules, ledger line, seat, clock and detail row.

The peer is the bulk path that takes a hundred cases a step (``bench.bulk`` measures it against single deeds).
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
SHARE = Fraction(sys.argv[1] if len(sys.argv) > 1 else "1/20")
AT_LEAST, AIM = 800, 2000


def main() -> int:
    _house.build(settings="yiwang.config.settings")
    from django.conf import settings

    from yiwang.config.year import building, cards, profile
    from yiwang.foundation.packs import actions as packs
    from yiwang.kernel import packs as reader
    from yiwang.kernel.permissions import SYSTEM

    packs.load(reading=reader.read(settings.PACKS), by=SYSTEM, at=_house.moment(1))
    print(f"{machine()}\n{versions('django', 'psycopg')}")
    found = profile.read(PROFILE).part(SHARE).ending(date(2026, 9, 23))
    at = _house.moment(24)
    began = time.perf_counter()
    built = building.build(found, at=at)
    took = time.perf_counter() - began
    assert (built.accepted, built.closed) == (found.accepted, found.closed)
    print(f"{built.accepted:,} cases, {built.steps:,} steps in {took:.1f} s")
    kept = verdict("a year from its totals", built.accepted / took, AT_LEAST, " cases/s", aim=AIM)
    began = time.perf_counter()
    raised = cards.raise_for(found, built.matters)
    print(f"cards raised by the sweep: {raised} in {time.perf_counter() - began:.1f} s")
    assert raised == {one.organ: one.cards for one in found.departments if one.cards}, raised
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
