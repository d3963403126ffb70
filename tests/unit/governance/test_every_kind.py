"""What every kind of matter of governance has of the engine alone: who sees it, and one endpoint for its steps."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.factories import cases as cast
from tests.factories import hotline, meetings, petitions
from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.models import Account
from yiwang.foundation.packs import queries as packs
from yiwang.governance.hotline import queries as orders
from yiwang.governance.hotline.queries.board import SEEING as ORDERS
from yiwang.governance.inspections.queries import register
from yiwang.governance.meetings import queries as issues
from yiwang.governance.petitions import queries as petitioned
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters

pytestmark = pytest.mark.usefixtures("county")
DAY = "2026-09-21"
KINDS = {
    "governance.hotline": (lambda: hotline.dispatched(DAY, organ="market"), orders.order),
    "governance.petition": (lambda: petitions.handling(DAY, unit="market"), petitioned.petition),
    "governance.issue": (lambda: meetings.issues(unit="market", day=DAY)[0], issues.issue),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_reviewer_or_window_clerk_reads_none_of_their_organ_s_and_whoever_handles_or_leads_there_does(kind):
    opened, one = KINDS[kind]
    reference = opened()
    for who in ("zhao", "chen"):  # a reviewer in the unit; a window clerk in the bureau that coordinates
        with pytest.raises(NotFound):
            matters.matter(cast.staff(who, DAY), reference)
        with pytest.raises(NotFound):
            one(cast.staff(who, DAY), reference)
    for who in ("zhou", "sun"):  # handles; decides and assigns
        assert one(cast.staff(who, DAY), reference).matter.reference == reference


def test_a_list_asks_for_what_the_process_is_seen_by():
    on = cast.at(DAY).date()
    lists = {
        "governance.hotline": ORDERS,
        "governance.hotline-part": ORDERS,
        "governance.issue": issues.SEEING,
        "governance.petition": (*petitioned.SEEING, Permission.CASE_SUPERVISE),  # the supervisor opens cards, no list
        "governance.inspection": register.SEEING,
    }
    for process, asked in lists.items():
        assert set(packs.rule("process", process, on).value.seen_by) == set(asked), process


@pytest.mark.parametrize(
    ("opened", "who", "step", "values", "becomes"),
    [
        (lambda day: petitions.registered(day), petitions.CLERK, "tell", {"unit": "market"}, "handling"),
        (lambda day: meetings.issues(unit="market", day=day)[0], meetings.MARKET, "sign", {}, "handling"),
    ],
)
def test_a_step_of_any_kind_is_taken_over_one_endpoint_as_its_own_page_takes_it(
    client, opened, who, step, values, becomes
):
    reference = opened(f"{now():%Y-%m-%d}")
    address = f"/api/v1/matters/{reference}"

    def asked(step, values, version):
        body = {"data": {"values": values}, "content_type": "application/json", "headers": {"If-Match": version}}
        return client.post(f"{address}/steps/{step}", **body)

    client.force_login(Account.objects.get(username="zhao"))
    with capture_logs() as logged:
        assert (client.get(address).status_code, asked(step, values, '"1"').status_code) == (404, 404)
    stranger = Account.objects.get(username="zhao").pk
    assert [(one["method"], one["about"], one["account"]) for one in logged if one["event"] == "shut-out"] == [
        ("GET", reference, stranger),
        ("POST", reference, stranger),
    ]
    client.force_login(Account.objects.get(username=who))
    shown = client.get(address)
    assert asked(step, {"unit": "nowhere"}, shown["ETag"]).status_code == 422
    assert asked(step, values, '"99"').status_code == 409
    taken = asked(step, values, shown["ETag"])
    assert (taken.status_code, taken.json().get("state")) == (200, becomes)
    assert asked(step, values, shown["ETag"]).status_code in (409, 422)  # pressed twice
