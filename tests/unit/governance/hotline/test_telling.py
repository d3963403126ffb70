"""A caller without an account hears of the end by a text message: links to the answer and to a rating, the number masked."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import DAY, OPERATOR, take
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters import delivery
from yiwang.foundation.letters.models import Message
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters

pytestmark = pytest.mark.usefixtures("county")
PHONE = "13900007711"


def answered(**changed):
    reference = hotline.recorded(kind="enquiry", title="问停水", content="请问城西社区什么时候恢复供水？", **changed)
    take(
        reference,
        "answer",
        OPERATOR,
        answer="城西社区供水9月21日18时恢复，依据《城市供水条例》抢修。可拨打0700-3310111查询。",
    )
    matters.drain(at=cast.at(DAY, 12))
    return reference


def test_nobody_who_left_no_number_or_a_landline_or_asked_not_to_be_known_gets_a_message():
    answered(phone="", disclosure="anonymous")
    answered(phone="0700-3310264")
    assert not Message.objects.filter(kind="order-closed").exists()


def test_a_caller_without_an_account_gets_both_links_once_and_no_desk_shows_the_number(monkeypatch):
    reference = answered(phone=PHONE)
    matters.drain(at=cast.at(DAY, 13))
    message = Message.objects.get(kind="order-closed")
    assert (message.party_id, message.account_id, message.matter_reference) == (None, None, "")
    assert PHONE not in message.text
    assert PHONE.encode() not in bytes(message.number)
    sent = []
    adapter = delivery.Adapter(
        delivery.phone_of, delivery.masking.phone, lambda to, text, _: sent.append((to, text)), numbers=True
    )
    monkeypatch.setitem(delivery.ADAPTERS, "sms", adapter)
    monkeypatch.setenv("YW_DELIVERY", "wechat,sms")
    letters.deliver(message_id=message.pk, by=SYSTEM, at=cast.at(DAY, 13))
    assert [to for to, _ in sent] == [PHONE]
    tried = list(message.attempts.order_by("pk").values_list("adapter", "address", "succeeded"))
    assert tried == [("wechat", "", False), ("sms", delivery.masking.phone(PHONE), True)]
    progress, rate = (re.search(pattern, message.text)[0] for pattern in (r"/progress/order/\?\S+", r"/rate/link/\S+/"))
    browser = Client()
    assert "9月21日18时恢复" in browser.get(progress).content.decode()
    assert "9月21日18时恢复" not in browser.get(progress[:-1] + "0").content.decode() or progress.endswith("0")
    assert browser.get(rate).status_code == 200
    assert browser.get(rate[:-3] + ("aa/" if not rate.endswith("aa/") else "bb/")).status_code == 404
    assert hotline.order(reference).enquiry_code in progress
