"""An order of the hotline through its life beside the licence's, on one engine; and Open311 over ten thousand.

All lives are seven durable steps, in one process on one database with fsync on, among ten thousand orders that
are there already: recorded, dispatched, signed for, caller contacted, replied, passed, satisfied. The limit is asked of like
with like: the licence the county runs (``services.licence``: submit, materials checked, accept, review, grant, issue, deliver)
keeps a row of its own and four clocks as an order does, its deeds, papers and letters left out as the hotline's are. The bare
procedure the engine is measured with in ``lifecycle`` (submit, accept, two reviews, decide, issue, rate) keeps no row and names
two clocks; it is printed beside them without a limit, as are the hotline's own deeds, which look up the order, the rule of the
day, units and the reading of a reply besides. They take turns life by life, and the median life counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any

from bench import _house
from bench._machine import machine, verdict, versions

LIVES, STEPS = 300, 7
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


def bare() -> Callable[[], None]:
    from bench.lifecycle import ours

    return ours()


def product() -> Callable[[], None]:
    """A licence of the county by the engine alone: its pack's procedure, guards, effects, clocks and row."""
    from yiwang.foundation.organs import queries as organs
    from yiwang.foundation.organs.models import Account, Organ
    from yiwang.kernel.permissions import Doer, Permission
    from yiwang.matters import actions as matters
    from yiwang.services.cases.identity import identity
    from yiwang.services.catalogue import queries as catalogue
    from yiwang.services.catalogue.models import Guide

    when = _house.moment(24)
    organ = Organ.objects.get(code="urban-management")
    guide = Guide.objects.select_related("item").filter(process_id="services.licence").order_by("pk")[0]
    clerk = {
        number: organs.doer_of(Account.objects.get(username=f"urban-management-{number}"), when) for number in (1, 2, 3)
    }
    citizen = Doer("person:9", "citizen", account_id=9, person_id=9, grants=frozenset({(Permission.CASE_APPLY, None)}))
    opinion = {"opinion": "材料齐全，现场核查合格，符合法定条件，建议准予许可。"}
    steps: tuple[tuple[str, Doer, dict[str, str]], ...] = (
        ("check-materials", clerk[1], {}),
        ("accept", clerk[1], {}),
        ("review", clerk[2], {**opinion, "recommendation": "grant"}),
        ("grant", clerk[3], opinion),
        ("issue", clerk[1], {}),
        ("deliver-online", clerk[1], {}),
    )

    def columns(matter: Any) -> dict[str, Any]:
        row = {"organ_id": organ.pk, "hall_id": organ.pk, "party_id": 9, "channel": "portal", "delivery": "online"}
        return {**identity(matter, guide, organ, received_on=DAY), **row, "answers": "{}", "form": b"", "outcome": ""}

    budgets = catalogue.budgets(guide, None)

    def run() -> None:
        made = matters.open(
            process="services.licence", by=citizen, at=when, organ_id=organ.pk, title=guide.item.name[:120], party_id=9,
            item=guide.item.code, guide=f"{guide.item.code}#{guide.version}", chain="two-hands", budgets=budgets,
            organs={"accepting": organ.pk, "hall": organ.pk}, given={"columns": columns}, step="submit",
        )  # fmt: skip
        for step, by, values in steps:
            made = matters.take(
                reference=made.reference,
                step=step,
                by=by,
                at=when,
                values=values,
                version=made.version,
                of="cases_case",
            )
        assert made.state == "delivered"

    return run


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


def timed(runners: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    """Seconds of every life, the runners in a new order each turn: what went before leaves caches warm or cold."""
    lived: dict[str, list[float]] = {name: [] for name in runners}
    turn, chance = list(runners), Random(1)
    for number in range(LIVES + 5):
        chance.shuffle(turn)
        for name in turn:
            began = time.perf_counter()
            runners[name]()
            if number >= 5:
                lived[name].append(time.perf_counter() - began)
    return lived


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
        cursor.execute("vacuum analyze")


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
    fill()
    engine, deeds = lives()
    runners = {"bare procedure": bare(), "order": engine, "licence of the county": product()}
    lived = timed(runners) | timed({"order, by the hotline's deeds": deeds})
    took = {name: median(found) for name, found in lived.items()}
    for name, seconds in took.items():
        print(f"{name:30s} {STEPS / seconds:8.1f} steps/s")
    print(
        f"an order's steps against the bare procedure's, which keep no row: {took['bare procedure'] / took['order']:.2f}×"
    )
    kept = [
        verdict("an order's steps against the county's licence's", took["licence of the county"] / took["order"], 0.9),
        verdict("Open311, a thousand of ten thousand", listed() * 1e3, 1000, " ms", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
