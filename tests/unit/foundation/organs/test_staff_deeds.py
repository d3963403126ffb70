"""Accounts, posts, absences and leaving: who may, what is refused, what stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.factories.organs import absent, counter, organ, place, post, staff
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import actions, queries
from yiwang.foundation.organs.models import Account
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM, Permission
from yiwang.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 9, 30, tzinfo=SHANGHAI)
TODAY = NOW.date()
PASSWORD = "only-i-know-1"


@pytest.fixture
def market():
    return organ("market")


@pytest.fixture
def keeper(market):
    """The department's own account administrator."""
    account = staff(market, "peng")
    post(account, "organ-admin")
    return queries.doer_of(account, NOW)


@pytest.fixture
def admin():
    account = staff(organ("bureau"), "admin")
    post(account, "admin")
    return queries.doer_of(account, NOW)


@pytest.fixture
def seats(monkeypatch):
    """Seats as ``matters`` would report them: account id → held seats; released ones are noted."""
    held: dict[int, list] = {}
    released = []

    def release(*, account_id, successor_id, by, at):
        released.append((account_id, successor_id))
        return len(held.pop(account_id, []))

    known = dict(names.hook._functions)
    known["organs.seats-held"] = lambda *, account_id: held.get(account_id, [])
    known["organs.release-seats"] = release
    monkeypatch.setattr(names.hook, "_functions", known)
    held["released"] = released  # type: ignore[index]
    return held


def refused(deed, **arguments):
    with pytest.raises(Refusal) as caught:
        deed(**arguments, at=NOW)
    return caught.value.code


def opening(of, **more):
    return {"organ": of, "username": "newbie", "name": "新人", "password": PASSWORD} | more


def test_a_department_opens_its_own_accounts_and_nobody_else_s(market, keeper):
    assert refused(actions.open_account, **opening(organ("health")), by=keeper) == "other-department"
    account = actions.open_account(**opening(market), by=keeper, at=NOW)
    assert account.must_change_password
    assert account.check_password(PASSWORD)
    line = LedgerEntry.objects.get(event="organs.account-opened")
    assert (line.subject, line.actor) == (f"account:{account.pk}", keeper.reference)
    assert "新人" not in line.body


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"username": "Bad Name"}, "bad-username"),
        ({"name": " "}, "missing"),
        ({"password": "short1"}, "weak-password"),
        ({"password": "newbie-12345"}, "weak-password"),
        ({"password": "onlyletters"}, "weak-password"),
        ({"username": "peng"}, "username-taken"),
    ],
)
def test_an_account_that_is_not_right_is_not_opened(market, keeper, wrong, code):
    before = Account.objects.count()
    assert refused(actions.open_account, **opening(market, **wrong), by=keeper) == code
    assert Account.objects.count() == before


def test_the_system_administrator_opens_a_department_s_first_administrator_but_gives_no_ordinary_post(market, admin):
    first = actions.open_account(**opening(market), by=admin, at=NOW)
    assert refused(actions.give_post, account=first, role="decider", from_on=TODAY, by=admin) == "other-department"
    actions.give_post(account=first, role="organ-admin", from_on=TODAY, by=admin, at=NOW)
    assert queries.doer_of(first, NOW).may(Permission.STAFF_EDIT, market.pk)


def test_nobody_gives_himself_a_post_nor_a_role_above_his_own(market, keeper):
    own = Account.objects.get(username="peng")
    other = staff(market)
    assert refused(actions.give_post, account=own, role="decider", from_on=TODAY, by=keeper) == "self-appointment"
    assert refused(actions.give_post, account=other, role="admin", from_on=TODAY, by=keeper) == "appointed-by-admin"
    assert refused(actions.give_post, account=other, role="wizard", from_on=TODAY, by=keeper) == "unknown-role"


def test_reviewer_and_decider_are_never_one_hand_but_a_deputy_may_cover(market, keeper):
    zhao, sun = staff(market, "zhao"), staff(market, "sun")
    actions.give_post(account=zhao, role="reviewer", from_on=TODAY, by=keeper, at=NOW)
    assert refused(actions.give_post, account=zhao, role="decider", from_on=TODAY, by=keeper) == "posts-apart"
    a_post = actions.give_post(account=sun, role="decider", from_on=TODAY, by=keeper, at=NOW)
    actions.give_post(account=zhao, role="decider", deputy_of=a_post, from_on=TODAY, by=keeper, at=NOW)
    assert not queries.doer_of(zhao, NOW).holds("decider", market.pk)


def test_posts_are_not_backdated_nor_doubled_nor_deputised_by_their_own_holder(market, keeper):
    zhao = staff(market)
    yesterday = TODAY - timedelta(days=1)
    assert refused(actions.give_post, account=zhao, role="reviewer", from_on=yesterday, by=keeper) == "backdated"
    held = actions.give_post(account=zhao, role="reviewer", from_on=TODAY, by=keeper, at=NOW)
    assert refused(actions.give_post, account=zhao, role="reviewer", from_on=TODAY, by=keeper) == "already-held"
    deputy = {"account": zhao, "role": "reviewer", "from_on": TODAY, "deputy_of": held}
    assert refused(actions.give_post, **deputy, by=keeper) == "wrong-deputy"
    elsewhere = counter(place(organ("bureau")))
    at_counter = {"account": zhao, "role": "receiver", "from_on": TODAY, "counter": elsewhere}
    assert refused(actions.give_post, **at_counter, by=keeper) == "wrong-counter"


def test_ending_a_post_takes_its_powers_today_and_its_deputy_s_too(market, keeper):
    sun, deputy = staff(market), staff(market)
    held = post(sun, "decider")
    second = post(deputy, "decider", deputy_of=held)
    actions.end_post(post=held, on=TODAY, by=keeper, at=NOW)
    second.refresh_from_db()
    assert second.until_on == TODAY
    assert queries.doer_of(sun, NOW).posts == frozenset()


def test_a_post_is_not_ended_while_its_holder_has_seats_of_it(market, keeper, seats):
    sun = staff(market)
    held = post(sun, "decider")
    seats[sun.pk] = [queries.HeldSeat("YX2026-1", "食品经营许可", "decider", market.pk)]
    assert refused(actions.end_post, post=held, on=TODAY, by=keeper) == "seats-held"
    seats[sun.pk] = [queries.HeldSeat("YX2026-1", "食品经营许可", "acceptor", market.pk)]
    actions.end_post(post=held, on=TODAY, by=keeper, at=NOW)


def test_absence_is_declared_by_oneself_or_the_own_administrator(market, keeper):
    sun, stranger = staff(market), staff(organ("health"))
    post(stranger, "organ-admin")
    period = {"from_on": TODAY, "until_on": date(2026, 9, 30), "reason": "公休"}
    foreign = queries.doer_of(stranger, NOW)
    assert refused(actions.declare_absence, account=sun, **period, by=foreign) == "other-department"
    actions.declare_absence(account=sun, **period, by=queries.doer_of(sun, NOW), at=NOW)
    assert refused(actions.declare_absence, account=sun, **period, by=keeper) == "overlapping-absence"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"from_on": date(2026, 9, 23)}, "backdated"),
        ({"until_on": TODAY}, "backward-term"),
        ({"reason": "不想来"}, "unknown-reason"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(market, keeper, wrong, code):
    period = {"from_on": TODAY, "until_on": date(2026, 9, 30), "reason": "公休"} | wrong
    assert refused(actions.declare_absence, account=staff(market), **period, by=keeper) == code


def test_a_deputy_must_be_there(market, keeper):
    sun, away, foreign = staff(market), staff(market), staff(organ("health"))
    absent(away, date(2026, 9, 28), date(2026, 9, 29))
    period = {"account": sun, "from_on": TODAY, "until_on": date(2026, 9, 30), "reason": "公休"}
    for deputy in (sun, foreign, away):
        assert refused(actions.declare_absence, **period, deputy=deputy, by=keeper) == "wrong-deputy"


def test_whoever_covers_for_somebody_does_not_leave_them_uncovered(market, keeper):
    sun, cover = staff(market), staff(market)
    absent(sun, TODAY, date(2026, 9, 30), deputy=cover)
    period = {"account": cover, "from_on": TODAY, "until_on": date(2026, 9, 26), "reason": "病假"}
    assert refused(actions.declare_absence, **period, by=keeper) == "covering"


def test_naming_a_deputy_does_not_hand_over_account_administration(market):
    peng, colleague = staff(market), staff(market)
    post(peng, "organ-admin")
    post(peng, "reviewer")
    absent(peng, TODAY, date(2026, 9, 30), deputy=colleague)
    doer = queries.doer_of(colleague, NOW)
    assert doer.holds("reviewer", market.pk)
    assert not doer.may(Permission.STAFF_EDIT)


def test_coming_back_early_ends_the_cover_at_once(market, keeper):
    sun, cover = staff(market), staff(market)
    post(sun, "decider")
    away = absent(sun, date(2026, 9, 20), date(2026, 9, 30), deputy=cover)
    assert queries.doer_of(cover, NOW).holds("decider", market.pk)
    actions.end_absence(absence=away, by=queries.doer_of(sun, NOW), at=NOW)
    assert not queries.doer_of(cover, NOW).holds("decider", market.pk)
    assert refused(actions.end_absence, absence=away, by=keeper) == "already-ended"


def test_leaving_is_refused_while_seats_are_held_and_every_one_is_named(market, keeper, seats):
    zhao = staff(market)
    seats[zhao.pk] = [queries.HeldSeat(f"YX2026-{n}", "食品经营许可", "reviewer", market.pk) for n in (1, 2)]
    with pytest.raises(Refusal) as caught:
        actions.close_account(account=zhao, reason="调离", by=keeper, at=NOW)
    assert caught.value.code == "seats-held"
    assert [fault.says for fault in caught.value.faults] == ["YX2026-1 食品经营许可", "YX2026-2 食品经营许可"]
    zhao.refresh_from_db()
    assert zhao.is_active


def test_seats_return_to_the_queue_and_the_account_is_closed_with_its_posts(market, keeper, seats):
    zhao = staff(market)
    held = post(zhao, "reviewer")
    seats[zhao.pk] = [queries.HeldSeat("YX2026-1", "食品经营许可", "reviewer", market.pk)]
    actions.close_account(account=zhao, reason="退休", return_to_queue=True, by=keeper, at=NOW)
    held.refresh_from_db()
    zhao.refresh_from_db()
    assert (held.until_on, zhao.is_active, zhao.closed_reason) == (TODAY, False, "退休")
    assert seats["released"] == [(zhao.pk, None)]
    assert refused(actions.close_account, account=zhao, reason="退休", by=keeper) == "already-closed"


def test_a_successor_takes_the_seats_only_with_the_same_post(market, keeper, seats):
    zhao, xie = staff(market), staff(market)
    seats[zhao.pk] = [queries.HeldSeat("YX2026-1", "食品经营许可", "reviewer", market.pk)]
    leave = {"account": zhao, "reason": "调离", "successor": xie, "by": keeper}
    assert refused(actions.close_account, **leave) == "wrong-successor"
    assert refused(actions.close_account, **leave, return_to_queue=True) == "seats-held"
    post(xie, "reviewer")
    actions.close_account(**leave, at=NOW)
    assert seats["released"] == [(zhao.pk, xie.pk)]


def test_accounts_are_closed_by_their_own_department_and_never_by_themselves(market, keeper):
    own = Account.objects.get(username="peng")
    assert refused(actions.close_account, account=own, reason="离职", by=keeper) == "self-closing"
    foreign = staff(organ("health"))
    assert refused(actions.close_account, account=foreign, reason="离职", by=keeper) == "other-department"


def test_the_database_deletes_no_account_and_no_organ(market):
    account = staff(market)
    for row in (account, organ("lonely")):
        with pytest.raises(IntegrityError, match="close it"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")
    assert Account.objects.filter(pk=account.pk).exists()


def test_a_closed_account_comes_back_without_its_posts(market, keeper):
    zhao = staff(market)
    post(zhao, "reviewer")
    actions.close_account(account=zhao, reason="借调", by=keeper, at=NOW)
    back = actions.reopen_account(account=zhao, password=PASSWORD, by=keeper, at=NOW)
    assert back.is_active
    assert queries.doer_of(back, NOW).posts == frozenset()


def test_second_factors_are_cleared_by_the_system_administrator_alone(market, keeper, admin):
    zhao = staff(market)
    assert refused(actions.reset_second_factor, account=zhao, by=keeper) == "not-allowed"
    own = Account.objects.get(username="admin")
    assert refused(actions.reset_second_factor, account=own, by=admin) == "self-reset"
    actions.reset_second_factor(account=zhao, by=admin, at=NOW)


def test_training_is_recorded_once_and_not_ahead(market, keeper):
    zhao = staff(market)
    course = {"account": zhao, "subject": "审查通则", "hours": Decimal("8"), "by": keeper}
    assert refused(actions.record_training, **course, on=TODAY + timedelta(days=1)) == "future-day"
    actions.record_training(**course, on=TODAY, at=NOW)
    assert refused(actions.record_training, **course, on=TODAY) == "already-recorded"


def test_another_department_s_accounts_are_not_there_for_an_administrator(market, keeper):
    foreign = staff(organ("health"))
    with pytest.raises(Refusal) as caught:
        queries.account_seen_by(keeper, foreign.pk, TODAY)
    assert caught.value.status == 404
    assert foreign not in queries.accounts_of(keeper, queries.organs_administered(keeper, TODAY), TODAY)


def test_the_system_itself_may_open_accounts(market):
    assert actions.open_account(**opening(market), by=SYSTEM, at=NOW).pk
