"""Suspending, resuming and cancelling an item: who may, what is refused, and what a citizen is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command

from tests.factories import cases as cast
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.services.catalogue import changing, queries
from yiwang.services.catalogue.models import Item, ItemChange
from yiwang.services.catalogue.queries import NotOffered

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
WHY = {"basis": "云府〔2026〕9号", "reason": "系统升级期间暂不受理"}


@pytest.fixture(autouse=True)
def _in_the_demo_county(_in_the_county, db):
    """The demo county under its own name: this folder's ``county`` is a small one."""


def changed(state="suspended", by="su", from_on=TODAY, **more):
    given = {"item_code": cast.FOOD, "state": state, "from_on": from_on, **WHY} | more
    return changing.change_item(**given, by=cast.staff(by), at=NOW)


def state():
    return Item.objects.get(code=cast.FOOD).state


def code(**arguments):
    with pytest.raises(Refusal) as caught:
        changed(**arguments)
    return {fault.field for fault in caught.value.faults} or {caught.value.code}


def test_whoever_does_not_edit_the_catalogue_changes_nothing():
    for who in ("zhao", "chen", "wu"):
        with pytest.raises(NotAllowed):
            changed(by=who)
    with pytest.raises(NotAllowed):
        changing.apply_due(by=cast.staff("su"), at=NOW)
    assert state() == "in-use"


def test_a_change_wants_basis_reason_a_day_not_past_and_a_state_that_can_follow():
    assert code(basis=" ") == {"basis"}
    assert code(reason="") == {"reason"}
    assert code(from_on=date(2026, 9, 23)) == {"from_on"}
    assert code(state="in-use") == {"state"}
    assert code(state="gone") == {"state"}
    assert not ItemChange.objects.exists()


def test_a_suspended_item_leaves_search_and_refuses_applications_with_the_reason():
    found = [hit.code for hit in queries.search("食品经营许可", on=TODAY).hits]
    assert cast.FOOD in found
    changed()
    assert cast.FOOD not in [hit.code for hit in queries.search("食品经营许可", on=TODAY).hits]
    for ask in (
        lambda: queries.item(cast.FOOD, on=TODAY),
        lambda: queries.guide_in_force(cast.FOOD, TODAY),
        cast.submitted,
    ):
        with pytest.raises(NotOffered, match="自2026年9月24日起暂停办理。原因：系统升级期间暂不受理"):
            ask()
    assert {"catalogue.item-change-decided", "catalogue.item-changed"} <= set(
        LedgerEntry.objects.values_list("event", flat=True)
    )


def test_a_case_begun_before_goes_on_and_a_resumed_item_is_offered_again():
    case = cast.submitted()
    changed()
    assert cast.walked(case, "accept").matter.state == "under-review"
    changed("in-use")
    assert queries.guide_in_force(cast.FOOD, TODAY)


def test_a_cancelled_item_never_comes_back():
    changed("cancelled")
    assert code(state="in-use") == {"state"}


def test_a_later_day_changes_nothing_until_it_comes_and_only_one_change_waits():
    tomorrow = TODAY + timedelta(days=1)
    changed(from_on=tomorrow)
    assert code(state="cancelled") == {"from_on"}
    assert changing.apply_due(by=SYSTEM, at=NOW) == 0
    assert state() == "in-use"
    assert changing.apply_due(by=SYSTEM, at=NOW + timedelta(days=1)) == 1
    assert changing.apply_due(by=SYSTEM, at=NOW + timedelta(days=1)) == 0
    assert state() == "suspended"


def test_the_page_exists_for_the_editor_only_and_the_public_reads_why(client):
    url = f"/desk/catalogue/{cast.FOOD}/state/"
    client.force_login(Account.objects.get(username="zhao"))
    assert client.get(url).status_code == 404
    assert client.post(url, WHY | {"state": "suspended", "from_on": "2026-09-24"}).status_code == 404
    client.force_login(Account.objects.get(username="su"))
    assert client.post(url, {"state": "suspended", "from_on": "2026-09-24"}).status_code == 422
    assert client.post(url, WHY | {"state": "suspended", "from_on": "2026-09-24"}).url == url
    page = client.get(url).content.decode()
    assert "云府〔2026〕9号" in page
    assert "恢复办理" in page
    client.logout()
    answer = client.get(f"/items/{cast.FOOD}/")
    assert answer.status_code == 404
    assert "系统升级期间暂不受理" in answer.content.decode()


def test_a_change_counts_from_its_day_though_nobody_has_written_it_down():
    tomorrow = TODAY + timedelta(days=1)
    changed(from_on=tomorrow)
    for on, offered in ((TODAY, True), (tomorrow, False)):
        assert (cast.FOOD in [hit.code for hit in queries.search("食品经营许可", on=on).hits]) is offered
        assert queries.items(on=on).filter(code=cast.FOOD).exists() is offered
    assert queries.counts(on=tomorrow)["total"] == queries.counts(on=TODAY)["total"] - 1
    assert queries.items(on=tomorrow, state="suspended").filter(code=cast.FOOD).exists()
    assert queries.item(cast.FOOD, on=TODAY)
    for ask in (lambda: queries.item(cast.FOOD, on=tomorrow), lambda: queries.guide_in_force(cast.FOOD, tomorrow)):
        with pytest.raises(NotOffered, match="自2026年9月25日起暂停办理"):
            ask()
    with pytest.raises(NotOffered):
        cast.submitted("2026-09-25")
    assert state() == "in-use"


def test_the_next_change_follows_one_whose_day_came_unnoticed():
    tomorrow = TODAY + timedelta(days=1)
    changed(from_on=tomorrow)
    why = {"item_code": cast.FOOD, "state": "in-use", "from_on": tomorrow, **WHY}
    assert changing.change_item(**why, by=cast.staff("su"), at=NOW + timedelta(days=1)).applied_at
    assert state() == "in-use"
    assert not ItemChange.objects.filter(applied_at__isnull=True).exists()


def test_a_command_writes_changes_down_where_no_worker_runs(capsys):
    changed(from_on=TODAY + timedelta(days=1))
    ItemChange.objects.update(from_on=TODAY)
    call_command("catalogue", "apply-changes")
    assert "登记到期变更 1 项" in capsys.readouterr().out
    assert state() == "suspended"
