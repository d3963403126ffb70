"""Dashboards on a full county's year: what the server takes for each page, and how many queries it asks PostgreSQL.

The rows of 159,524 cases are written without the house (``bench._cases``), the facts by the house. A page is
asked as the supervisor's browser asks it: session, permission, names, template and all. What is held to the limit is
the first look at fresh facts, with nothing kept of an earlier one; the second look is told beside it.
"""

from __future__ import annotations

import statistics
import sys
import time

from bench import _cases, _house
from bench._machine import machine, verdict, versions

CASES, TIMES, AT_MOST = 159_524, 9, 300


def main() -> int:
    _house.build(settings="yiwang.config.settings")
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from yiwang.foundation.calendar.today import day_of
    from yiwang.foundation.organs.models import Account
    from yiwang.foundation.packs import actions as packs
    from yiwang.insight.facts import reading, store, writing
    from yiwang.insight.indicators.boards import BOARDS
    from yiwang.kernel import packs as reader
    from yiwang.kernel.permissions import SYSTEM

    at = _house.moment(24)
    packs.load(reading=reader.read(settings.PACKS), by=SYSTEM, at=_house.moment(1))
    settings.ALLOWED_HOSTS = ["testserver"]
    print(f"{machine()}\n{versions('django', 'duckdb')}")
    _cases.lay(CASES)
    began = time.perf_counter()
    done = writing.write(at=at)
    writing.tell(on=day_of(at))
    cases = sum(part.rows for part in store.contents().parts if part.fact == "cases")
    assert cases == CASES, cases
    print(f"{cases:,} cases, facts of {done.rows:,} rows in {time.perf_counter() - began:.0f} s")
    client = Client()
    client.force_login(Account.objects.get(username="wu"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    for board in BOARDS:
        client.get(f"/desk/boards/{board}/")  # templates and names; a process that serves has seen them
    kept = True
    for board in BOARDS.values():
        for asked in ("", "?wall=1", "?scope=market"):
            address = f"/desk/boards/{board.id}/{asked}"
            took: dict[bool, list[float]] = {True: [], False: []}
            for _ in range(TIMES):
                for fresh in (True, False):
                    if fresh:
                        reading.current().forget()
                    began = time.perf_counter()
                    with CaptureQueriesContext(connection) as queries:
                        answer = client.get(address)
                    took[fresh].append((time.perf_counter() - began) * 1000)
                    assert answer.status_code == 200, (address, answer.status_code)
            again = statistics.median(took[False])
            name = f"{board.title} {asked or '（全县）'}, {len(queries)} queries, a second look {again:.0f} ms"
            kept &= verdict(name, statistics.median(took[True]), AT_MOST, " ms", at_most=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
