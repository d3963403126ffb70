"""Messages: one an occasion, kept with every attempt, masked, sent again by hand."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import letters, numbers, organs
from yiwang.foundation.letters import actions, delivery, queries, rules, tasks
from yiwang.foundation.letters.models import Message, MessageAttempt
from yiwang.foundation.organs import gateways
from yiwang.foundation.packs.queries import NoSuchRule
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DATA = {
    "county": "云溪政务服务",
    "item": "食品经营许可（核发）",
    "number": "2026-000001",
    "by": "9月30日",
    "link": "https://yunxi.example/p/ABCD",
    "phone": "0700-3310264",
}


class Gateway:
    """A gateway that remembers, and fails while told to."""

    def __init__(self):
        self.sent, self.broken = [], False

    def send(self, *, phone, text):
        if self.broken:
            raise gateways.NotSent("短信发送失败")
        self.sent.append((phone, text))


@pytest.fixture
def gateway(monkeypatch):
    made = Gateway()
    monkeypatch.setattr(gateways, "chosen", lambda: made)
    monkeypatch.delenv("YW_DELIVERY", raising=False)
    return made


@pytest.fixture
def person(db):
    letters.kinds()
    return letters.person()


def tell(person, **changes):
    wanted = {
        "kind": "accepted",
        "to_party": person.pk,
        "data": DATA,
        "key": "2026-000001:accepted",
        "matter_reference": "2026-000001",
        "by": SYSTEM,
        "at": NOW,
    }
    return actions.tell(**wanted | changes)


def test_missing_words_and_unknown_kinds_are_refused(person):
    with pytest.raises(rules.Incomplete) as refused:
        tell(person, data={"item": "x"})
    assert {"county", "number", "by", "link", "phone"} == {fault.field for fault in refused.value.faults}
    with pytest.raises(NoSuchRule):
        tell(person, kind="greeting")


def test_the_same_occasion_tells_nobody_twice(person, gateway):
    one, two = tell(person), tell(person)
    assert one == two
    assert ProcrastinateJob.objects.filter(task_name="letters.deliver").count() == 1
    tasks.deliver_message(one.pk)
    tasks.deliver_message(one.pk)
    assert len(gateway.sent) == 1


def test_a_message_says_what_happened_by_when_and_whom_to_call(person, gateway):
    message = tell(person)
    tasks.deliver_message(message.pk)
    phone, text = gateway.sent[0]
    assert phone == numbers.phone(1)
    assert text == (
        "【云溪政务服务】您申请的“食品经营许可（核发）”（2026-000001）已受理，正在审核，最迟9月30日办结。"
        "进度：https://yunxi.example/p/ABCD 电话：0700-3310264"
    )


def test_a_failed_attempt_is_kept_and_the_job_tries_again(person, gateway):
    message = tell(person)
    gateway.broken = True
    with pytest.raises(delivery.NotDelivered):
        tasks.deliver_message(message.pk)
    gateway.broken = False
    tasks.deliver_message(message.pk)
    message.refresh_from_db()
    attempts = list(message.attempts.order_by("pk"))
    assert [a.succeeded for a in attempts] == [False, True]
    assert message.status == Message.Status.SENT
    assert attempts[0].answer == "短信发送失败"
    assert numbers.phone(1) not in attempts[1].address
    assert attempts[1].address.startswith("154****")


def test_somebody_without_a_phone_is_not_reached_and_that_is_said(person, gateway):
    person.phone_cipher = person.phone_index = None
    person.save()
    message = actions.deliver(message_id=tell(person).pk, by=SYSTEM, at=NOW)
    assert message.status == Message.Status.FAILED
    assert "联系方式" in MessageAttempt.objects.get().answer


def test_an_adapter_nobody_implements_is_said(person, monkeypatch):
    monkeypatch.setenv("YW_DELIVERY", "pigeon")
    actions.deliver(message_id=tell(person).pk, by=SYSTEM, at=NOW)
    assert "pigeon" in MessageAttempt.objects.get().answer


def test_mail_goes_to_the_accounts_address(person, monkeypatch):
    monkeypatch.setenv("YW_DELIVERY", "smtp")
    person.account = organs.staff(organs.organ(), email="lin@example.org", kind="citizen", organ=None)
    person.save()
    actions.deliver(message_id=tell(person).pk, by=SYSTEM, at=NOW)
    assert mail.outbox[0].to == ["lin@example.org"]
    assert MessageAttempt.objects.get().address == "l***@example.org"


def test_only_the_organs_clerks_send_again(person, gateway):
    organ = organs.organ()
    message = tell(person, organ_id=organ.pk)
    account = organs.staff(organ)
    by = Doer(
        f"staff:{account.pk}",
        "staff",
        account_id=account.pk,
        organ_id=organ.pk,
        grants=frozenset({(Permission.LETTER_SEE, organ.pk)}),
    )
    with pytest.raises(Refusal, match="正在发送"):
        actions.resend(message_id=message.pk, by=by, at=NOW)
    tasks.deliver_message(message.pk)
    with pytest.raises(NotFound):
        actions.resend(message_id=message.pk, by=STRANGER, at=NOW)
    actions.resend(message_id=message.pk, by=by, at=NOW)
    tasks.deliver_message(message.pk)
    assert len(gateway.sent) == 2
    assert message.attempts.count() == 2


def test_a_person_sees_only_the_own_messages(person):
    message = tell(person)
    me = Doer(f"person:{person.pk}", "citizen", person_id=person.pk)
    assert list(queries.messages(me)) == [message]
    assert not queries.messages(Doer("person:0", "citizen", person_id=person.pk + 1)).exists()
    assert not queries.messages(STRANGER).exists()


def test_no_message_text_has_room_for_an_id_number(person):
    from yiwang.foundation.packs import queries as packs

    for kind in packs.rules("message", NOW.date()).values():
        assert not {"id_number", "name"} & set(kind.value.fields)
        assert {"number", "link", "phone"} <= set(kind.value.fields)
