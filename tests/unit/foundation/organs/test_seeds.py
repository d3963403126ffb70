"""The demo county as its pack declares it: seeded once, left alone afterwards, drift reported."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from django.db.models import Count

from tests.factories.rules import shipped
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.identifiers.rules import check_uscc
from yiwang.foundation.organs import queries
from yiwang.foundation.organs.models import Account, Counter, CounterAuthorisation, Organ, OrganName, Place, Post
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import SYSTEM, Permission

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 9, 30, tzinfo=SHANGHAI)
REGISTERS = [name for name in packs.seed_order() if name.startswith("organs.")]


@pytest.fixture(scope="session")
def reading():
    return shipped()


def seed(reading):
    return {name: names.hook[f"packs.seed.{name}"](reading.entries[name], by=SYSTEM, at=NOW) for name in REGISTERS}


def drift(reading):
    return [each for name in REGISTERS for each in names.hook[f"packs.diff.{name}"](reading.entries[name])]


def test_the_county_s_own_files_have_no_fault(reading):
    ours = ("demo-county/organs/", "demo-county/staff/", "demo-county/places/", "national/roles/")
    assert [f for f in reading.faults if any(part in f.field for part in ours)] == []


def test_the_county_is_seeded_quickly_and_a_second_time_adds_nothing(reading):
    started = time.monotonic()
    first = seed(reading)
    assert time.monotonic() - started < 3
    assert first["organs.organs"].added >= 60
    again = seed(reading)
    assert {name: report.added for name, report in again.items()} == dict.fromkeys(REGISTERS, 0)
    assert drift(reading) == []


def test_a_register_keeps_what_was_changed_and_the_drift_is_named(reading):
    seed(reading)
    Organ.objects.filter(code="market").update(phone="0700-1")
    Counter.objects.filter(place__code="hall", number="A02").update(name="改名窗口")
    seed(reading)
    found = {(d.register, d.key, d.field, d.stored) for d in drift(reading)}
    assert found == {
        ("organs.organs", "market", "phone", "0700-1"),
        ("organs.counters", "hall A02", "name", "改名窗口"),
    }


def test_an_unknown_reference_is_refused_with_its_line_and_nothing_is_written(reading):
    seed_of = names.hook["packs.seed.organs.names"]
    with pytest.raises(packs.Broken) as refused:
        seed_of(reading.entries["organs.names"], by=SYSTEM, at=NOW)
    assert any("names.csv:2" in fault.field for fault in refused.value.faults)
    assert OrganName.objects.count() == 0


def test_the_county_has_the_bodies_places_and_people_its_story_needs(reading):
    seed(reading)
    kinds = dict(Organ.objects.values_list("kind").annotate(Count("pk")))
    assert kinds["bureau"] == 1
    assert kinds["department"] >= 26
    assert kinds["enterprise"] == 3
    assert Counter.objects.filter(place__code="hall").count() >= 12
    assert Place.objects.filter(kind=Place.Kind.TOWN).count() >= 8
    assert Place.objects.filter(kind=Place.Kind.VILLAGE).count() >= 12
    assert CounterAuthorisation.objects.filter(powers__contains=["accept"]).exists()
    assert all(check_uscc(code) for code in Organ.objects.values_list("uscc", flat=True))


def test_every_department_is_covered_and_nobody_both_reviews_and_decides(reading):
    seed(reading)
    deciding = Organ.objects.filter(kind__in=["bureau", "department"])
    for organ in deciding.exclude(code__in=["county-government", "hotline"]):  # neither decides on applications
        roles = set(Post.objects.filter(organ=organ, deputy_of=None).values_list("role", flat=True))
        assert {"receiver", "acceptor", "reviewer", "decider", "head"} <= roles, organ.code
        assert "organ-admin" in roles, organ.code
    for account in Account.objects.filter(kind="staff"):
        held = set(account.posts.filter(deputy_of=None).values_list("role", flat=True))
        assert not {"reviewer", "decider"} <= held, account.username


def test_the_cast_can_do_their_parts_and_not_each_other_s(reading):
    seed(reading)
    market = queries.organ("market").pk
    chen, zhao, sun, wu = (
        queries.doer_of(Account.objects.get(username=name), NOW) for name in ("chen", "zhao", "sun", "wu")
    )
    assert chen.may(Permission.CASE_RECEIVE)
    assert not chen.may(Permission.CASE_ACCEPT, market)  # in the hall only, where a department's 授权 lets the counter
    assert not chen.may(Permission.CASE_REVIEW)
    assert not chen.may(Permission.CASE_DECIDE)
    assert zhao.may(Permission.CASE_REVIEW, market)
    assert not zhao.may(Permission.CASE_DECIDE)
    assert sun.may(Permission.CASE_DECIDE, market)
    assert not sun.may(Permission.CASE_REVIEW)
    assert wu.may(Permission.CASE_SUPERVISE, market)
    assert not wu.may(Permission.CASE_DECIDE)


def test_the_demo_password_is_shared_and_set_once_only(reading):
    seed(reading)
    chen = Account.objects.get(username="chen")
    assert chen.check_password(reading.entries["organs.demo-login"][0].value.password)
    chen.set_password("something-else-1")
    chen.save()
    seed(reading)
    assert Account.objects.get(username="chen").check_password("something-else-1")


def test_the_bureau_bears_the_name_of_the_day(reading):
    seed(reading)
    bureau = queries.organ("data-bureau").pk
    assert queries.organ_name(bureau, date(2018, 5, 1)) == "云溪县行政服务管理办公室"
    assert queries.organ_name(bureau, date(2024, 4, 27)) == "云溪县政务服务数据管理局"
    assert queries.organ_name(bureau, date(2024, 4, 28)) == "云溪县政务服务和数据管理局"
    assert queries.organ_names([bureau], date(2018, 5, 1)) == {bureau: "云溪县行政服务管理办公室"}
