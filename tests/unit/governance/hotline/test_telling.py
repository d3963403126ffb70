"""A caller without an account hears of the end by a text message: links to the answer and to a rating, the number masked."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import DAY, OPERATOR, order, take
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters import delivery
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs.models import Account
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters
from yiwang.services.ratings import after
from yiwang.services.ratings.models import Link, Rating

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
    assert "请您评价" in browser.get(rate).content.decode()
    assert browser.get(rate[:-3] + ("aa/" if not rate.endswith("aa/") else "bb/")).status_code == 404
    assert hotline.order(reference).enquiry_code in progress


def test_who_left_a_number_only_rates_by_the_link_once_without_logging_in_and_is_called_back_there(monkeypatch):
    reference = answered(phone=PHONE)
    rate = re.search(r"/rate/link/\S+/", Message.objects.get(kind="order-closed").text)[0]
    number = order(reference).number
    staff = Client()
    staff.force_login(Account.objects.get(username=OPERATOR))
    assert staff.get(rate).status_code == 422
    assert not Rating.objects.filter(occasion__reference=number).exists()
    browser = Client()
    assert browser.post(rate, {"level": "5", "text": "说了恢复供水，到现在还没有水。"}).status_code == 302
    given = Rating.objects.get(occasion__reference=number)
    assert (given.level, given.channel, given.known_by) == (5, "number", "号码核实")
    assert browser.get(rate).status_code == 404  # used
    assert browser.post(rate, {"level": "1"}).status_code == 404
    found = given.rectification
    led = []
    board = SimpleNamespace(bind=lambda *, phone="", call="", key, minutes: led.append((phone, call)) or "0700-9500001")
    monkeypatch.setattr(after.dialling, "chosen", lambda: board)
    after.bind_number(found.pk, 1, {})
    assert led == [(PHONE, "")]  # the switchboard is told; whoever calls sees the number in between
    found.feedback = "经核实，18时20分恢复，迟了20分钟，已向您道歉。"
    found.save(update_fields=["feedback"])
    for _ in range(2):
        after.tell_outcome(found.pk, 1, {})
    told = Message.objects.get(kind="rating-told")
    assert "迟了20分钟" in told.text
    assert PHONE.encode() not in bytes(told.number)


def test_a_link_that_has_run_out_is_refused_as_a_forged_one_is():
    answered(phone=PHONE)
    rate = re.search(r"/rate/link/\S+/", Message.objects.get(kind="order-closed").text)[0]
    long_ago = cast.at(DAY) - timedelta(days=30)
    Link.objects.update(made_at=long_ago, expires_at=long_ago + timedelta(days=7))
    late = Client().post(rate, {"level": "1"})
    assert (late.status_code, Rating.objects.exists()) == (404, False)
    assert "评价链接无效" in late.content.decode()
