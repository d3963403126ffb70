"""A year of an invented office as facts: licences that are accepted, reviewed by four clerks and decided."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
from django.conf import settings

from tests.factories.rules import shipped
from yiwang.foundation.calendar import documents, rules
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.insight.whatif import studying
from yiwang.insight.whatif.asked import Asked
from yiwang.insight.whatif.rules import events, scenarios

SINCE, UNTIL = date(2025, 9, 24), date(2026, 9, 24)
CUT_OFF = datetime(2026, 9, 24, tzinfo=SHANGHAI)
DAY = 390
STEPS = ("submit", "accept", "review", "grant")


MOMENT = pa.timestamp("us", tz="UTC")
CARDS = pa.schema([*((name, pa.string()) for name in ("about", "clock", "signal")),
                   *((name, MOMENT) for name in ("raised_recorded_at", "revoked_recorded_at"))])  # fmt: skip


class Facts:
    """What ``Snapshot`` offers, over tables in memory."""

    as_of = CUT_OFF

    def __init__(self, **tables):
        self._connection = duckdb.connect()
        for name, rows in tables.items():
            schema = CARDS if name == "cards" else None
            self._connection.register(name, pa.Table.from_pylist(rows, schema=schema))

    def rows(self, sql, given):
        return self._connection.execute(sql, given).fetchall()

    def table(self, sql, given):
        return self._connection.sql(sql, params=given).to_arrow_table()


def office(*, a_day=6, slower=0, clerks=4, seed=1, work=45):
    """Its facts. ``slower``: in the second half every review lies so many working days longer; ``work``: mean minutes."""
    table = calendar()
    chance = np.random.default_rng(seed)
    middle = table.ordinal(SINCE + (UNTIL - SINCE) / 2)
    arrivals = []
    for ordinal in range(table.ordinal(SINCE - timedelta(days=60)), table.ordinal(UNTIL)):
        for _ in range(int(chance.poisson(a_day))):
            late = slower if ordinal > middle else 0
            tasks = tuple(
                (queue, *_lies(chance, most, late if queue == 1 else 0), float(chance.exponential(minutes)), queue + 1)
                for queue, most, minutes in ((0, 2, 5), (1, 3, work), (2, 2, 5))
            )
            arrivals.append(
                ((ordinal - 1) * DAY + float(chance.uniform(1, 380)), events.Path(tuple((one,) for one in tasks)), True)
            )
    hands = events.Hands(((0,), *[(1,)] * clerks, (2,)))
    ran = events.run(arrivals, hands, 3, day=DAY)
    return table, _rows(table, ran.done, chance, clerks)


def _lies(chance, most, late):
    """Working days, and the minute of the last of them (of none: the share of what is left of the day)."""
    days = int(chance.integers(0, most)) + late
    return days, float(chance.uniform(0, 300) if days else chance.uniform(0, 1))


def _rows(table, done, chance, clerks):
    cases, steps, clocks, cards = [], [], [], []
    for number, minutes in enumerate(done):
        at = [_moment(table, minute) for minute in minutes]
        if at[0] >= CUT_OFF:
            continue
        decided = at[3] if at[3] < CUT_OFF else None
        reference, on = f"M-{number}", at[0].date()
        known = {
            "reference": reference,
            "organ": "market",
            "process": "services.licence",
            "item": "food",
            "imported": False,
        }
        cases.append(known | {"received_at": at[0].astimezone(UTC), "received_on": on, "received_recorded_at": at[0].astimezone(UTC),
                              "decided_at": decided and decided.astimezone(UTC), "decided_on": decided and decided.date(),
                              "decided_recorded_at": decided and decided.astimezone(UTC)})  # fmt: skip
        who = [None, "h-accepts", f"h-reviews-{number % clerks}", "h-decides"]
        steps += [
            {"line": f"{reference}.{place + 1}", "matter": reference, "organ": "market", "process": "services.licence",
             "item": "food", "step": STEPS[place], "hand": who[place], "who": "staff" if who[place] else "citizen",
             "taken_at": moment.astimezone(UTC), "taken_on": moment.date(), "taken_recorded_at": moment.astimezone(UTC)}
            for place, moment in enumerate(at) if moment < CUT_OFF
        ]  # fmt: skip
        late = {}
        for clock, kind, days, start, stop in (("acceptance", "legal", 5, 0, 1), ("promised", "promised", 5, 1, 3),
                                               ("legal", "legal", 20, 1, 3)):  # fmt: skip
            due = table.add(at[start].date(), days)
            stopped = at[stop].date() if at[stop] < CUT_OFF else None
            late[clock] = stopped is not None and stopped > due
            clocks.append(
                {"matter": reference, "clock": clock, "kind": kind, "unit": "working-day", "days": days, "pauses": 0,
                 "started_on": at[start].date(), "late": late[clock],
                 "stopped_recorded_at": stopped and at[stop].astimezone(UTC)}
            )  # fmt: skip
        signals = {"acceptance": "2", "promised": "2", "legal": "3"}
        cards += [
            {"about": reference, "clock": clock, "signal": signals[clock], "raised_recorded_at": CUT_OFF.astimezone(UTC)}
            for clock, over in late.items() if over
        ]  # fmt: skip
    return Facts(cases=cases, steps=steps, clocks=clocks, cards=cards)


def _moment(table, minute):
    ordinal = int(np.ceil(minute / DAY - 1e-9))
    left = minute - (ordinal - 1) * DAY
    begins = time(8, 30) if left <= 210 else time(14, 30)
    return datetime.combine(table.workday(ordinal), begins, SHANGHAI) + timedelta(
        minutes=left if left <= 210 else left - 210
    )


@cache
def declared():
    """The rules that are shipped."""
    return {(one.kind, one.id): one.value for one in shipped().declarations}


@cache
def calendar():
    return rules.build(documents.read_all([settings.ROOT / "packs" / "national"]))


def study(office, change, *, seed=1, rounds=10):
    """A study over it, under the rules that are shipped."""
    table, facts = office
    read = declared()
    setting = studying.Setting(
        facts,
        table,
        read[("whatif", "whatif")],
        read[("process", "services.licence")],
        tuple(value for (kind, _), value in read.items() if kind == studying.SUPERVISION),
    )
    asked = Asked("services.licence", "market", SINCE, UNTIL, CUT_OFF)
    return studying.Study(setting, asked, scenarios.change(change), seed, rounds)


def played(found, *, trial=True):
    """All its rounds (without those of the trial), and what they say."""
    rounds = {}
    for number in range(0 if trial else found.tries, found.total):
        for name, one in found.play(number).items():
            rounds.setdefault(name, []).append(one)
    return found.answer(rounds)
