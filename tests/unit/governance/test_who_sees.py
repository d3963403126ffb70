"""Orders, petitions and issues are no service cases: who sees the cases of an organ does not thereby read them."""

from __future__ import annotations

import pytest

from tests.factories import cases as cast
from tests.factories import hotline, meetings, petitions
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
