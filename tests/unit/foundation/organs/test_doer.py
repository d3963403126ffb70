"""Who acts: posts, deputies while the principal is away, roles as the packs declare them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests.factories.organs import absent, organ, post, staff
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.organs import queries
from yiwang.kernel.permissions import STRANGER, Permission

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 9, 30, tzinfo=SHANGHAI)


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    request.session = {}
    return request


def test_nobody_logged_in_is_a_stranger():
    assert queries.doer(request_of(AnonymousUser())) is STRANGER


def test_a_closed_account_is_a_stranger():
    account = staff(organ(), is_active=False, closed_at=NOW)
    post(account, "reviewer")
    assert queries.doer_of(account, NOW) is STRANGER


def test_a_role_grants_its_permissions_in_its_own_organ_only():
    market, health = organ("market"), organ("health")
    account = staff(market)
    post(account, "decider")
    doer = queries.doer_of(account, NOW)
    assert doer.reference == f"staff:{account.pk}"
    assert doer.holds("decider", market.pk)
    assert doer.may(Permission.CASE_DECIDE, market.pk)
    assert not doer.may(Permission.CASE_DECIDE, health.pk)


def test_a_jurisdiction_role_reaches_every_organ():
    account = staff(organ("bureau"))
    post(account, "supervisor")
    assert queries.doer_of(account, NOW).may(Permission.CASE_SUPERVISE, organ("market").pk)


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [
        (date(2026, 9, 25), None, False),  # begins tomorrow
        (date(2026, 9, 24), None, True),
        (date(2020, 1, 1), date(2026, 9, 24), False),  # ended today: the end is exclusive
        (date(2020, 1, 1), date(2026, 9, 25), True),
    ],
)
def test_a_post_counts_on_the_days_of_its_period(from_on, until_on, holds):
    account = staff(organ())
    held = post(account, "reviewer", from_on=from_on, until_on=until_on)
    assert queries.doer_of(account, NOW).holds("reviewer", held.organ_id) is holds


def test_a_standing_deputy_holds_the_post_only_while_its_holder_is_absent():
    market = organ("market")
    principal, deputy = staff(market, "sun"), staff(market, "zhou")
    post(deputy, "decider", deputy_of=post(principal, "decider"))
    assert not queries.doer_of(deputy, NOW).holds("decider", market.pk)
    absent(principal, date(2026, 9, 23), date(2026, 9, 25))
    assert queries.doer_of(deputy, NOW).holds("decider", market.pk)


def test_a_named_deputy_holds_every_post_of_the_absent_one_and_loses_them_on_return():
    market = organ("market")
    principal, cover = staff(market, "sun"), staff(market, "qian")
    post(principal, "decider")
    post(principal, "acceptor")
    absent(principal, date(2026, 9, 24), date(2026, 9, 25), deputy=cover)
    doer = queries.doer_of(cover, NOW)
    assert doer.holds("decider", market.pk)
    assert doer.holds("acceptor", market.pk)
    assert queries.doer_of(cover, NOW.replace(day=25)).posts == frozenset()


def test_the_deputy_of_a_deputy_holds_nothing_while_only_the_deputy_is_absent():
    market = organ("market")
    principal, deputy, third = staff(market, "a"), staff(market, "b"), staff(market, "c")
    post(deputy, "decider", deputy_of=post(principal, "decider"))
    absent(deputy, date(2026, 9, 24), date(2026, 9, 25), deputy=third)
    assert queries.doer_of(third, NOW).posts == frozenset()


def test_posts_of_an_abolished_organ_count_for_nothing():
    account = staff(organ("old", until_on=date(2026, 9, 1)))
    post(account, "reviewer")
    assert queries.doer_of(account, NOW).posts == frozenset()


def test_the_doer_of_a_request_costs_one_query_however_often_it_is_asked(django_assert_num_queries):
    account = staff(organ())
    post(account, "reviewer")
    request = request_of(account)
    with django_assert_num_queries(1):
        first = queries.doer(request)
        assert queries.doer(request) is first


def test_a_session_opened_with_a_password_alone_has_no_administrator_powers():
    account = staff(organ())
    post(account, "organ-admin")
    post(account, "reviewer")
    request = request_of(account)
    request.session = {
        "account_authentication_methods": [{"method": "password", "at": 1}],
        "account_authentication_methods_user": str(account.pk),
    }
    doer = queries.doer(request)
    assert doer.holds("reviewer", account.organ_id)
    assert not doer.may(Permission.STAFF_EDIT)
