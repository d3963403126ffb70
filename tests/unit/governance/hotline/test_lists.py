"""What an order's page offers first, and by which day the list of orders says it is due."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import DAY, DISPATCHER
from yiwang.foundation.organs.models import Account
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.views.desk import _in_turn
from yiwang.matters.models import MatterClock

HANDLING = ("return", "return-again", "contact", "ask-extension", "stage-close", "reply")


def offered(**order):
    steps = [SimpleNamespace(step=SimpleNamespace(name=name)) for name in HANDLING]
    return [each.step.name for each in _in_turn(steps, Order(**order))]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"designated": True, "returns": 2}, ["contact", "reply", "ask-extension", "stage-close"]),
        ({"returns": 0}, ["contact", "reply", "return", "ask-extension", "stage-close"]),
        ({"returns": 1}, ["contact", "reply", "return-again", "ask-extension", "stage-close"]),
        (
            {"responded_at": cast.at(DAY)},
            ["reply", "return", "contact", "ask-extension", "stage-close"],
        ),
    ],
)
def test_what_leads_to_an_answer_stands_first_and_no_return_is_offered_that_would_be_refused(order, expected):
    assert offered(**order) == expected


def test_an_order_nobody_dispatched_in_its_day_is_overdue_in_the_list_though_the_unit_s_limit_is_far(county):
    reference = hotline.recorded(kind="complaint")
    dispatcher, later = cast.staff(DISPATCHER, "2026-09-24"), date(2026, 9, 24)
    found = {row.reference: row for row in queries.board(dispatcher, later, show="overdue")[0]}
    assert found[reference].due_on < later
    assert {key: count for key, _, count in queries.counts(dispatcher, later)}["overdue"] == len(found)


def test_an_order_whose_extension_is_being_decided_is_overdue_by_the_limit_that_runs_on(county):
    reference = hotline.handling()
    hotline.take(reference, "ask-extension", hotline.CITY, hour=15, days=5, opinion="现场需要复核。")
    dispatcher, limit = (
        cast.staff(DISPATCHER, DAY),
        MatterClock.objects.get(matter__reference=reference, clock="handle").due_on,
    )
    for on, late in ((limit, False), (limit + timedelta(days=1), True)):
        found = {row.reference: row for row in queries.board(dispatcher, on, show="overdue", size=5000)[0]}
        assert (reference in found) is late
        assert {key: count for key, _, count in queries.counts(dispatcher, on)}["overdue"] == len(found)
    assert found[reference].due_on == limit


def test_parts_asked_of_a_unit_stand_urgent_first_and_are_marked(county, client):
    calm, urgent = (hotline.handling(urgent=urgent) for urgent in (False, True))
    for reference in (calm, urgent):
        actions.split(
            reference=reference,
            organ="housing",
            task="请核查经营者。",
            by=cast.staff(DISPATCHER, DAY),
            at=cast.at(DAY, 15),
        )
    found = queries.parts_of_unit(cast.staff(hotline.HOUSING, DAY))
    assert [one.order.matter.reference for one in found] == [urgent, calm]
    client.force_login(Account.objects.get(username=hotline.HOUSING))
    page = client.get("/desk/orders/").content.decode()
    section = page[page.index("请本单位协办") :]
    assert section[: section.index("</li>")].count("紧急") == 1
    assert section[: section.index("</ul>")].count("紧急") == 1
