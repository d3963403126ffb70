"""Whatever is typed into an address, a query or a form: a clear refusal or a page, never a crash (500).

Every address is asked by somebody who may open it (so that the input gets past the door), with one hostile thing at a
time where a right one belongs. A run takes a few of the values for each field, others the next time;
``YW_HOSTILE=all`` tries every value in every field, which takes some minutes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.repo import api_bodies, bodies, world
from tests.repo.asking import Asking, Route, Sent, routes
from tests.repo.test_permission_matrix import PARTS, REACHED, agreed, part_of

pytestmark = [pytest.mark.once, pytest.mark.slow]

NUMBERS = ["0", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 40]
WORDS = ["\0", "\uffff", "x" * 5000, "../../etc/passwd", "'); drop table matter; --", "\u202e\r\nX: y", "٣", "²"]
QUERIES = [*NUMBERS, *WORDS, "-1", "", "1e9", "2026-02-30", "0000-00-00", "9999-12-31", "NaN", "[]", "a&b=c"]
VALUES = [
    *QUERIES,
    "-9223372036854775809",
    "10000-01-01",
    "24:61",
    "Infinity",
    "{}",
    "<script>",
    "字" * 20_000,
    ["1", "2"],
    SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image/png"),
]
NAME = re.compile(r"""\.GET(?:\.get(?:list)?\(|\[)\s*["']([a-z_-]+)["']""")
ALL = os.environ.get("YW_HOSTILE") == "all"


@cache
def queried() -> list[str]:
    """The name of everything any view reads from an address."""
    sources = Path("yiwang").rglob("*.py")
    return sorted({name for source in sources for name in NAME.findall(source.read_text(encoding="utf-8"))})


def some(values: list[Any], turn: Iterator[int], most: int) -> list[Any]:
    """Every value, or the next few in turn."""
    if ALL:
        return values
    begin = next(turn)
    return list(islice(cycle(values), begin % len(values), begin % len(values) + min(most, len(values))))


def attempts(there: world.World, route: Route, method: str, turn: Iterator[int]) -> Iterator[tuple[str, Sent]]:
    """Addresses and what goes with them."""
    asked = api_bodies if route.path.startswith("api/") else bodies
    own = api_bodies.values(there, route) if route.path.startswith("api/") else {}
    right = bodies.values(there, route) | own
    sent, query = asked.sent(there, route, method), asked.query(there, route)
    for name in route.parameters:
        for value in [quote(value, safe="") for value in some(NUMBERS + WORDS, turn, 2)] + ["%ED%A0%80"]:
            yield route.address(right | {name: value}, query), sent
    address = route.address(right, query)
    if method == "GET":
        for value in some(QUERIES, turn, 1):
            pairs = "&".join(f"{name}={quote(value)}" for name in queried() if name not in query)
            yield f"{address}{'&' if query else '?'}{pairs}", sent
        if ALL:
            for name in queried():
                for value in QUERIES:
                    yield f"{address}{'&' if query else '?'}{name}={quote(value)}", sent
    for name in sent.form:
        for value in some(VALUES, turn, 1):
            yield address, Sent(form=sent.form | {name: value}, headers=sent.headers)
    if method == "POST":
        yield address, Sent(json={"not": ["a", "form"]}, headers=sent.headers)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_anybody_types_breaks_a_page(there, caplog, part):
    asking = Asking(there)
    turn = iter(range(10**9))
    tried = 0
    with caplog.at_level("CRITICAL", "django"):
        for row in agreed():
            opened = [who for who in world.CAST if row[who] in REACHED] or [
                who for who in world.CAST if row[who] not in {"login", "second factor", "not-allowed"}
            ]
            found = [route for route in routes() if f"{route.path or '/'}" == row["route"]]
            if not found or not opened or part_of(found[0].path) != part:
                continue
            for who in opened[-2:] if ALL else opened[-1:]:
                for address, sent in attempts(there, found[0], row["method"], turn):
                    asking.ask(who, row["method"], address, sent)
                    tried += 1
    assert tried > 20
    assert not asking.broken, "\n".join(["", *(line[:300] for line in asking.broken)])
