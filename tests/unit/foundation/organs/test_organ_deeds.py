"""Organs and counters: names of the day, mergers and splits, what a counter may do in whose name."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from django.db import IntegrityError, transaction

from tests.factories.organs import BEGINNING, counter, division, organ, place, post, staff
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import actions, queries
from yiwang.foundation.organs.models import OrganName, PlaceHours
from yiwang.kernel import names
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 9, 30, tzinfo=SHANGHAI)
TODAY = NOW.date()


@pytest.fixture
def admin():
    account = staff(organ("bureau"), "admin")
    post(account, "admin")
    return queries.doer_of(account, NOW)


@pytest.fixture
def moved(monkeypatch):
    """What rooms above were told of a succession."""
    told: list = []
    known = {name: f for name, f in names.hook._functions.items() if not name.startswith("organs.succeeded")}
    for room in ("matters", "catalogue"):
        known[f"organs.succeeded.{room}"] = lambda room=room, **said: told.append((room, said))
    monkeypatch.setattr(names.hook, "_functions", known)
    return told


def refused(deed, **arguments):
    with pytest.raises(Refusal) as caught:
        deed(**arguments, at=NOW)
    return caught.value.code


def test_the_past_keeps_the_old_name(admin):
    food = organ("food", name="云溪县食品药品监督管理局")
    actions.rename_organ(
        organ=food,
        name="云溪县市场监督管理局",
        short_name="县市监局",
        from_on=TODAY,
        document="云委发〔2026〕1号",
        by=admin,
        at=NOW,
    )
    assert queries.organ_name(food.pk, date(2026, 9, 23)) == "云溪县食品药品监督管理局"
    assert queries.organ_name(food.pk, TODAY) == "云溪县市场监督管理局"
    assert queries.organ_name(food.pk, date(2000, 1, 1)) == "云溪县食品药品监督管理局"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"from_on": BEGINNING}, "too-early"), ({"document": " "}, "missing"), ({"name": "云溪县甲局"}, "same-name")],
)
def test_a_rename_without_ground_is_refused(admin, wrong, code):
    of = organ("a", name="云溪县甲局")
    said = {"name": "云溪县乙局", "short_name": "乙局", "from_on": TODAY, "document": "云委发〔2026〕1号"} | wrong
    assert refused(actions.rename_organ, organ=of, **said, by=admin) == code


def test_only_the_system_administrator_changes_organs():
    of = organ("a")
    head = staff(of)
    post(head, "head")
    by = queries.doer_of(head, NOW)
    said = {"name": "云溪县乙局", "short_name": "乙局", "from_on": TODAY, "document": "文"}
    assert refused(actions.rename_organ, organ=of, **said, by=by) == "not-allowed"
    other = organ("b")
    assert refused(actions.succeed, old=of, new=other, from_day=TODAY, document="文", by=by) == "not-allowed"


def test_the_database_holds_no_two_names_of_one_organ_on_one_day():
    of = organ("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganName.objects.create(organ=of, name="另一名", short_name="另", from_on=TODAY)


def test_an_organ_is_founded_with_a_credit_code_that_fits(admin):
    said = {
        "code": "new", "kind": "department", "name": "云溪县数据局", "short_name": "数据局", "division": division(),
        "from_on": TODAY, "document": "文",
    }  # fmt: skip
    assert refused(actions.found_organ, **said, uscc="11449931MB4Y00025X", by=admin) == "uscc-check"
    made = actions.found_organ(**said, uscc="11449931MB4Y00025Y", by=admin, at=NOW)
    assert queries.organ_name(made.pk, TODAY) == "云溪县数据局"
    assert refused(actions.found_organ, **said, by=admin) == "already-recorded"


def test_a_merger_moves_people_posts_counters_and_powers_and_tells_the_rooms_above(admin, moved):
    old, new = organ("industry"), organ("market")
    zhao, deputy = staff(old), staff(old)
    held = post(zhao, "reviewer")
    post(deputy, "reviewer", deputy_of=held)
    hall = place(organ("hall"))
    window = counter(hall, organ=old)
    actions.authorise_counter(
        counter=counter(hall, "A02"), organ=old, powers=["receive"], all_items=True, from_on=TODAY,
        until_on=date(2027, 1, 1), document="委托书1", by=admin, at=NOW,
    )  # fmt: skip
    actions.succeed(old=old, new=new, from_day=TODAY, document="云委发〔2026〕1号", by=admin, at=NOW)
    for row in (old, zhao, window):
        row.refresh_from_db()
    assert (old.until_on, zhao.organ_id, window.organ_id) == (TODAY, new.pk, new.pk)
    assert queries.doer_of(zhao, NOW).posts == {(new.pk, "reviewer")}
    assert zhao.posts.get(organ=old).until_on == TODAY
    follower = deputy.posts.get(organ=new)
    assert follower.deputy_of.account_id == zhao.pk
    assert queries.counter_may(counter_id("A02"), new, "any", "receive", TODAY)
    assert not queries.counter_may(counter_id("A02"), old, "any", "receive", TODAY)
    assert [room for room, _ in moved] == ["catalogue", "matters"]
    assert moved[0][1]["old_id"] == old.pk
    assert moved[0][1]["account_ids"] == sorted([zhao.pk, deputy.pk])
    assert LedgerEntry.objects.filter(event="organs.organ-succeeded").count() == 2
    assert refused(actions.succeed, old=old, new=new, from_day=TODAY, document="文", by=admin) == "organ-not-standing"


def counter_id(number):
    from yiwang.foundation.organs.models import Counter

    return Counter.objects.get(number=number).pk


def test_a_split_moves_the_named_people_only_and_both_organs_stand(admin, moved):
    old, new = organ("health"), organ("insurance")
    goes, stays = staff(old), staff(old)
    post(goes, "reviewer")
    post(stays, "reviewer")
    split = {"old": old, "new": new, "from_day": TODAY, "kind": "split", "document": "文", "by": admin}
    assert refused(actions.succeed, **split) == "wrong-accounts"
    assert refused(actions.succeed, **split, accounts=[goes.pk, staff(new).pk]) == "wrong-accounts"
    actions.succeed(**split, accounts=[goes.pk], at=NOW)
    old.refresh_from_db()
    assert old.until_on is None
    assert queries.doer_of(stays, NOW).posts == {(old.pk, "reviewer")}
    goes.refresh_from_db()
    assert queries.doer_of(goes, NOW).posts == {(new.pk, "reviewer")}


def test_a_succession_is_neither_done_ahead_nor_into_itself(admin):
    old, new = organ("a"), organ("b")
    ahead = {"old": old, "new": new, "from_day": date(2026, 9, 25), "document": "文", "by": admin}
    assert refused(actions.succeed, **ahead) == "not-yet"
    assert refused(actions.succeed, old=old, new=old, from_day=TODAY, document="文", by=admin) == "same-organ"


@pytest.fixture
def window():
    return counter(place(organ("hall-keeper")))


def authorise(window, of, by, **more):
    said = {
        "counter": window, "organ": of, "powers": ["receive", "accept"], "item_codes": ["X1"], "from_on": TODAY,
        "until_on": date(2026, 12, 1), "document": "云窗授〔2026〕1号",
    } | more  # fmt: skip
    return actions.authorise_counter(**said, by=by, at=NOW)


def test_a_counter_may_what_it_is_authorised_to_and_nothing_else(window, admin):
    market, health = organ("market"), organ("health")
    authorise(window, market, admin)
    assert queries.counter_may(window, market, "X1", "accept", TODAY)
    assert not queries.counter_may(window, market, "X1", "decide", TODAY)
    assert not queries.counter_may(window, market, "X2", "accept", TODAY)
    assert not queries.counter_may(window, health, "X1", "accept", TODAY)
    assert not queries.counter_may(window, market, "X1", "accept", date(2026, 12, 1))
    assert not queries.counter_may(window, market, "X1", "accept", date(2026, 9, 23))


def test_an_authorisation_for_all_items_holds_for_every_code_until_it_is_taken_back(window, admin):
    market = organ("market")
    given = authorise(window, market, admin, item_codes=[], all_items=True)
    assert queries.counter_may(window, market, "whatever", "receive", TODAY)
    actions.revoke_authorisation(authorisation=given, on=TODAY, by=admin, at=NOW)
    assert not queries.counter_may(window, market, "whatever", "receive", TODAY)
    assert refused(actions.revoke_authorisation, authorisation=given, on=TODAY, by=admin) == "already-ended"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"powers": []}, "unknown-power"),
        ({"powers": ["receive", "burn"]}, "unknown-power"),
        ({"item_codes": []}, "all-or-named"),
        ({"all_items": True}, "all-or-named"),
        ({"document": ""}, "missing"),
        ({"until_on": TODAY}, "backward-term"),
        ({"from_on": date(2026, 9, 1)}, "backdated"),
    ],
)
def test_an_authorisation_that_is_not_in_order_is_refused(window, admin, wrong, code):
    with pytest.raises(Refusal) as caught:
        authorise(window, organ("market"), admin, **wrong)
    assert caught.value.code == code


def test_a_head_authorises_for_the_own_organ_only(window):
    market, health = organ("market"), organ("health")
    head = staff(market)
    post(head, "head")
    by = queries.doer_of(head, NOW)
    assert by.may(Permission.ORGAN_EDIT, market.pk)
    with pytest.raises(Refusal) as caught:
        authorise(window, health, by)
    assert caught.value.code == "not-allowed"
    assert authorise(window, market, by).pk


def test_counters_of_a_clerk_are_those_of_the_posts(window):
    clerk = staff(window.organ)
    post(clerk, "receiver", counter=window)
    assert list(queries.counters_of(queries.doer_of(clerk, NOW), TODAY)) == [window]


@pytest.mark.parametrize(("hour", "extended"), [(11, False), (12, True), (14, False)])
def test_the_lunch_counter_is_extended_service(window, hour, extended):
    PlaceHours.objects.create(place=window.place, from_on=BEGINNING, weekday=4, opens_at=time(9), closes_at=time(12))
    PlaceHours.objects.create(
        place=window.place, from_on=BEGINNING, weekday=4, opens_at=time(12), closes_at=time(13, 30), extended=True
    )
    assert queries.is_extended(window.place, NOW.replace(hour=hour, minute=0)) is extended
