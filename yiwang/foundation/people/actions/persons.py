"""Registering persons, opening accounts at the counter, changing phone and address."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.crypto import get_random_string

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import rules, verification, wall
from yiwang.foundation.people.actions.keeping import keep
from yiwang.foundation.people.models import Party, Person
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal

UNMISTAKABLE = "23456789abcdefghjkmnpqrstuvwxyz"
LONGEST_ADDRESS = 200
CHANGED = "变更联系方式"


class AnotherName(Refusal):
    """The number is registered under another name; which one is not said."""

    code = "another-name"


def register_at_counter(
    *, name: str, id_number: str, phone: str = "", address: str = "", by: Doer, at: datetime
) -> Person:
    """Register the holder of an ID card seen at the counter, or answer the person already registered.

    The phone may be missing: a person without one is served all the same. Refuses an impossible number, a name that
    is not the registered one, whoever does not receive at a counter.
    """
    rules.refuse_foreign_counter(by)
    return _register(name, id_number, phone, address, how=Person.Verified.CARD, by=by, at=at)


@transaction.atomic
def register_citizen(
    *,
    account: Account,
    name: str,
    id_number: str,
    phone: str = "",
    address: str = "",
    agreed: bool,
    by: Doer,
    at: datetime,
) -> Person:
    """The real-name step of somebody who logged in by phone: name and number verified, account and person linked.

    Who was registered at a counter before is recognised by the number. Refuses without the service agreement, for
    another's account, for an account or person already linked, and when the verification does not confirm.
    """
    if by.account_id != account.pk or account.kind != Account.Kind.CITIZEN:
        raise NotAllowed("只能为本人的账号办理实名登记。")
    if not agreed:
        raise Refusal("请先阅读并同意在线服务协议。", code="agreement", field="agreed", article="108号文 用户注册")
    if Person.objects.filter(account=account).exists():
        raise Refusal("本账号已完成实名登记。", code="already-verified")
    name, number = _checked(name, id_number, at)
    how = verification.verify(name=name, id_number=number, at=at)
    with wall.lowered():
        person = _register(name, number, phone, address, how=how, by=by, at=at)
        return link_account(person=person, account=account, by=by, at=at)


def register_from_pack(
    *, name: str, id_number: str, phone: str = "", address: str = "", by: Doer, at: datetime
) -> Person:
    """A person of a demonstration pack: only invented numbers, only by the system, marked as invented."""
    if by.kind != "system" or not identifiers.is_invented(id_number):
        raise NotAllowed("配置包只能补入虚构人员。")
    return _register(name, id_number, phone, address, how=Person.Verified.DEMONSTRATION, by=by, at=at)


@transaction.atomic
def link_account(*, person: Person, account: Account, by: Doer, at: datetime) -> Person:
    """Tie a citizen's account to its person, once. Refuses a person or account that is tied already."""
    if by.kind != "system" and by.account_id != account.pk:
        rules.refuse_foreign_counter(by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.account_id is not None or Person.objects.filter(account=account).exists():
        says = "该身份证已关联其他账号。如更换了手机号码，请持身份证到窗口办理。"
        raise Refusal(says, code="already-linked", field="id_number")
    if account.kind != Account.Kind.CITIZEN:
        raise Refusal("工作人员账号不能关联为群众账号。", code="staff-account")
    person.account = account
    person.save(update_fields=["account"])
    account.name = person.name
    account.save(update_fields=["name"])
    _record(person, "people.account-linked", by, at)
    return person


@transaction.atomic
def open_citizen_account(*, person: Person, by: Doer, at: datetime) -> tuple[Account, str]:
    """Open an account at the counter for a person without a phone: login name and first password, to be printed once.

    The login name is random, never the ID number. Refuses a person who has an account.
    """
    rules.refuse_foreign_counter(by)
    username = "g" + get_random_string(9, "0123456789")
    password = "".join(secrets.choice(UNMISTAKABLE) for _ in range(10))
    account = Account(username=username, kind=Account.Kind.CITIZEN, opened_at=at, opened_by=by.reference)
    account.must_change_password = True
    account.set_password(password)
    account.save(force_insert=True)
    link_account(person=person, account=account, by=by, at=at)
    _record(person, "people.account-opened", by, at)
    return account, password


@transaction.atomic
def change_phone(*, person: Person, phone: str, by: Doer, at: datetime) -> Person:
    """Give a person another mobile number (empty: none any more): by the person or at a counter."""
    _refuse_others(person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.phone_cipher is not None:
        keep(person, "phone", ground=CHANGED, by=by, at=at)
    _set_phone(person, phone, at)
    person.save(update_fields=["phone_cipher", "phone_index"])
    _record(person, "people.contact-changed", by, at, what="手机号码")
    return person


@transaction.atomic
def change_address(*, person: Person, address: str, by: Doer, at: datetime) -> Person:
    """Give a person another address (empty: none): by the person or at a counter."""
    _refuse_others(person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.address_cipher is not None:
        keep(person, "address", ground=CHANGED, by=by, at=at)
    _set_address(person, address, at)
    person.save(update_fields=["address_cipher"])
    _record(person, "people.contact-changed", by, at, what="住址")
    return person


def _refuse_others(person: Person, by: Doer) -> None:
    if by.person_id != person.pk:
        rules.refuse_foreign_counter(by)


def _checked(name: str, id_number: str, at: datetime) -> tuple[str, str]:
    """Name and number in their kept form; both faults at once."""
    faults: list[Fault] = []
    number = ""
    try:
        name = rules.check_name(name)
    except Refusal as refusal:
        faults += refusal.faults
    try:
        number = identifiers.check_id_number(id_number, on=day_of(at))
    except Refusal as refusal:
        faults += refusal.faults
    if faults:
        raise Refusal(faults[0].says, code=faults[0].code, faults=faults)
    return name, number


@transaction.atomic
def _register(
    name: str, id_number: str, phone: str, address: str, *, how: Person.Verified, by: Doer, at: datetime
) -> Person:
    name, number = _checked(name, id_number, at)
    if phone:
        identifiers.check_phone(phone, mobile=True)
    wall.one_at_a_time(cipher.steady(number, at=at))
    present = Person.objects.filter(id_number_index__in=cipher.indexes(number)).first()
    if present is not None:
        return _present(present, name, phone, address, how=how, by=by, at=at)
    party = Party.objects.create(kind=Party.Kind.PERSON, registered_at=at, registered_by=by.reference)
    person = Person(
        party=party,
        name=name,
        name_key=rules.sort_key(name)[:200],
        id_number_cipher=cipher.seal(number, about=f"party:{party.pk}:id_number", at=at),
        id_number_index=cipher.index(number, at=at),
        verified_how=how,
        verified_at=at,
        organ_id=by.organ_id,
        invented=identifiers.is_invented(number),
    )
    _set_phone(person, phone, at)
    _set_address(person, address, at)
    person.save(force_insert=True)
    _record(person, "people.person-registered", by, at, how=how.value)
    return person


def _present(
    person: Person, name: str, phone: str, address: str, *, how: Person.Verified, by: Doer, at: datetime
) -> Person:
    """The person already registered; what was missing is filled in, nothing is overwritten."""
    if person.name != name:
        raise AnotherName("该身份证号码已用另一个姓名登记，请核对姓名；如已改名，请持身份证到窗口更正。", field="name")
    filled = []
    if phone and person.phone_cipher is None:
        _set_phone(person, phone, at)
        filled += ["phone_cipher", "phone_index"]
    if address and person.address_cipher is None:
        _set_address(person, address, at)
        filled += ["address_cipher"]
    if how == Person.Verified.CARD and person.verified_how != how:
        person.verified_how, person.verified_at = how, at
        filled += ["verified_how", "verified_at"]
        _record(person, "people.person-verified", by, at, how=how.value)
    if filled:
        person.save(update_fields=filled)
    return person


def _set_phone(person: Person, phone: str, at: datetime) -> None:
    number = identifiers.check_phone(phone, mobile=True) if phone else ""
    person.phone_cipher = cipher.seal(number, about=f"party:{person.pk}:phone", at=at) if number else None
    person.phone_index = cipher.index(number, at=at) if number else None


def _set_address(person: Person, address: str, at: datetime) -> None:
    text = checked_address(address)
    person.address_cipher = cipher.seal(text, about=f"party:{person.pk}:address", at=at) if text else None


def checked_address(address: str, *, field: str = "address") -> str:
    """One line of at most 200 characters."""
    text = " ".join(address.split())
    if len(text) > LONGEST_ADDRESS or "\0" in text:
        raise Refusal(f"住址最多 {LONGEST_ADDRESS} 个字。", code="too-long", field=field)
    return text


def _record(person: Person, event: str, by: Doer, at: datetime, **detail: str) -> None:
    record(subject=f"party:{person.pk}", event=event, by=by, at=at, organ=str(by.organ_id or ""), detail=detail)
