"""Alarms to staff: work that stands still until somebody with the power acts."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters.models import Seat
from yiwang.services.cases.models import Case

HEAD = "head"  # 分管领导 of the organ in whose name the letter is written


def seal_waiting(case: Case, *, letter_id: int, why: str) -> int:
    """Tell whoever holds a seat of the case and the heads of the letter's organ that a letter waits for its seal (待用印).

    Repeated for the same letter it tells nobody twice. Answers how many were told.
    """
    letter = Letter.objects.get(pk=letter_id)
    holders = Seat.objects.filter(matter_id=case.matter_id, closed_at=None).values_list("holder_id", flat=True)
    told = {holder for holder in holders if holder is not None}
    told |= set(organs.holders(letter.organ_id, HEAD, day_of(letter.issued_at)).values_list("pk", flat=True))
    for account_id in sorted(told):
        letters.tell(
            kind="seal-waiting",
            to_account=account_id,
            data={
                "title": letter.title,
                "letter": letter.number,
                "number": case.matter.reference,
                "why": why,
                "link": settings.SITE_URL + reverse("desk-letter", args=[letter.pk]),
            },
            key=f"letter-{letter.pk}:waiting:{account_id}",
            by=SYSTEM,
            at=letter.issued_at,
            matter_reference=case.matter.reference,
            organ_id=letter.organ_id,
        )
    return len(told)
