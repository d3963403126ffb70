"""Messages to people: queued in the deed's transaction, sent by a job, every attempt kept, sent again by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters import delivery, queries, queue, rules
from yiwang.foundation.letters.models import Message, MessageAttempt
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal


class WrongAudience(Refusal):
    """A message for staff addressed to an applicant, or the other way round."""

    code = "wrong-audience"


@transaction.atomic
def tell(
    *,
    kind: str,
    to_party: int | None = None,
    to_account: int | None = None,
    to_number: str = "",
    data: Mapping[str, Any],
    key: str,
    by: Doer,
    at: datetime,
    matter_reference: str = "",
    organ_id: int | None = None,
) -> Message:
    """Queue one message of a declared kind to a party, to a member of staff, or (``to_number``) to the mobile number somebody
    without an account left; such a number is kept encrypted and shown masked. ``key`` names the occasion (``2026-000123:accepted``): the same key again
    answers the message that is there, so a repeated job tells nobody twice.

    Refuses an unknown kind, missing fields, and a kind meant for the other audience. The text holds no ID number and no
    full name.
    """
    declared = queries.message_kind(kind, day_of(at))
    if [to_party is None, to_account is None, not to_number].count(False) != 1:
        raise ValueError("a message goes to a party, to an account or to a number")
    if (declared.audience == "staff") != (to_account is not None):
        raise WrongAudience(f"消息“{declared.title}”不是发给这类收件人的。")
    text = rules.message_text(declared, data)
    message, fresh = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "party_id": to_party,
            "account_id": to_account,
            "number": cipher.seal(to_number, about=queries.about_number(key), at=at) if to_number else None,
            "organ_id": organ_id,
            "matter_reference": matter_reference,
            "text": text,
            "queued_at": at,
            "queued_by": by.reference,
        },
    )
    if fresh:
        queue.enqueue_delivery(message.pk)
    return message


def deliver(*, message_id: int, by: Doer, at: datetime) -> Message:
    """Try to send one message now, channel after channel, and keep every try. A message that was sent is not sent again
    by this."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
        if message.status == Message.Status.SENT:
            return message
        sent = False
        for outcome in delivery.send(message):
            sent = outcome.succeeded
            MessageAttempt.objects.create(
                message=message,
                at=at,
                by=by.reference,
                adapter=outcome.adapter,
                address=outcome.address,
                succeeded=outcome.succeeded,
                answer=outcome.answer[:300],
            )
        message.status = Message.Status.SENT if sent else Message.Status.FAILED
        message.save(update_fields=["status"])
        return message


@transaction.atomic
def resend(*, message_id: int, by: Doer, at: datetime) -> Message:
    """A clerk has a message sent again, whether it failed or the person lost it."""
    message = Message.objects.select_for_update(of=("self",)).get(pk=queries.message(by, message_id).pk)
    allow(by, Permission.LETTER_SEE, about=message)
    if message.status == Message.Status.QUEUED:
        raise Refusal("该消息正在发送，请稍后再看。", code="still-queued")
    message.status = Message.Status.QUEUED
    message.save(update_fields=["status"])
    ledger.record(
        subject=f"message:{message.pk}",
        event="letters.message-resent",
        by=by,
        at=at,
        organ=str(message.organ_id or ""),
        detail={"message": message.pk},
    )
    queue.enqueue_delivery(message.pk)
    return message
