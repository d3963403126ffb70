"""No page, endpoint or deed asks for what the government holds unless it names a lawful ground.

Every address that takes something is sent a right request with everything in it that could ask for the business licence,
and nothing may come of it. The ways in that are known to ask are sent the same with a lawful ground, and then they do: the
request is one that asks (国务院关于在线政务服务的若干规定 第七条).
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.repo import api_bodies, bodies, world
from tests.repo.asking import Asking, Route, Sent, refusals, routes
from tests.repo.test_permission_matrix import REACHED, agreed
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held import rules
from yiwang.services.cases.models import Case, CaseMaterial, HeldAsk, Shortcoming

pytestmark = pytest.mark.once

HELD, REASON, GROUND = "licence", "请交验营业执照原件", "absent"
TAKES = ("POST", "PUT", "PATCH")
# Who asks where, and the step by which: the ways in.
ASKING = {
    "desk/cases/<str:reference>/steps/<slug:step>/": "zhou",
    "api/v1/cases/<reference>/steps/<step>": "zhou",
    "desk/counter/": "chen",
    "api/v1/counter/cases": "chen",
}
STEPPING = re.compile(r"(cases|matters)/<(str:)?reference>/(steps/)?<(slug:|str:)?step>")
# The only places that write a material of a case or a line of a notice; what they write has passed ``refuse_asking``.
WRITERS = {
    "actions/submitting.py": "open_case: what is handed in, and asked for, with an application",
    "actions/steps.py": "the lines of the one notice, after its guard",
}
WRITES = re.compile(
    r"\b(CaseMaterial|Shortcoming)(\.objects\.(create|bulk_create|get_or_create|update_or_create)|\()"
    r"|(insert into|update) cases_(material|shortcoming)\b",
)


@pytest.fixture(scope="module")
def taking() -> list[tuple[Route, str, str]]:
    """Every address with a method that takes something, and somebody who may use it."""
    known = {route.path or "/": route for route in routes()}
    found = []
    for row in agreed():
        if row["method"] in TAKES and (route := known.get(row["route"])) is not None:
            reached = [who for who in world.CAST if row[who] in REACHED and who != "stranger"]
            who = ASKING.get(route.path) or (reached[-1] if reached else "")
            if STEPPING.search(route.path):
                who = "zhou"
            if who:
                found.append((route, row["method"], who))
    return found


def demand(there: world.World, route: Route, method: str, *, ground: str) -> tuple[str, Sent]:
    """A right request, with everything in it that could ask for the licence."""
    endpoint = route.path.startswith("api/")
    asked = api_bodies if endpoint else bodies
    values: dict[str, Any] = bodies.values(there, route) | (api_bodies.values(there, route) if endpoint else {})
    sent = asked.sent(there, route, method)
    if STEPPING.search(route.path):  # of the case that waits for acceptance
        values |= {"reference": there.case.matter.reference, "step": "ask-correction"}
        sent = replace(sent, headers={"HTTP_IF_MATCH": f'"{there.case.matter.version}"'} if endpoint else {})
        sent = Sent({"values": {}}, sent.headers) if endpoint else Sent(form=dict(bodies.KEY))
    grounds = {HELD: ground} if ground else {}
    if sent.json is not None:
        known = {
            "steps/<step>": {"shortcomings": {HELD: REASON}},
            "counter/cases": {"materials": {**sent.json.get("materials", {}), HELD: "missing"}},
        }
        more = next((body | {"grounds": grounds} for end, body in known.items() if route.path.endswith(end)), {})
        sent = replace(sent, json=sent.json | more)
    else:
        more = {"ask": [HELD], f"reason-{HELD}": REASON, f"ground-{HELD}": ground}
        if not STEPPING.search(route.path):
            more[f"state-{HELD}"] = "missing"
        sent = replace(sent, form=sent.form | more)
    return route.address(values, asked.query(there, route)), sent


def asked_for() -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """(case, material) asked for although its guide declares it held: all of them, and those without a ground. Looked up
    in the guides, not in what the rows say of themselves."""
    held = {
        (case.pk, one.id)
        for case in Case.objects.select_related("guide__item")
        for one in declaration_of(case.guide).materials
        if one.source and one.source.of == "held"
    }
    rows = [
        (row.matter_id, row.code, row.ground)
        for row in CaseMaterial.objects.all()
        if row.state in rules.ASKED or row.required
    ] + list(Shortcoming.objects.values_list("matter_id", "code", "ground"))
    asked = [(matter, code, ground) for matter, code, ground in rows if (matter, code) in held]
    kept = set(HeldAsk.objects.values_list("matter_id", "code", "ground"))
    return {row[:2] for row in asked}, {row[:2] for row in asked if not row[2] or row not in kept}


def test_whichever_way_somebody_asks_for_what_the_government_holds_without_a_ground_is_refused(there, caplog, taking):
    asking, codes = Asking(there), {}
    asked: list[str] = []

    def look() -> None:
        found, groundless = asked_for()
        assert not groundless, f"{groundless} asked for without a ground"
        if found:
            asked.append(route.path)

    asking.look = look
    with caplog.at_level("CRITICAL", "django"):
        for route, method, who in taking:
            with refusals() as raised:
                asking.ask(who, method, *demand(there, route, method, ground=""))
            codes[route.path] = {one.code for one in raised} | {fault.code for one in raised for fault in one.faults}
        assert not asking.broken, "\n".join(["", *(line[:300] for line in asking.broken)])
        assert asked == []
        assert len(taking) > 100
        assert [way for way in ASKING if "already-held" not in codes[way]] == []
        for route, method, who in taking:
            if route.path in ASKING:
                asking.ask(who, method, *demand(there, route, method, ground=GROUND))
    assert not asking.broken, "\n".join(["", *(line[:300] for line in asking.broken)])
    assert set(asked) == set(ASKING), "with a lawful ground each of them asks"


def test_nothing_writes_materials_or_lines_of_a_notice_past_the_guard():
    found = {
        str(path.relative_to("yiwang/services/cases"))
        for path in Path("yiwang").rglob("*.py")
        if "migrations" not in path.parts
        and WRITES.search(re.sub(r"class (CaseMaterial|Shortcoming)\(", "", path.read_text(encoding="utf-8")))
    }
    assert found == set(WRITERS)


def test_no_door_to_the_tables_stands_beside_the_pages():
    """There is no generic editor of rows: an administrator asks through the same pages as everybody."""
    assert not [route.path for route in routes() if route.path.startswith("admin")]
