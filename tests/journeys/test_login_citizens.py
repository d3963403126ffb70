"""Citizens log in with a code on their phone; the account opens at the first one, or at the counter."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.factories.organs import organ, post, staff
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import actions, gateways, queries
from yiwang.foundation.organs.models import Account, SmsCode
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 9, 30, tzinfo=SHANGHAI)
PHONE = "13800001111"


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True
    settings.SMS_GATEWAY = ""


def send(at=NOW, phone=PHONE, address="10.0.0.1"):
    return actions.send_code(phone=phone, address=address, at=at)


def refused(deed, **arguments):
    with pytest.raises(Refusal) as caught:
        deed(**arguments)
    return caught.value.code


def other_than(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_citizen_logs_in_with_a_code_and_the_account_opens_by_itself(client):
    page = client.post("/accounts/phone/", {"phone": "138 0000 1111", "next": "/my/"})
    text = page.content.decode()
    assert "演示环境" in text
    assert "138****1111" in text
    code = page.context["demo_code"]
    answer = client.post("/accounts/phone/code/", {"phone": PHONE, "code": code, "next": "/my/"})
    assert answer.url == "/my/"
    account = Account.objects.get(kind="citizen")
    assert client.session["_auth_user_id"] == str(account.pk)
    assert "demo-sms-code" not in client.session
    assert LedgerEntry.objects.filter(subject=f"account:{account.pk}").count() == 1


def test_outside_the_demo_the_code_is_on_no_page(client, settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.setattr(gateways, "chosen", lambda: gateways.Console())
    page = client.post("/accounts/phone/", {"phone": PHONE})
    assert page.context["demo_code"] is None
    assert "演示环境" not in page.content.decode()


def test_without_a_gateway_no_code_is_sent_and_nothing_is_kept(client, settings):
    settings.DEMO = False
    page = client.post("/accounts/phone/", {"phone": PHONE})
    assert page.status_code == 422
    assert "短信服务尚未接通" in page.content.decode()
    assert SmsCode.objects.count() == 0


def test_a_number_that_is_no_mobile_number_is_refused(client):
    page = client.post("/accounts/phone/", {"phone": "12345"})
    assert page.status_code == 422
    assert "手机号码应为" in page.content.decode()


def test_a_wrong_code_says_how_many_guesses_are_left_and_the_fifth_ends_it(client):
    code = send().code
    wrong = other_than(code)
    for left in (4, 3, 2, 1):
        with pytest.raises(Refusal, match=f"还可以输入{left}次"):
            actions.enter_code(phone=PHONE, code=wrong, at=NOW)
    assert refused(actions.enter_code, phone=PHONE, code=wrong, at=NOW) == "wrong-code"
    assert refused(actions.enter_code, phone=PHONE, code=code, at=NOW) == "too-many-guesses"
    assert not Account.objects.filter(kind="citizen").exists()


def test_a_code_opens_the_account_once_and_only_within_five_minutes():
    code = send().code
    late = NOW + timedelta(minutes=5)
    assert refused(actions.enter_code, phone=PHONE, code=code, at=late) == "code-expired"
    account = actions.enter_code(phone=PHONE, code=code, at=late - timedelta(seconds=1))
    assert refused(actions.enter_code, phone=PHONE, code=code, at=NOW) == "no-code"
    again = send(at=NOW + timedelta(minutes=2)).code
    assert actions.enter_code(phone=PHONE, code=again, at=NOW + timedelta(minutes=2)) == account


def test_one_phone_s_code_opens_no_other_phone():
    code = send().code
    send(phone="13800002222")
    assert refused(actions.enter_code, phone="13800002222", code=other_than(code), at=NOW) == "wrong-code"
    assert refused(actions.enter_code, phone="13800003333", code=code, at=NOW) == "no-code"


def test_a_second_code_within_a_minute_is_refused():
    send()
    assert refused(send, at=NOW + timedelta(seconds=59)) == "too-often"
    send(at=NOW + timedelta(seconds=60))


def test_more_than_five_codes_an_hour_to_one_phone_are_refused():
    for minute in range(0, 10, 2):
        send(at=NOW + timedelta(minutes=minute), address=f"10.0.0.{minute}")
    assert refused(send, at=NOW + timedelta(minutes=12)) == "too-often"
    send(at=NOW + timedelta(minutes=61))


def test_more_than_thirty_codes_an_hour_from_one_address_are_refused():
    for number in range(30):
        send(phone=f"138000022{number:02d}")
    assert refused(send, phone="13800009999") == "too-often"
    send(phone="13800009999", address="10.0.0.2")


def test_phone_and_code_lie_nowhere_in_the_clear():
    code = send().code
    account = actions.enter_code(phone=PHONE, code=code, at=NOW)
    account.refresh_from_db()
    kept = bytes(account.phone_cipher) + bytes(account.phone_index)
    row = SmsCode.objects.get()
    kept += bytes(row.phone_index) + bytes(row.digest) + bytes(row.address_index)
    assert PHONE.encode() not in kept
    assert code.encode() not in kept
    assert queries.masked_phone(account) == "138****1111"
    assert queries.phone_of(account) == PHONE
    assert not LedgerEntry.objects.filter(body__contains=PHONE).exists()


def test_at_the_counter_a_clerk_opens_the_account_and_a_stranger_cannot():
    clerk = staff(organ())
    post(clerk, "receiver")
    by = queries.doer_of(clerk, NOW)
    with pytest.raises(NotAllowed):
        actions.open_citizen_account(phone=PHONE, by=STRANGER, at=NOW)
    account = actions.open_citizen_account(phone=PHONE, by=by, at=NOW)
    assert actions.enter_code(phone=PHONE, code=send().code, at=NOW) == account
    assert refused(actions.open_citizen_account, phone=PHONE, by=by, at=NOW) == "phone-taken"
    without = actions.open_citizen_account(by=by, at=NOW)
    assert without.phone_index is None


def test_a_changed_phone_opens_the_account_and_the_old_one_no_longer():
    clerk = staff(organ())
    post(clerk, "receiver")
    by = queries.doer_of(clerk, NOW)
    account = actions.open_citizen_account(phone=PHONE, by=by, at=NOW)
    actions.bind_phone(account=account, phone="13800002222", by=by, at=NOW)
    assert actions.enter_code(phone="13800002222", code=send(phone="13800002222").code, at=NOW) == account
    assert actions.enter_code(phone=PHONE, code=send().code, at=NOW) != account


class Receiver(BaseHTTPRequestHandler):
    got: list = []
    status = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway(settings):
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.SMS_GATEWAY, settings.SMS_KEY = f"http://127.0.0.1:{server.server_port}/sms", "shared"
    Receiver.got, Receiver.status = [], 200
    yield Receiver
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_gets_a_message_it_can_verify(gateway):
    import hmac

    code = send().code
    headers, body = gateway.got[0]
    assert json.loads(body)["phone"] == PHONE
    assert code in json.loads(body)["text"]
    signed = headers["X-Yiwang-Timestamp"].encode() + b"." + body
    assert headers["X-Yiwang-Signature"] == hmac.new(b"shared", signed, "sm3").hexdigest()


def test_a_gateway_that_fails_is_a_clear_refusal_and_still_counts_against_the_limit(gateway):
    gateway.status = 503
    assert refused(send) == "message-not-sent"
    assert refused(send, at=NOW + timedelta(seconds=1)) == "too-often"
