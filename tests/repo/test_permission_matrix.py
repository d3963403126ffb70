"""Who may see and do what on every page and endpoint, asked of the running house.

The table ``permissions.csv`` beside this file is what was agreed. A difference is shown line by line; whoever changed
permissions on purpose writes the table anew and shows the difference to a reviewer:
``YW_WRITE_PERMISSIONS=1 ./yw test tests/repo/test_permission_matrix.py``.
"""

from __future__ import annotations

import csv
import difflib
import os
from pathlib import Path

import pytest

from tests.repo import api_bodies, bodies, world
from tests.repo.asking import METHODS, Asking, Route, routes

pytestmark = [pytest.mark.once, pytest.mark.slow]

TABLE = Path(__file__).with_name("permissions.csv")
HEAD = ["route", "method", *world.CAST]
PARTS = ("", "accounts/", "api/", "desk/", "desk/cases/", "desk/o", "desk/staff/")  # so that workers can share them
REACHED = {"opens", "done"}
# What a stranger reaches, and why.
PUBLIC = {
    "/": "the portal's home",
    "accounts/": "the doors: logging in and out",
    "api/v1/calendar/": "working days are public",
    "api/v1/codes/": "code lists are public",
    "api/v1/inspections/results": "results of inspections are published (优化营商环境条例 第五十四条)",
    "api/v1/items": "the catalogue is public",
    "api/v1/ledger/": "checkpoints and proofs are published",
    "api/v1/openapi.json": "the description of the API",
    "api/v1/progress": "asks for number and 查询码",
    "desk/calendar/": "the year is public; entering a notice is not",
    "certificates/": "what was granted is open to the public (行政许可法 第四十条)",
    "guide-me/": "questions that lead to an item",
    "hotline/business/": "the published procedure and figures of complaints about the business environment",
    "hotline/": "how to say something to 12345, and its public answers",
    "items/": "the catalogue is public",
    "ledger/": "checkpoints and proofs are published",
    "letters/": "whoever holds a letter may check it by its code",
    "materials/": "how often each department asked for what the government holds is public",
    "me/mandates/new/": "leads to 我的, which asks to log in",
    "promises/": "what may come later or be promised is a published list",
    "queue/": "the board above the counters shows numbers only",
    "open311/": "Open311 GeoReport v2 is read by anybody: codes, states and rounded points",
    "progress/": "asks for number and 查询码",
    "api/v1/ratings/results": "ratings and what was mended are published (国办发〔2019〕51号)",
    "rate/link/": "the signed link sent to whoever was served, once",
    "rate/thanks/": "after a link; shows nothing of anybody",
    "rate/ticket/": "asks for a number and its code",
    "ratings/": "ratings and what was mended are published (国办发〔2019〕51号)",
    "reports/": "reports that were published after the secrecy review (政府信息公开条例 第十九条)",
    "search/": "the catalogue is public",
    "api/v1/inspections/": "results and draws are published (国发〔2019〕5号)",
    "inspections/": "results, draws and the directory are published (国发〔2019〕5号)",
    "supervision/": "how many cards each department got is public",
    "themes/": "questions that lead to several items at once",
    "text-size/": "a choice kept in the browser",
}
OWNED = {"reference", "draft_id", "upload_id", "file_id", "letter_id", "message_id", "party_id", "mandate_id"} | {
    "account_id", "post_id", "absence_id", "authorisation_id", "job_id", "seal_id", "keeper_id", "officer_id", "certificate_id", "pk", "card_id", "notice_id", "clue_id", "promise_id", "occasion_id", "sign_id", "inbound_id", "audit_id", "defect_id", "appointment_id", "line_id"
}  # fmt: skip
# What whoever is logged in reads of nobody but himself, or of public guides.
ONESELF = {
    f"api/v1/{name}"
    for name in ("cards", "inbox", "me", "counter", "my/cases", "my/ratings", "drafts", "items/<code>/checklist")
}
# What somebody of an unrelated department reaches of others' things, and why.
FOREIGN = {
    ("desk/people/<party:party_id>/", "li"): "the masked card: any department may have to address anybody",
}


def agreed() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def part_of(path: str) -> str:
    return max((part for part in PARTS if path.startswith(part)), key=len)


def rows(there: world.World, part: str) -> tuple[list[dict[str, str]], list[str]]:
    """One row an address and method that is answered, and every bug met on the way."""
    asking, found = Asking(there, brief=True), {}
    for route in routes():
        if part_of(route.path) != part:
            continue
        asked = api_bodies if part == "api/" else bodies
        address = route.address(bodies.values(there, route) | _values(there, route), asked.query(there, route))
        for method in METHODS:
            if (route.path, method) in found:
                continue  # one address may be written in several patterns
            if asking.ask("stranger", method, address, asked.sent(there, route, method)) == "405":
                continue  # before anybody was asked to log in: nobody is answered
            answers = {who: asking.ask(who, method, address, asked.sent(there, route, method)) for who in world.CAST}
            if answers["lin"] != "405":
                found[route.path, method] = {"route": route.path or "/", "method": method, **answers}
    return list(found.values()), asking.broken


def _values(there: world.World, route: Route) -> dict[str, object]:
    return api_bodies.values(there, route) if route.path.startswith("api/") else {}


def _lines(table: list[dict[str, str]]) -> list[str]:
    return [",".join(row[name] for name in HEAD) for row in table]


def _write(part: str, now: list[dict[str, str]]) -> None:
    kept = [row for row in (agreed() if TABLE.exists() else []) if part_of(row["route"].removeprefix("/")) != part]
    order = {method: place for place, method in enumerate(METHODS)}
    table = sorted([*kept, *now], key=lambda row: (row["route"], order[row["method"]]))
    TABLE.write_text("\n".join([",".join(HEAD), *_lines(table)]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("part", PARTS)
def test_everybody_is_answered_as_the_table_says(there, caplog, part):
    with caplog.at_level("CRITICAL", "django.request"):  # a refusal is no news here
        now, broken = rows(there, part)
    assert not broken, "\n".join(["", *broken])
    if os.environ.get("YW_WRITE_PERMISSIONS"):
        _write(part, now)
    before = [row for row in agreed() if part_of(row["route"].removeprefix("/")) == part]
    changes = difflib.unified_diff(_lines(before), _lines(now), "agreed", "now", lineterm="", n=0)
    assert not (told := "\n".join(changes)), f"\n{told}"


def test_a_stranger_reaches_only_what_is_public_and_says_why():
    reached = [row for row in agreed() if row["stranger"] in REACHED]
    assert [
        row["route"] for row in reached if not row["route"].startswith(tuple(PUBLIC)[1:]) and row["route"] != "/"
    ] == []
    assert [path for path in PUBLIC if not any(row["route"].startswith(path) for row in reached)] == []


def test_nobody_reaches_what_belongs_to_others():
    reached = {
        (row["route"], who)
        for row in agreed()
        for who in ("wang", "li")
        if row[who] in REACHED and any(f"{name}>" in row["route"] for name in OWNED)
    }
    assert reached == set(FOREIGN)


def test_an_administrator_without_the_second_factor_reaches_nothing_but_the_way_to_it():
    free = ("accounts/", "api/", "text-size/")
    assert {row["admin-1"] for row in agreed() if not row["route"].startswith(free)} <= {
        "second factor",
        "no-such-matter",
    }
    own = [row for row in agreed() if row["route"].startswith("api/") and row["admin-1"] == "opens"]
    assert [row["route"] for row in own if row["stranger"] != "opens" and row["route"] not in ONESELF] == []


def test_no_answer_is_a_bare_error():
    own = "open311/"  # the standard's own errors: a body with code and description, 403 for a key that opens nothing
    bare = [row for row in agreed() if {row[who] for who in world.CAST} & {"500", "403"}]
    assert [row["route"] for row in bare if not row["route"].startswith(own)] == []
