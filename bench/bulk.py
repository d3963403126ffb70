"""A hundred cases a transaction against one case at a time: the same steps, the same rules, the same rows.

Both take turns in one process on one database with fsync on. Every case of a batch passes permission, validation and
guards by itself; only the statements are shared.
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

    _seven.register()
    _house.store(_seven.declaration())
    from yiwang.matters import actions
    from yiwang.matters.actions.bulk import Newcomer

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

    def rate(run: Callable[[int], None], count: int) -> float:
        began = time.perf_counter()
        run(count)
        return count / (time.perf_counter() - began)

    rate(one_by_one, 3), rate(together, BATCH)
    single: list[float] = []
    batched: list[float] = []
    for _ in range(ROUNDS):
        single.append(rate(one_by_one, 20))
        batched.append(rate(together, BATCH))
    print(f"one by one {median(single):,.1f} cases/s, {BATCH} a transaction {median(batched):,.1f} cases/s")
    return 0 if verdict("bulk path against one by one", median(batched) / median(single), TIMES_AT_LEAST) else 1


if __name__ == "__main__":
    sys.exit(main())
