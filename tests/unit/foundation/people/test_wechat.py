"""Messages by WeChat: bound by the person alone, through a link the WeChat service signed, with consent; ended at will."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import gateways
from yiwang.foundation.people import actions
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("YW_WECHAT_KEY", "shared-key")


@pytest.fixture
def lin_online(client, lin, account, at):
    actions.link_account(person=lin, account=account, by=SYSTEM, at=at)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refused(code, deed, *given, **said):
    with pytest.raises(Refusal) as caught:
        deed(*given, **said)
    assert caught.value.code == code


def own(person):
    return Doer(reference=f"person:{person.pk}", kind="citizen", person_id=person.pk)


def bind(person, by=None, agreed=True, at=None, **changed):
    ticket = gateways.ticket("oYunxi_0001") | changed
    return actions.bind_wechat(person=person, **ticket, agreed=agreed, by=by or own(person), at=at)


def test_nobody_binds_for_somebody_else_not_even_a_counter(lin, wang, clerk, at):
    for by in (own(wang), clerk):
        refused("not-allowed", bind, lin, by=by, at=at)
        refused("not-allowed", actions.unbind_wechat, person=lin, by=by, at=at)


def test_only_a_fresh_link_signed_by_the_wechat_service_binds(lin, at, monkeypatch):
    refused("wechat-ticket", bind, lin, at=at, openid="oYunxi_0002")
    hours_ago = str(int(time.time()) - 7200)
    old = gateways.signed(b"shared-key", hours_ago, b"oYunxi_0001")
    refused("wechat-ticket", bind, lin, at=at, moment=hours_ago, signature=old)
    for odd in ("", "²", "9" * 400):
        refused("wechat-ticket", bind, lin, at=at, moment=odd, signature=odd)
    monkeypatch.delenv("YW_WECHAT_KEY")  # no WeChat service: nothing is signed, whatever it says
    refused("wechat-ticket", bind, lin, at=at)


def test_the_identifier_is_sealed_kept_out_of_the_ledger_and_erased_when_consent_is_taken_back(lin, at):
    refused("agreement", bind, lin, agreed=False, at=at)
    refused("not-bound", actions.unbind_wechat, person=lin, by=own(lin), at=at)
    person = bind(lin, at=at)
    assert b"oYunxi" not in bytes(person.wechat_cipher)
    assert cipher.unseal(person.wechat_cipher, about=f"party:{lin.pk}:wechat") == "oYunxi_0001"
    person = actions.unbind_wechat(person=lin, by=own(lin), at=at)
    assert (person.wechat_cipher, person.wechat_agreed_at) == (None, None)
    lines = LedgerEntry.objects.filter(event__startswith="people.wechat").order_by("pk")
    assert [line.event for line in lines] == ["people.wechat-bound", "people.wechat-unbound"]
    assert not [line for line in lines if "oYunxi" in line.body]


def test_one_s_own_page_binds_and_unbinds(lin_online, lin):
    url = reverse("people-wechat-bind")
    ticket = gateways.ticket("oYunxi_0001")
    assert lin_online.get(url).status_code == 422  # typed into the address bar
    assert "我同意" in lin_online.get(f"{url}?{urlencode(ticket)}").content.decode()
    answer = lin_online.post(url, ticket)
    assert answer.status_code == 422
    assert "请勾选同意" in answer.content.decode()
    assert "解除绑定" in lin_online.post(url, ticket | {"agreed": "on"}, follow=True).content.decode()
    page = lin_online.post(reverse("people-wechat-unbind"), follow=True).content.decode()
    assert "没有绑定" in page


def test_a_stranger_logs_in_first_and_comes_back_to_the_link(client):
    answer = client.get(reverse("people-wechat-bind") + "?" + urlencode(gateways.ticket("oYunxi_0001")))
    assert answer.status_code == 302
    assert "openid%3DoYunxi_0001" in answer["Location"]
