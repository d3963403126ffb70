"""How a message reaches a person: WeChat or SMS through the county's signed webhooks, mail, or the console.

``YW_DELIVERY`` names the channels in the order in which they are tried (``wechat,sms``); the first that takes the message
ends the attempt, and every try is kept. A channel never decides whom to write to: it gets an address and a text, and
hands over or refuses. Staff find their messages on the desk; a text message goes to them too where a number is known.
"""

from __future__ import annotations

import logging
import os
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.mail import send_mail

from yiwang.foundation.identifiers import cipher, masking
from yiwang.foundation.letters import queries
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs import gateways
from yiwang.foundation.people.models import FirmOfficer, Person
from yiwang.kernel.refusal import Refusal

log = logging.getLogger(__name__)
DESK = "desk"


class NotDelivered(Exception):
    """The message did not leave the house; the attempt is recorded."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try came to. ``address`` is masked: the delivery ledger holds no telephone number."""

    adapter: str
    address: str
    succeeded: bool
    answer: str


@dataclass(frozen=True, slots=True)
class Adapter:
    """A channel: whose address it needs, how that is shown, how a text is handed over (address, text, message); whether a bare
    mobile number is an address of it."""

    find: Callable[[int], str]
    mask: Callable[[str], str]
    hand_over: Callable[[str, str, Message], None]
    numbers: bool = False


def send(message: Message) -> Iterator[Outcome]:
    """Try the channels in their order until one takes the message; one outcome a try."""
    if message.account_id is not None:
        yield Outcome(DESK, "", True, "已放入工作台的消息")
        return
    for name in os.environ.get("YW_DELIVERY", "sms").split(","):
        outcome = _through(name.strip(), message)
        yield outcome
        if outcome.succeeded:
            return


def _through(name: str, message: Message) -> Outcome:
    adapter = ADAPTERS.get(name)
    if adapter is None:
        return Outcome(name[:20], "", False, f"没有名为“{name}”的发送通道")
    address = _address(adapter, message)
    if not address:
        return Outcome(name, "", False, "收件人没有登记可用的联系方式")
    try:
        adapter.hand_over(address, message.text, message)
    except (Refusal, OSError, smtplib.SMTPException) as failed:
        says = failed.says if isinstance(failed, Refusal) else type(failed).__name__
        return Outcome(name, adapter.mask(address), False, says)
    return Outcome(name, adapter.mask(address), True, "已交发送通道")


def _address(adapter: Adapter, message: Message) -> str:
    if message.party_id is not None:
        return adapter.find(message.party_id)
    if message.number is None or not adapter.numbers:
        return ""
    return cipher.unseal(bytes(message.number), about=queries.about_number(message.key))


def phone_of(party_id: int) -> str:
    """The mobile number of a person, or of whoever acts for a firm; empty if none is known."""
    return _kept(party_id, "phone")


def follower_of(party_id: int) -> str:
    """The WeChat identifier a person (or whoever acts for a firm) has bound with consent; empty without one."""
    return _kept(party_id, "wechat")


def _kept(party_id: int, field: str) -> str:
    column = f"{field}_cipher"
    person = Person.objects.filter(pk=party_id).first()
    if person is None:
        officers = FirmOfficer.objects.filter(firm_id=party_id, until_on=None, **{f"person__{column}__isnull": False})
        officer = officers.order_by("duty", "pk").select_related("person").first()  # 经办人 before 法定代表人
        person = officer.person if officer else None
    sealed = getattr(person, column) if person else None
    return cipher.unseal(sealed, about=f"party:{person.pk}:{field}") if person and sealed else ""


def mail_of(party_id: int) -> str:
    """The e-mail address of the person's account; most citizens have none."""
    found = Person.objects.filter(pk=party_id).values_list("account__email", flat=True).first()
    return found or ""


def _by_sms(address: str, text: str, message: Message) -> None:
    gateways.chosen().send(phone=address, text=text, number=_number(message))


def _by_wechat(address: str, text: str, message: Message) -> None:
    gateways.wechat().send(openid=address, text=text, number=_number(message))


def _by_console(address: str, text: str, message: Message) -> None:
    log.warning("[控制台消息] %s %s", masking.phone(address), text)


def _by_mail(address: str, text: str, message: Message) -> None:
    send_mail(f"办件通知 {message.matter_reference}".strip(), text, None, [address])


def _number(message: Message) -> str:
    """The same for every try of one message, so that a gateway that took it and lost its answer sends it once."""
    return f"message-{message.pk}-{message.attempts.filter(succeeded=True).count()}"


def _mask_follower(openid: str) -> str:
    return f"{openid[:4]}***{openid[-2:]}"


def _mask_mail(address: str) -> str:
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"


ADAPTERS = {
    "sms": Adapter(phone_of, masking.phone, _by_sms, numbers=True),
    "wechat": Adapter(follower_of, _mask_follower, _by_wechat),
    "smtp": Adapter(mail_of, _mask_mail, _by_mail),
    "console": Adapter(phone_of, masking.phone, _by_console, numbers=True),
}
