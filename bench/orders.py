"""An order of the hotline through its life beside the licence's seven steps, on one engine; and Open311 over ten thousand.

Both lives are seven durable steps, taken in turns in one process on one database with fsync on: recorded, dispatched, signed
for, caller contacted, replied, passed, satisfied; against submit, accept, two reviews, decide, issue, rate. The hotline's own
deeds, which look up the order, the rule of the day, units and the reading of a reply besides, are printed without a limit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from bench import _house
from bench._machine import machine, verdict, versions

ROUNDS, SECONDS, STEPS = 5, 1.0, 7
ORDERS = 10_000
PAGE = 1000
ANSWER = "9月24日，我局执法队到文明路垃圾点现场核查，依照城市市容和环境卫生管理条例责令当日清运。如再发生请拨打0700-3310297。"
SAME = "测速时每件答复相同，照此发出。"
DAY = date(2026, 9, 24)


def lives() -> tuple[Callable[[], None], Callable[[], None]]:
    """An order by the engine alone, and by the hotline's own deeds."""
    from yiwang.foundation.organs import queries as organs
    from yiwang.foundation.organs.models import Account
    from yiwang.governance.hotline import actions, queries
    from yiwang.governance.hotline.actions.recording import PROCESS, TABLE, budgets
    from yiwang.governance.hotline.rules import Intake
    from yiwang.matters import actions as matters

    when = _house.moment(24)
    who = {
        name: organs.doer_of(Account.objects.get(username=name), when)
        for name in ("hotline-1", "hotline-2", "hotline-3", "urban-management-1")
    }
    house, unit = queries.hotline_organ(DAY), who["urban-management-1"].organ_id
    said = Intake("complaint", "waste", "垃圾没人清", "文明路垃圾堆了三天没人清", "phone", disclosure="anonymous")
    steps = (
        ("dispatch", "hotline-1", {"organ": "urban-management"}),
        ("sign", "urban-management-1", {}),
        ("contact", "urban-management-1", {}),
        ("reply", "urban-management-1", {"answer": ANSWER, "result": "solved", "overrule": SAME}),
        ("pass", "hotline-2", {}),
        ("satisfied", "hotline-3", {"level": "good"}),
    )
    days = budgets(queries.rule(DAY), said)
    given = {"order": said, "today": (0, 1), "respond_by_at": None}
    title = "投诉：垃圾清运"

    def engine() -> None:
        made = matters.open(
            process=PROCESS, by=who["hotline-1"], at=when, organ_id=house, title=title, budgets=days, given=given,
            step="record",
        )  # fmt: skip
        for step, name, values in steps:
            made = matters.take(
                reference=made.reference, step=step, by=who[name], at=when, values=values, version=made.version,
                given={"organ_id": unit}, of=TABLE,
            )  # fmt: skip
        assert made.state == "closed-satisfied"

    def deeds() -> None:
        made = actions.record(intake=said, by=who["hotline-1"], at=when)
        for step, name, values in steps:
            made = actions.take(
                reference=made.reference, step=step, by=who[name], at=when, values=values, version=made.version
            )
        assert made.state == "closed-satisfied"

    return engine, deeds


def licence() -> Callable[[], None]:
    from bench.lifecycle import ours

    return ours()


def listed() -> float:
    """Seconds for a thousand of ten thousand orders as JSON over HTTP, and what a page of them costs at the far end."""
    from django.core.cache import cache
    from django.test import Client

    client = Client()

    def read(page: int) -> float:
        cache.clear()
        began = time.perf_counter()
        answer = client.get("/open311/v2/requests.json", {"page": page, "page_size": PAGE})
        took = time.perf_counter() - began
        assert len(answer.json()) == PAGE, answer.content[:200]
        return took

    read(1)
    first, last = (median(read(page) for _ in range(5)) for page in (1, ORDERS // PAGE))
    print(f"open311: page 1 of {PAGE} in {first * 1e3:.0f} ms, page {ORDERS // PAGE} in {last * 1e3:.0f} ms")
    return max(first, last)


def fill() -> None:
    """Ten thousand orders of the last weeks, through the bulk path."""
    from django.db import connection

    from yiwang.config.year import voices
    from yiwang.foundation.calendar import queries as calendar

    since, until = DAY - timedelta(days=80), DAY
    days = {since + timedelta(days=number): 1 for number in range(80)}
    total = round(ORDERS * 1.3)  # reports are in no public list
    stated = voices.Voices(total, total - 200, 200, 200, 100)
    began = time.perf_counter()
    made = voices.write(stated, since=since, until=until, seed=1, table=calendar.table(), days=days)
    took = time.perf_counter() - began
    assert made == stated
    print(f"{total} orders through the bulk path in {took:.1f} s, {total / took:,.0f} orders/s")
    with connection.cursor() as cursor:
        for name in ("matter", "hotline_order", "matter_clock", "ledger_entry"):
            cursor.execute(f"vacuum analyze {name}")


def main() -> int:
    _house.build()
    from django.conf import settings

    from bench import _seven
    from tests.factories.rules import store
    from yiwang.foundation.packs import actions as packs
    from yiwang.kernel import packs as reader
    from yiwang.kernel.permissions import SYSTEM

    packs.load(reading=reader.read(settings.PACKS), by=SYSTEM, at=_house.moment(1))
    _seven.register()
    store(_seven.declaration())
    print(f"{machine()}\n{versions('django', 'psycopg')}")
    engine, deeds = lives()
    runners = {"licence": licence(), "order": engine, "order, by the hotline's deeds": deeds}
    rates: dict[str, list[float]] = {name: [] for name in runners}
    for run in runners.values():
        for _ in range(3):
            run()
    for _ in range(ROUNDS):
        for name, run in runners.items():
            done, began = 0, time.perf_counter()
            while (passed := time.perf_counter() - began) < SECONDS:
                run()
                done += 1
            rates[name].append(done * STEPS / passed)
    for name, found in rates.items():
        print(f"{name:30s} {median(found):8.1f} steps/s")
    fill()
    kept = [
        verdict("an order's steps against the licence's", median(rates["order"]) / median(rates["licence"]), 0.9),
        verdict("Open311, a thousand of ten thousand", listed() * 1e3, 1000, " ms", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
