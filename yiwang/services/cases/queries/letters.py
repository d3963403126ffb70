"""The letters of a case as its pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters import queries as letter_queries
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import Doer


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list: where to open it, or why it is not there yet; where its addressee confirms having it, or how it
    was served."""

    title: str
    number: str
    status: str
    url: str
    confirm_url: str = ""
    served: str = ""
    to: str = ""  # whom it is written to, where that is not a party with a box: an office, somebody by post


def of_matter(viewer: Doer, reference: str, works_on: bool | None = None) -> list[LetterLine]:
    """Letters of a matter this viewer may see, oldest first."""
    found = letter_queries.letters(viewer, matter_reference=reference, works_on=works_on).order_by("pk")
    return [
        LetterLine(
            one.title,
            one.number,
            one.get_status_display(),
            reverse("letter-file", args=[one.pk]) if one.file_id else "",
            reverse("letter-opened", args=[one.pk])
            if one.served_at is None and one.status == Letter.Status.SEALED and viewer.is_party(one.party_id)
            else "",
            f"{one.get_served_how_display()} {day_of(one.served_at):%Y-%m-%d}" if one.served_at else "",
            str(one.data.get("addressee") or ""),
        )
        for one in found
    ]
