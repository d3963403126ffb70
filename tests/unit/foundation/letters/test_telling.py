"""Messages: one an occasion, kept with every attempt, masked, sent again by hand."""

from __future__ import annotations

import hmac
import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import letters, numbers, organs
from yiwang.foundation.letters import actions, delivery, queries, rules, tasks
from yiwang.foundation.letters.models import Message, MessageAttempt
from yiwang.foundation.organs import gateways
from yiwang.foundation.packs.queries import NoSuchRule
from yiwang.foundation.people.actions import bind_wechat
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.cases.after import MESSAGE_OF

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
        self.sent, self.numbers, self.broken = [], [], False

    def send(self, *, phone="", openid="", text, number=""):
        if self.broken:
            raise gateways.NotSent("短信发送失败")
        self.sent.append((phone, text))
        self.numbers.append(number)


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
        if kind.value.audience == "applicant":
            # a way to the page that says more; who has no page is told the outcome itself
            assert {"link", "progress", "said"} & set(kind.value.fields), kind.value.id
        if kind.value.id in MESSAGE_OF.values():  # where a case stands
            assert {"number", "phone"} <= set(kind.value.fields)


# -- channels, staff, the page of the ledger ---------------------------------------------------------------------------


def test_channels_are_tried_in_their_order_and_every_try_is_kept(person, gateway, monkeypatch):
    monkeypatch.setenv("YW_DELIVERY", "wechat, sms")
    monkeypatch.delenv("YW_WECHAT_GATEWAY", raising=False)
    message = actions.deliver(message_id=tell(person).pk, by=SYSTEM, at=NOW)
    tries = list(message.attempts.order_by("pk").values_list("adapter", "succeeded"))
    assert tries == [("wechat", False), ("sms", True)]
    assert message.status == Message.Status.SENT
    assert len(gateway.sent) == 1


def test_a_channel_that_took_the_message_ends_the_attempt(person, gateway, monkeypatch):
    monkeypatch.setenv("YW_DELIVERY", "console,sms")
    message = actions.deliver(message_id=tell(person).pk, by=SYSTEM, at=NOW)
    assert [one.adapter for one in message.attempts.all()] == ["console"]
    assert gateway.sent == []


def test_a_try_again_carries_the_same_number_and_a_resend_another(person, gateway):
    message = tell(person)
    gateway.broken = True
    for _ in range(2):
        with pytest.raises(delivery.NotDelivered):
            tasks.deliver_message(message.pk)
    gateway.broken = False
    before = delivery._number(message)
    tasks.deliver_message(message.pk)
    actions.resend(message_id=message.pk, by=SYSTEM, at=NOW)
    tasks.deliver_message(message.pk)
    assert gateway.numbers[0] == before
    assert gateway.numbers[1] != before


@pytest.fixture
def wechat(monkeypatch):
    """A WeChat gateway on this machine that keeps what it was sent."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((dict(self.headers), body))
            self.send_response(200 if len(heard) > 1 else 503)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("YW_DELIVERY", "wechat")
    monkeypatch.setenv("YW_WECHAT_GATEWAY", f"http://127.0.0.1:{server.server_port}/send")
    monkeypatch.setenv("YW_WECHAT_KEY", "shared-key")
    yield heard
    server.shutdown()
    server.server_close()
    thread.join()


def bound(person, openid="oYunxi_0001"):
    """The person agrees to messages by WeChat, through a link as the county's WeChat service signs it."""
    me = Doer(reference=f"person:{person.pk}", kind="citizen", person_id=person.pk)
    return bind_wechat(person=person, **gateways.ticket(openid), agreed=True, by=me, at=NOW)


def test_who_has_not_agreed_gets_no_message_by_wechat_but_a_text_message(person, wechat, gateway, monkeypatch):
    monkeypatch.setenv("YW_DELIVERY", "wechat,sms")
    message = actions.deliver(message_id=tell(person).pk, by=SYSTEM, at=NOW)
    tries = list(message.attempts.order_by("pk").values_list("adapter", "succeeded"))
    assert tries == [("wechat", False), ("sms", True)]
    assert wechat == []


def test_the_webhook_is_signed_with_its_moment_and_tried_again_under_the_same_number(person, wechat):
    bound(person)
    message = tell(person)
    with pytest.raises(delivery.NotDelivered):
        tasks.deliver_message(message.pk)
    tasks.deliver_message(message.pk)
    bodies = []
    for headers, body in wechat:
        moment = headers["X-Yiwang-Timestamp"]
        expected = hmac.new(b"shared-key", moment.encode() + b"." + body, "sm3").hexdigest()
        assert headers["X-Yiwang-Signature"] == expected
        assert abs(int(moment) - time.time()) < 60
        bodies.append(json.loads(body))
    assert bodies[0] == bodies[1]
    assert (bodies[0]["openid"], "phone" in bodies[0]) == ("oYunxi_0001", False)
    assert {one.address for one in message.attempts.all()} == {"oYun***01"}
    assert [one.succeeded for one in message.attempts.order_by("pk")] == [False, True]


def test_tries_are_further_and_further_apart():
    waits = [tasks.RETRY.get_retry_decision(exception=ValueError(), job=Tried(n)) for n in range(4)]
    seconds = [(one.retry_at - datetime.now(UTC)).total_seconds() for one in waits]
    assert seconds == sorted(seconds)
    assert seconds[3] > 4 * seconds[1]


class Tried:
    def __init__(self, attempts):
        self.attempts = attempts


STAFF = {
    "title": "受理通知书",
    "letter": "云市监受〔2026〕1号",
    "number": "2026-000001",
    "why": "没有用印授权",
    "link": "https://yunxi.example/desk/letters/1/",
}


def test_a_message_for_staff_is_not_sent_to_applicants_nor_the_other_way_round(person):
    account = organs.staff(organs.organ())
    with pytest.raises(Refusal, match="不是发给这类收件人的"):
        tell(person, kind="seal-waiting", data=STAFF)
    with pytest.raises(Refusal, match="不是发给这类收件人的"):
        tell(person, to_party=None, to_account=account.pk)
    with pytest.raises(ValueError, match="to a party, to an account or to a number"):
        tell(person, to_account=account.pk)


def test_staff_find_their_message_on_the_desk_and_nobody_elses(person, client, monkeypatch):
    organ = organs.organ()
    one, two = organs.staff(organ), organs.staff(organ)
    message = tell(person, kind="seal-waiting", data=STAFF, to_party=None, to_account=one.pk, key="waiting")
    tasks.deliver_message(message.pk)
    message.refresh_from_db()
    assert message.status == Message.Status.SENT

    def page(account, query=""):
        by = Doer(f"staff:{account.pk}", "staff", account_id=account.pk, organ_id=organ.pk)
        monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: by)
        return client.get(f"/desk/messages/{query}")

    assert "等待用印" in page(one).content.decode()
    assert "等待用印" not in page(two, "?show=failed").content.decode()


def test_the_clerk_reads_every_try_and_sends_again_from_the_page(person, gateway, client, monkeypatch):
    organ = organs.organ()
    account = organs.staff(organ)
    by = Doer(
        f"staff:{account.pk}",
        "staff",
        account_id=account.pk,
        organ_id=organ.pk,
        grants=frozenset({(Permission.LETTER_SEE, organ.pk), (Permission.EXPORT, organ.pk)}),
    )
    message = tell(person, organ_id=organ.pk)
    gateway.broken = True
    with pytest.raises(delivery.NotDelivered):
        tasks.deliver_message(message.pk)
    monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: by)
    text = client.get("/desk/messages/?show=failed").content.decode()
    assert "短信发送失败" in text
    assert numbers.phone(1) not in text
    assert "2026-000001" not in client.get("/desk/messages/?show=sent").content.decode()
    assert client.get("/desk/messages/?format=xlsx").content.startswith(b"PK")
    answer = client.post(f"/desk/messages/{message.pk}/resend/", {"from": "messages"})
    assert answer["Location"] == "/desk/messages/"
    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED


def test_the_page_of_messages_is_not_there_for_citizens(client, person, monkeypatch):
    me = Doer(f"person:{person.pk}", "citizen", person_id=person.pk)
    monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: me)
    assert client.get("/desk/messages/").status_code == 404
    tell(person)
    assert "已受理" in client.get("/my/letters/").content.decode()


def test_the_tries_of_a_message_stand_in_the_order_they_were_made(person):
    message = tell(person)
    for number in (92_000, 90_000, 91_000):
        MessageAttempt.objects.create(pk=number, message=message, at=NOW, by="system", adapter="sms", succeeded=False)
    shown = queries.messages(SYSTEM).get(pk=message.pk)
    assert [one.pk for one in shown.attempts.all()] == [90_000, 91_000, 92_000]
