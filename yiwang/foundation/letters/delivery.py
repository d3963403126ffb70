"""How a message reaches a person: the county's SMS gateway, mail, or the demo's console. Which one, settings say.

An adapter never decides whom to write to: it gets an address and a text, and answers or raises ``NotDelivered``.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.mail import send_mail

from yiwang.foundation.identifiers import cipher, masking
from yiwang.foundation.organs import gateways
from yiwang.foundation.people.models import FirmOfficer, Person
from yiwang.kernel.refusal import Refusal


class NotDelivered(Exception):
    """The message did not leave the house; the attempt is recorded."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to. ``address`` is masked: the delivery ledger holds no telephone number."""

    adapter: str
    address: str
    succeeded: bool
    answer: str


def send(*, party_id: int, text: str, subject: str) -> Outcome:
    """Send through the adapter named in ``YW_DELIVERY`` (``sms``, the default, or ``smtp``)."""
    adapter = os.environ.get("YW_DELIVERY", "sms")
    if adapter not in ADAPTERS:
        return Outcome(adapter[:20], "", False, f"没有名为“{adapter}”的发送通道")
    find, mask, hand_over = ADAPTERS[adapter]
    address = find(party_id)
    if not address:
        return Outcome(adapter, "", False, "收件人没有登记可用的联系方式")
    try:
        hand_over(address, text, subject)
    except (Refusal, OSError, smtplib.SMTPException) as failed:
        says = failed.says if isinstance(failed, Refusal) else type(failed).__name__
        return Outcome(adapter, mask(address), False, says)
    return Outcome(adapter, mask(address), True, "已交发送通道")


def phone_of(party_id: int) -> str:
    """The mobile number of a person, or of whoever acts for a firm; empty if none is known."""
    person = Person.objects.filter(pk=party_id).first()
    if person is None:
        officers = FirmOfficer.objects.filter(firm_id=party_id, until_on=None, person__phone_cipher__isnull=False)
        officer = officers.order_by("duty", "pk").select_related("person").first()  # 经办人 before 法定代表人
        person = officer.person if officer else None
    if person is None or person.phone_cipher is None:
        return ""
    return cipher.unseal(person.phone_cipher, about=f"party:{person.pk}:phone")


def mail_of(party_id: int) -> str:
    """The e-mail address of the person's account; most citizens have none."""
    found = Person.objects.filter(pk=party_id).values_list("account__email", flat=True).first()
    return found or ""


def _by_sms(address: str, text: str, subject: str) -> None:
    gateways.chosen().send(phone=address, text=text)


def _by_mail(address: str, text: str, subject: str) -> None:
    send_mail(f"办件通知 {subject}".strip(), text, None, [address])


def _mask_mail(address: str) -> str:
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"


ADAPTERS: dict[str, tuple[Callable[[int], str], Callable[[str], str], Callable[[str, str, str], None]]] = {
    "sms": (phone_of, masking.phone, _by_sms),
    "smtp": (mail_of, _mask_mail, _by_mail),
}
