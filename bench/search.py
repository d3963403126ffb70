"""Searching the demo county's items: right answer first against a plain LIKE, and time at county and at city size.

Peer: ``name LIKE '%text%'``, what a portal without its own search does, over the same rows of the same database. The
questions are the ones the tests hold to (``tests/unit/services/catalogue/test_search.py``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median, quantiles

from bench import _house
from bench._machine import machine, verdict, versions

TODAY = date(2026, 9, 24)
CITY = 100_000  # rows above which docs/decisions says to use a search engine of its own


def milliseconds(work: Callable[[str], object], questions: Sequence[str], rounds: int = 3) -> list[float]:
    taken = []
    for _ in range(rounds):
        for question in questions:
            began = time.perf_counter()
            work(question)
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def main() -> int:
    _house.build()
    from django.db import connection

    from tests.unit.services.catalogue import demo
    from tests.unit.services.catalogue.test_search import FIRST
    from yiwang.config.navigation import fill
    from yiwang.foundation.files import tables
    from yiwang.kernel.permissions import SYSTEM
    from yiwang.services.catalogue import actions, search
    from yiwang.services.catalogue.models import Item

    print(f"{machine()}\n{versions('django', 'psycopg', 'rjieba', 'pypinyin')}")
    fill()
    demo.organs()
    demo.rules("code-list", "import-mapping")
    mapping = next(declared.value for declared in demo.shipped().of("import-mapping"))
    file = Path("packs/demo-county/catalogue/service_items.csv")
    began = time.perf_counter()
    actions.import_items(
        rows=tables.read(file), mapping=mapping, file_name=file.name, file_digest=tables.digest(file), by=SYSTEM,
        at=_house.moment(1),
    )  # fmt: skip
    seeded = time.perf_counter() - began
    demo.seed("catalogue.synonyms")
    questions = list(FIRST)

    def ours(text: str) -> list[str]:
        return [hit.name for hit in search.search(text, on=TODAY).hits]

    def like(text: str) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select name from catalogue_item where name like %s order by char_length(name) limit 20", [f"%{text}%"]
            )
            return [row[0] for row in cursor.fetchall()]

    def settle() -> None:
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze catalogue_item")

    settle()
    right = sum(ours(text)[:1] == [first] for text, first in FIRST.items())
    theirs = sum(like(text)[:1] == [first] for text, first in FIRST.items())
    print(f"{Item.objects.count():,} items; right answer first in {right} of {len(FIRST)} questions, LIKE in {theirs}")
    county = milliseconds(ours, questions)
    print(f"county: median {median(county):.1f} ms, p95 {quantiles(county, n=20)[-1]:.1f} ms")
    kept = [
        verdict("right answer first, against LIKE", right / max(theirs, 1), 3),
        verdict("importing and indexing the list of 1,135 rows", seeded, 3, " s", at_most=True),
        verdict("county, p95", quantiles(county, n=20)[-1], 50, " ms", at_most=True),
    ]
    copies = CITY // Item.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into catalogue_item (code, basic_code, task_code, handle_code, local_codes, name, main_name, type,
                       organ_id, exercise_level, themes, service_objects, state, source, remark, words, initials, stage_rank)
               select code || '-' || n, '', '', '', '{}', name, main_name, type, organ_id, exercise_level, themes, '{}',
                      state, source, '', words, initials, stage_rank
               from catalogue_item cross join generate_series(1, %s) as n""",
            [copies],
        )
    settle()
    city = milliseconds(ours, questions, rounds=1)
    scan = milliseconds(like, questions, rounds=1)
    print(f"{Item.objects.count():,} items: median {median(city):.1f} ms, LIKE {median(scan):.1f} ms")
    kept.append(verdict("city size, median", median(city), 250, " ms", at_most=True))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
