"""A restaurant opened in one go, and something received for another place: for whoever needs such rows in the county."""

from __future__ import annotations

from typing import Any

from tests.factories import cases, documents, numbers
from yiwang.kernel.permissions import Doer
from yiwang.matters.standing import Standing
from yiwang.services.relay import actions as relay
from yiwang.services.relay.models import AgreedItem
from yiwang.services.themes import actions, composing, queries
from yiwang.services.themes.models import ThemeDraft

THEME = "open-restaurant"
ANSWERS = {"licence": "no", "what": "catering", "area": "medium", "cold": "no"}
ANSWERS |= {"place": "rent", "family": "single", "agent": "self"}
LIN = ("林小满", "449931199105200223")


def form(name: str = LIN[0], id_number: str = LIN[1]) -> dict[str, Any]:
    """The one form for ``ANSWERS``, rightly filled."""
    return {
        "register__owner_name": name,
        "register__owner_id_number": id_number,
        "register__home": "云溪县柳溪镇龙岗村5号",
        "register__trade_name": "云溪县老王饭店",
        "register__premises": "云溪县城关街道人民路18号",
        "register__scope_of_business": ["catering"],
        "food_licence__applicant_name": name,
        "food_licence__applicant_number": id_number,
        "food_licence__contact_name": name,
        "food_licence__contact_id_number": id_number,
        "food_licence__mobile": "15400000002",
        "food_licence__floor_area": 120,
        "food_licence__kitchen_area": 40,
        "food_licence__lease_until": "2029-12-31",
        "food_licence__operations": ["hot"],
        "food_licence__online_sales": "no",
        "food_licence__central_kitchen": "no",
        "food_licence__manager_name": name,
        "food_licence__manager_id_number": numbers.id_number(serial=22),
        "food_licence__workers": 6,
        "food_licence__workers_healthy": "yes",
        "sewer__volume": 3,
        "sewer__outlets": 1,
        "sewer__grease_trap": "yes",
    }


def draft(
    by: Doer | None = None, *, day: str = cases.DAY, without: tuple[str, ...] = (), said: dict[str, Any] | None = None
) -> ThemeDraft:
    """The one form filled and every wanted material uploaded but those named."""
    by, at = by or cases.lin(day), cases.at(day, 9)
    assert by.person_id is not None
    made = actions.start(theme_id=THEME, party_id=by.person_id, answers=ANSWERS, by=by, at=at)
    actions.keep_form(draft=made, values=form() if said is None else said, at=at)
    for paper in composing.papers(queries.way(THEME, ANSWERS, at.date())):
        if paper.wanted and paper.material.id not in without:
            actions.attach(draft=made, key=paper.key, content=documents.png(), name=f"{paper.key}.png", by=by, at=at)
    return made


def submitted(by: Doer | None = None, *, day: str = cases.DAY, said: dict[str, Any] | None = None) -> Standing:
    """The theme with its first item open."""
    by = by or cases.lin(day)
    return actions.submit(draft_id=draft(by, day=day, said=said).pk, delivery="collect", by=by, at=cases.at(day, 10))


def relayed(day: str = cases.DAY) -> Standing:
    """林's application for the neighbouring county, taken in by 陈."""
    return relay.receive(
        agreed_item_id=AgreedItem.objects.get(code="YB-SJ-0001").pk,
        mode="receive",
        party_id=cases.person("林小满"),
        materials={"经营者身份证明": "copy"},
        by=cases.staff("chen", day),
        at=cases.at(day),
    )
