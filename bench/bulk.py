"""A hundred cases a transaction against one case at a time: the same steps, the same rules, the same rows.

All take turns in one process on one database with fsync on. Every case of a batch passes permission, validation and
guards at every step by itself; only reading and writing are shared. The limit is on a hundred whole cases a transaction
(``live_many``: what a year or another system's past goes through; it leaves out the after-jobs, one row a case). One
step of a hundred cases a transaction (``take_many``: what a desk does to a list) reads and writes at every step and is
printed beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from bench import _house
from bench._machine import machine, verdict, versions
from bench._seven import OPENING, STEPS, VALUES

ROUNDS = 5
BATCH = 100
TIMES_AT_LEAST = 8


def main() -> int:
    _house.build(settings="yiwang.config.settings")
    _house.load_calendar()
    from bench import _seven
    from tests.factories.rules import store

    _seven.register()
    store(_seven.declaration())
    from yiwang.kernel.permissions import SYSTEM
    from yiwang.matters import actions
    from yiwang.matters.actions.bulk import Newcomer
    from yiwang.matters.actions.living import Deed, Past, live_many

    print(f"{machine()}\n{versions('django', 'psycopg')}")
    who, when = _seven.doers(), _house.moment(24)
    own = {name: value for name, value in OPENING.items() if name != "process"}

    def one_by_one(count: int) -> None:
        for _ in range(count):
            matter = actions.open(**OPENING, by=who["submit"], at=when)
            for step in STEPS:
                matter = actions.take(
                    reference=matter.reference, step=step, by=who[step], at=when, values=VALUES.get(step)
                )
            assert matter.state == "rated"

    def together(count: int) -> None:
        newcomers = [Newcomer(**own)] * count
        opened = actions.open_many(process="bench.seven", newcomers=newcomers, by=who["submit"], at=when)
        references = [matter.reference for matter in opened.done]
        for step in STEPS:
            bulk = actions.take_many(references=references, step=step, by=who[step], at=when, values=VALUES.get(step))
            assert not bulk.refused
        assert all(matter.state == "rated" for matter in bulk.done)

    def whole(count: int) -> None:
        deeds = [Deed("submit", who["submit"], when)]
        deeds += [Deed(step, who[step], when, values=VALUES.get(step)) for step in STEPS]
        pasts = [Past(Newcomer(**own), deeds)] * count
        lived = live_many(process="bench.seven", pasts=pasts, by=SYSTEM, at=when)
        assert not lived.refused
        assert all(life.matter.state == "rated" for life in lived.done)

    def rate(run: Callable[[int], None], count: int) -> float:
        began = time.perf_counter()
        run(count)
        return count / (time.perf_counter() - began)

    turns = ((one_by_one, 100), (together, BATCH), (whole, BATCH))
    for run, count in turns:
        run(count)
    rates: list[list[float]] = [[] for _ in turns]
    for _ in range(ROUNDS):
        for (run, count), found in zip(turns, rates, strict=True):
            found.append(rate(run, count))
    single, stepwise, lives = (median(found) for found in rates)
    print(
        f"one by one {single:,.1f} cases/s; {BATCH} cases a transaction {lives:,.1f} cases/s;"
        f" one step of {BATCH} a transaction {stepwise:,.1f} cases/s, {stepwise / single:.2f} times one by one"
    )
    return 0 if verdict("whole cases in bulk against one by one", lives / single, TIMES_AT_LEAST) else 1


if __name__ == "__main__":
    sys.exit(main())
