"""Firms at the desk: registered from the licence, and who acts for them."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import numbers
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries
from yiwang.foundation.people.models import Firm, FirmOfficer
from yiwang.kernel.permissions import Doer

pytestmark = pytest.mark.django_db
WANG_NUMBER = numbers.id_number(date(1968, 2, 3), 11)
NEW = {"uscc": numbers.uscc(81), "name": "云溪县新来商行", "kind": "enterprise", "legal_representative": "王建国"}


@pytest.fixture
def as_doer(client, monkeypatch):
    def made(doer: Doer):
        monkeypatch.setattr(organs, "doer", lambda request: doer)
        return client

    return made


def text(answer):
    return answer.content.decode()


def test_whoever_does_not_receive_registers_no_firm_and_names_nobody(as_doer, reviewer, shop):
    client, officer = as_doer(reviewer), FirmOfficer.objects.get()
    naming = {"duty": "handler", "id_number": WANG_NUMBER}
    for name, arguments, sent in (
        ("people-firm-register", [], NEW),
        ("people-officer-name", [shop.pk], naming),
        ("people-officer-end", [shop.pk, officer.pk], {}),
    ):
        assert client.post(reverse(name, args=arguments), sent).status_code == 422
    assert Firm.objects.count() == FirmOfficer.objects.filter(until_on=None).count() == 1
    shown = text(client.get(reverse("people-card", args=[shop.pk])))
    assert "林小满" in shown
    assert "登记经办人" not in shown


def test_a_wrong_credit_code_is_refused_beside_its_field_and_a_right_one_registers_once(as_doer, clerk):
    client, url = as_doer(clerk), reverse("people-firm-register")
    refused = client.post(url, NEW | {"uscc": "91440000000000000X"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["uscc"]
    first, second = client.post(url, NEW), client.post(url, NEW)
    assert first.url == second.url
    assert "另一个名称登记" in text(client.post(url, NEW | {"name": "云溪县别的商行"}))


def test_somebody_unknown_is_not_named_and_somebody_registered_is(as_doer, clerk, shop, wang, at):
    client, url = as_doer(clerk), reverse("people-officer-name", args=[shop.pk])
    naming = {"duty": "handler", "id_number": numbers.id_number(serial=78)}
    assert "请先登记群众" in text(client.post(url, naming))
    assert "姓名与登记的法定代表人" in text(client.post(url, {"duty": "representative", "id_number": WANG_NUMBER}))
    assert client.post(url, naming | {"id_number": WANG_NUMBER}).url == reverse("people-card", args=[shop.pk])
    assert shop.pk in queries.delegations(wang.pk, date(2026, 9, 24))
    shown = text(client.get(reverse("people-card", args=[shop.pk])))
    assert "王建国" in shown
    assert WANG_NUMBER not in shown
    assert "已是本单位的同一身份" in text(client.post(url, naming | {"id_number": WANG_NUMBER}))


def test_a_handler_is_ended_only_through_his_own_firm(as_doer, clerk, shop, lin, wang):
    client = as_doer(clerk)
    client.post(reverse("people-officer-name", args=[shop.pk]), {"duty": "handler", "id_number": WANG_NUMBER})
    officer = FirmOfficer.objects.get(person=wang)
    other = client.post(reverse("people-firm-register"), NEW).url.strip("/").rsplit("/", 1)[1]
    assert client.post(reverse("people-officer-end", args=[other, officer.pk])).status_code == 404
    assert client.get(reverse("people-officer-name", args=[lin.pk])).status_code == 404  # a person is no firm
    client.post(reverse("people-officer-end", args=[shop.pk, officer.pk]))
    assert shop.pk not in queries.delegations(wang.pk, date(2026, 9, 24))
