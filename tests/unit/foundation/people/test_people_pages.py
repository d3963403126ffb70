"""The desk's look-up and card, and one's own page: what is shown, what is refused, what leaves a line."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import numbers
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import actions
from yiwang.foundation.people.models import Mandate, Person
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer

pytestmark = pytest.mark.django_db
NUMBER = numbers.id_number(date(1991, 5, 20), 22)
WANG_NUMBER = numbers.id_number(date(1968, 2, 3), 11)


@pytest.fixture
def as_doer(client, monkeypatch):
    """The next requests are made by this doer."""

    def made(doer: Doer):
        monkeypatch.setattr(organs, "doer", lambda request: doer)
        return client

    return made


@pytest.fixture
def lin_online(client, lin, account, at):
    """Lin's browser, logged in with her own account."""
    actions.link_account(person=lin, account=account, by=SYSTEM, at=at)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_whoever_may_not_see_people_gets_no_page(as_doer, lin):
    client = as_doer(STRANGER)
    for url in (reverse("people-look-up"), reverse("people-register"), reverse("people-card", args=[lin.pk])):
        answer = client.get(url)
        assert answer.status_code in {404, 422}
        assert "林小满" not in answer.content.decode()


def test_a_clerk_looks_up_a_whole_number_and_sees_a_masked_card(as_doer, lin, clerk):
    client = as_doer(clerk)
    answer = client.post(reverse("people-look-up"), {"text": NUMBER})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "林小满" in page
    assert "138****1111" in page
    page = client.get(reverse("people-card", args=[lin.pk])).content.decode()
    assert NUMBER not in page
    assert "查看完整信息" not in page  # this clerk may not


def test_a_part_of_a_number_is_refused_beside_the_field(as_doer, lin, clerk):
    answer = as_doer(clerk).post(reverse("people-look-up"), {"text": "林小满"})
    assert answer.status_code == 422
    assert "不能按姓名" in answer.content.decode()


def test_a_reviewer_sees_the_whole_number_only_after_choosing_a_purpose(as_doer, lin, reviewer):
    client, url = as_doer(reviewer), reverse("people-unmask", args=[lin.pk])
    answer = client.post(url, {"field": "id_number", "purpose": ""})
    assert answer.status_code == 422
    assert NUMBER not in answer.content.decode()
    assert not LedgerEntry.objects.filter(event="people.unmasked").exists()
    assert client.get(url).status_code == 405
    answer = client.post(url, {"field": "id_number", "purpose": "case"})
    assert NUMBER in answer.content.decode()
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert LedgerEntry.objects.filter(event="people.unmasked").count() == 1


@pytest.mark.parametrize("number", ["0", "999999999999999999", "9223372036854775808", "99999999999999999999999"])
def test_a_number_that_is_nobody_is_no_page(as_doer, clerk, number):
    assert as_doer(clerk).get(f"/desk/people/{number}/").status_code == 404


def test_the_counter_registers_somebody_and_opens_an_account_with_a_slip(as_doer, clerk):
    client = as_doer(clerk)
    faulty = client.post(reverse("people-register"), {"name": "陈阿婆", "id_number": NUMBER[:-1] + "X"})
    assert faulty.status_code == 422
    assert "校验位不符" in faulty.content.decode()
    answer = client.post(reverse("people-register"), {"name": "陈阿婆", "id_number": NUMBER}, follow=True)
    assert "陈阿婆" in answer.content.decode()
    person = Person.objects.get()
    slip = client.post(reverse("people-open-account", args=[person.pk])).content.decode()
    account = Account.objects.get(kind="citizen")
    assert account.username in slip
    assert client.post(reverse("people-open-account", args=[person.pk])).status_code == 422


def test_a_stranger_is_sent_to_log_in(client):
    answer = client.get(reverse("people-me"))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/phone/")


def test_a_new_citizen_finishes_the_real_name_step(client, account):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("people-me"), {"name": "赵一", "id_number": NUMBER})
    assert answer.status_code == 422
    assert "在线服务协议" in answer.content.decode()
    answer = client.post(reverse("people-me"), {"name": "赵一", "id_number": NUMBER, "agreed": "on"}, follow=True)
    page = answer.content.decode()
    assert "我的信息" in page
    assert NUMBER not in page


def test_lin_gives_and_revokes_a_mandate(lin_online, lin, wang):
    url = reverse("people-mandate-give")
    good = {
        "principal_id": lin.pk,
        "agent_name": "王建国",
        "agent_id_number": WANG_NUMBER,
        "until_on": "2026-12-31",
        "item_codes": "",
    }
    for bad in ({"until_on": "2026-09-24"}, {"agent_name": "王卫国"}, {"principal_id": wang.pk}, {"until_on": "昨天"}):
        assert lin_online.post(url, good | bad).status_code == 422
    assert not Mandate.objects.exists()
    page = lin_online.post(url, good, follow=True).content.decode()
    assert "林小满 委托 王建国" in page
    mandate = Mandate.objects.get()
    lin_online.post(reverse("people-mandate-revoke", args=[mandate.pk]))
    mandate.refresh_from_db()
    assert mandate.revoked_at is not None
    assert lin_online.post(reverse("people-mandate-revoke", args=[mandate.pk])).status_code == 422


def test_nobody_revokes_anothers_mandate(lin_online, wang, at):
    third = actions.register_from_pack(name="周三", id_number=numbers.id_number(serial=51), by=SYSTEM, at=at)
    mandate = actions.give_mandate(
        principal_id=third.pk,
        agent_name="王建国",
        agent_id_number=WANG_NUMBER,
        until_on=date(2026, 12, 31),
        document="file:1",
        by=SYSTEM,
        at=at,
    )
    assert lin_online.post(reverse("people-mandate-revoke", args=[mandate.pk])).status_code == 404
    mandate.refresh_from_db()
    assert mandate.revoked_at is None


def test_lin_changes_only_what_she_typed(lin_online, lin):
    assert lin_online.post(reverse("people-me"), {"phone": "12345"}).status_code == 422
    page = lin_online.post(reverse("people-me"), {"phone": numbers.phone(7)}, follow=True).content.decode()
    assert "154****0007" in page
    assert "云溪县云城镇****" in page
