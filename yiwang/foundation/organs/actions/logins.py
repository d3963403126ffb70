"""Citizens' logins: a code by text message, the account opened at the first one or at the counter."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.rules import check_phone
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import gateways, queries
from yiwang.foundation.organs.models import Account, SmsCode
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal

LIFE = timedelta(minutes=5)
GUESSES = 5
PAUSE = timedelta(seconds=60)  # between two codes to one phone
PER_PHONE = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
PER_ADDRESS = ((timedelta(hours=1), 30), (timedelta(days=1), 200))  # a hall shares one address
KEPT = timedelta(days=30)


class TooOften(Refusal):
    """Codes are asked for faster than people need them."""

    code = "too-often"
    status = 429


class WrongCode(Refusal):
    """The code does not open this account."""

    code = "wrong-code"


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code that was sent. ``code`` is for the demo's page only; it is stored nowhere in the clear."""

    phone: str
    code: str
    expires_at: datetime


def send_code(*, phone: str, address: str, at: datetime) -> SentCode:
    """Send a six-digit code, valid five minutes, to a mobile phone; ``address`` is the asker's network address.

    Refused: a number that is no mobile number, less than a minute after the last code, more than 5 an hour or 10 a
    day to one phone, more than 30 an hour or 200 a day from one address, no gateway, a gateway that fails. Whether
    the phone has an account is never told. A stranger may do this, so the ledger is not written.
    """
    phone = check_phone(phone, mobile=True)
    gateway = gateways.chosen()
    code = f"{secrets.randbelow(10**6):06d}"
    phone_index, address_index = cipher.index(phone, at=at), cipher.index(f"address:{address}", at=at)
    with transaction.atomic():
        locks = (cipher.steady(phone, at=at), cipher.steady(f"address:{address}", at=at))
        for key in sorted(locks):  # one order, so that two askers wait and never deadlock
            _wait_for(key)
        _refuse_too_often(phone, address, at)
        for field, text in (("phone_index", phone), ("address_index", f"address:{address}")):
            SmsCode.objects.filter(**{f"{field}__in": cipher.indexes(text)}, sent_at__lt=at - KEPT).delete()
        SmsCode.objects.create(
            phone_index=phone_index,
            address_index=address_index,
            digest=cipher.index(_hashed(phone, code), at=at),
            sent_at=at,
            expires_at=at + LIFE,
        )
    # After the row is kept: a gateway that fails still counts, or the limit could be walked around.
    gateway.send(phone=phone, text=f"登录验证码{code}，5分钟内有效。请勿告诉他人，工作人员不会索要验证码。")
    return SentCode(phone, code, at + LIFE)


def enter_code(*, phone: str, code: str, at: datetime) -> Account:
    """The account a phone's newest code opens; opened now if the phone has none.

    Refused: no code asked for, expired or used, a wrong code, and after five guesses every further one. Each guess
    is counted before it is compared, in its own statement, so that guessing in parallel gains nothing.
    """
    phone = check_phone(phone, mobile=True)
    indexes = cipher.indexes(phone)
    newest = SmsCode.objects.filter(phone_index__in=indexes, used_at__isnull=True).order_by("-pk").first()
    if newest is None:
        raise WrongCode("请先获取验证码。", code="no-code", field="code")
    if not newest.sent_at <= at < newest.expires_at:
        raise WrongCode("验证码已过期，请重新获取。", code="code-expired", field="code")
    live = SmsCode.objects.filter(pk=newest.pk, used_at__isnull=True)
    if not live.filter(guesses__lt=GUESSES).update(guesses=F("guesses") + 1):
        raise WrongCode("验证码输错次数过多，已作废，请重新获取。", code="too-many-guesses", field="code")
    given = cipher.indexes(_hashed(phone, code.strip()))
    if not any(hmac.compare_digest(bytes(newest.digest), each) for each in given):
        left = GUESSES - newest.guesses - 1
        raise WrongCode(
            f"验证码不正确，还可以输入{left}次。" if left > 0 else "验证码不正确，已作废，请重新获取。", field="code"
        )
    with transaction.atomic():
        if not live.update(used_at=at):
            raise WrongCode("验证码已使用，请重新获取。", code="code-used", field="code")
        _wait_for(cipher.steady(phone, at=at))  # two first logins of one phone open one account
        account = queries.citizen_of_phone(phone)
        if account is not None:
            return account
        account = _open(at=at, channel="手机验证码", by=None)
        return _bind(account, phone, at)


@transaction.atomic
def open_citizen_account(*, phone: str | None = None, by: Doer, at: datetime) -> Account:
    """Open a citizen's account at the counter, after the clerk has read the ID card (``people`` links the person).

    Refused to whoever may not receive, for a number that is no mobile number, and for a phone that already opens an
    account (take ``queries.citizen_of_phone`` then).
    """
    allow(by, Permission.CASE_RECEIVE)
    account = _open(at=at, channel="窗口", by=by)
    return bind_phone(account=account, phone=phone, by=by, at=at) if phone else account


@transaction.atomic
def bind_phone(*, account: Account, phone: str, by: Doer, at: datetime) -> Account:
    """Give a citizen's account a phone, or another one, at the counter (the clerk has seen the ID card).

    Refused to whoever may not receive, for staff accounts, and when the phone opens somebody else's account.
    """
    allow(by, Permission.CASE_RECEIVE)
    if account.kind != Account.Kind.CITIZEN or not account.is_active:
        raise Refusal("只能为启用状态的群众账号绑定手机号码。", code="not-citizen")
    phone = check_phone(phone, mobile=True)
    _wait_for(cipher.steady(phone, at=at))
    owner = queries.citizen_of_phone(phone)
    if owner is not None and owner.pk != account.pk:
        raise Refusal("该手机号码已绑定其他账号，请先在原账号更换手机号码。", code="phone-taken", field="phone")
    _bind(account, phone, at)
    record(subject=f"account:{account.pk}", event="organs.citizen-phone-bound", by=by, at=at)
    return account


def _open(*, at: datetime, channel: str, by: Doer | None) -> Account:
    account = Account(
        username=f"c-{secrets.token_hex(10)}",  # nobody types it: citizens log in by phone
        kind=Account.Kind.CITIZEN,
        opened_at=at,
        opened_by=by.reference if by else "self",
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    doer = by or Doer(reference=f"account:{account.pk}", kind="citizen", account_id=account.pk)
    record(
        subject=f"account:{account.pk}",
        event="organs.citizen-account-opened",
        by=doer,
        at=at,
        detail={"channel": channel},
    )
    return account


def _bind(account: Account, phone: str, at: datetime) -> Account:
    account.phone_cipher = cipher.seal(phone, about=queries.phone_row(account), at=at)
    account.phone_index = cipher.index(phone, at=at)
    account.save(update_fields=["phone_cipher", "phone_index"])
    return account


def _refuse_too_often(phone: str, address: str, at: datetime) -> None:
    to_phone = SmsCode.objects.filter(phone_index__in=cipher.indexes(phone), sent_at__lte=at)
    last = to_phone.order_by("-sent_at").values_list("sent_at", flat=True).first()
    if last is not None and at - last < PAUSE:
        wait = int((PAUSE - (at - last)).total_seconds()) or 1
        raise TooOften(f"验证码刚刚发送过，请{wait}秒后再获取。", field="phone")
    from_address = SmsCode.objects.filter(address_index__in=cipher.indexes(f"address:{address}"), sent_at__lte=at)
    for sent, limits in ((to_phone, PER_PHONE), (from_address, PER_ADDRESS)):
        for span, most in limits:
            if sent.filter(sent_at__gt=at - span).count() >= most:
                hours = int(span.total_seconds() // 3600)
                raise TooOften(
                    f"获取验证码过于频繁，{hours}小时内最多{most}次，请稍后再试或者到窗口办理。", field="phone"
                )


def _wait_for(index: bytes) -> None:
    """One transaction at a time for this phone or address."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], "big", signed=True)])


def _hashed(phone: str, code: str) -> str:
    return f"sms-code:{phone}:{code}"
