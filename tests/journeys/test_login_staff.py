"""Staff log in: password, lockout, forced second factor, forced password change."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from tests.factories.organs import organ, post, staff
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.actions import reset_password
from yiwang.kernel.permissions import Doer, Permission

pytestmark = pytest.mark.django_db
PASSWORD = "yunxi-2026-pass"


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def market():
    return organ("market", name="云溪县市场监督管理局")


@pytest.fixture
def zhao(market):
    account = staff(market, "zhao", name="赵建国")
    account.set_password(PASSWORD)
    account.save()
    post(account, "reviewer")
    return account


def log_in(client, username="zhao", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"username": username, "password": password, **more})


def code_for(secret):
    """RFC 6238 by hand: what any authenticator app would show."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    start = mac[-1] & 0x0F
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_a_wrong_password_is_refused_without_telling_which_part_was_wrong(client, zhao):
    for username in ("zhao", "nobody"):
        page = log_in(client, username, "wrong")
        assert page.status_code == 422
        assert "登录名或者密码不正确" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_staff_land_on_their_inbox_and_leave_by_a_form_post(client, zhao):
    assert log_in(client).url == "/desk/inbox/"
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_the_page_asked_for_before_login_comes_after_it_but_never_a_foreign_one(client, zhao):
    assert log_in(client, next="/desk/organs/").url == "/desk/organs/"
    client.post("/accounts/logout/")
    assert log_in(client, next="https://evil.example/").url == "/desk/inbox/"


def test_five_wrong_passwords_lock_the_name_and_the_page_says_for_how_many_minutes(client, zhao):
    for _ in range(4):
        assert log_in(client, password="wrong").status_code == 422
    locked = log_in(client, password="wrong")
    assert locked.status_code == 429
    assert "请15分钟后再试" in locked.content.decode()
    right = log_in(client)
    assert right.status_code == 429
    assert "分钟后再试" in right.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_administrator_s_new_password_opens_a_locked_name_at_once(client, zhao):
    for _ in range(5):
        log_in(client, password="wrong")
    assert log_in(client).status_code == 429
    admin = Doer("staff:9", "staff", account_id=9, grants=frozenset({(Permission.STAFF_EDIT, zhao.organ_id)}))
    reset_password(account=zhao, password="newly-given-1", by=admin, at=datetime(2026, 9, 24, 2, tzinfo=UTC))
    assert log_in(client, password="newly-given-1").status_code == 302


def test_a_closed_account_cannot_log_in(client, zhao):
    zhao.is_active, zhao.closed_at = False, datetime(2026, 9, 1, tzinfo=UTC)
    zhao.save()
    assert log_in(client).status_code == 422


def test_closing_an_account_ends_its_open_sessions(client, zhao):
    log_in(client)
    assert client.get("/accounts/password/").status_code == 200
    zhao.is_active, zhao.closed_at = False, datetime(2026, 9, 1, tzinfo=UTC)
    zhao.save()
    assert client.get("/accounts/password/").status_code == 302


def test_a_password_set_by_an_administrator_must_be_changed_before_anything_else(client, zhao):
    zhao.must_change_password = True
    zhao.save()
    log_in(client)
    assert client.get("/desk/organs/").url == "/accounts/password/"
    weak = client.post("/accounts/password/", {"old": PASSWORD, "password": "zhao12345678", "again": "zhao12345678"})
    assert weak.status_code == 422
    assert "密码不得包含登录名" in weak.content.decode()
    new = {"old": PASSWORD, "password": "only-i-know-1", "again": "only-i-know-1"}
    assert client.post("/accounts/password/", new).status_code == 302
    assert client.get("/desk/organs/").status_code == 200
    assert LedgerEntry.objects.filter(event="organs.password-changed").count() == 1


def test_an_administrator_must_bind_a_second_factor_and_is_asked_for_it_from_then_on(client, zhao):
    post(zhao, "organ-admin")
    log_in(client)
    assert client.get("/desk/staff/").url == "/accounts/second-factor/enrol/"
    assert client.get("/accounts/second-factor/enrol/").status_code == 200  # the password was typed this moment
    session = client.session
    key = "account_authentication_methods"
    session[key] = [record | {"at": record["at"] - 3600} for record in session[key]]
    session.save()
    to_confirm = client.get("/accounts/second-factor/enrol/")
    assert to_confirm.url.startswith("/accounts/confirm/")
    page = client.post(to_confirm.url, {"password": PASSWORD, "next": "/accounts/second-factor/enrol/"})
    assert page.url == "/accounts/second-factor/enrol/"
    enrol = client.get("/accounts/second-factor/enrol/")
    secret = enrol.context["form"].secret
    wrong = client.post("/accounts/second-factor/enrol/", {"code": "000000" if code_for(secret) != "000000" else "1"})
    assert wrong.status_code == 422
    bound = client.post("/accounts/second-factor/enrol/", {"code": code_for(secret)})
    assert bound.url == "/accounts/second-factor/codes/"
    assert len(client.get(bound.url).context["unused_codes"]) == 10
    assert client.get("/desk/staff/").status_code == 200
    stored = Authenticator.objects.get(user=zhao, type="totp")
    assert secret not in str(stored.data)

    client.post("/accounts/logout/")
    cache.clear()  # the same code within its half minute would rightly be refused
    asked = log_in(client)
    assert asked.url == "/accounts/second-factor/ask/"
    assert client.get("/desk/staff/").status_code == 302
    assert client.post(asked.url, {"code": "not-it"}).status_code == 422
    assert client.post(asked.url, {"code": code_for(secret)}).status_code == 302
    assert client.get("/desk/staff/").status_code == 200


def test_a_recovery_code_works_once(client, zhao):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    post(zhao, "organ-admin")
    TOTP.activate(zhao, generate_totp_secret())
    code = RecoveryCodes.activate(zhao).get_unused_codes()[0]
    log_in(client)
    assert client.post("/accounts/second-factor/ask/", {"code": code}).status_code == 302
    assert client.get("/desk/staff/").status_code == 200
    client.post("/accounts/logout/")
    log_in(client)
    assert client.post("/accounts/second-factor/ask/", {"code": code}).status_code == 422


def test_in_the_demo_another_post_works_without_a_second_factor_but_the_administrator_s_power_does_not(
    client, zhao, settings
):
    settings.DEMO = True
    post(zhao, "organ-admin")
    log_in(client)
    page = client.get("/desk/inbox/")
    assert page.status_code == 200
    assert "要绑定第二因素才有权力" in page.content.decode()
    assert client.get("/desk/staff/").status_code == 302  # to one's own page: the list is the administrator's


def test_a_reviewer_is_never_asked_for_a_second_factor(client, zhao):
    log_in(client)
    assert client.get("/desk/organs/").status_code == 200


def test_the_text_size_comes_back_with_the_account_on_another_machine(client, zhao):
    log_in(client)
    client.post("/text-size/", {"size": "larger", "next": "/"})
    client.post("/accounts/logout/")
    client.cookies.clear()
    assert log_in(client).cookies["text-size"].value == "larger"


def test_the_library_s_own_pages_have_no_address(client):
    for path in ("signup", "email", "password/reset", "2fa"):
        assert client.get(f"/accounts/{path}/").status_code == 404
