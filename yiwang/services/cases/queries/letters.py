"""The letters of a case as its pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters import queries as letter_queries
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import Doer
from yiwang.services.certificates import queries as certificates


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


def of_matter(
    viewer: Doer, reference: str, *, works_on: bool | None = None, certified: bool = True
) -> list[LetterLine]:
    """Letters of a matter this viewer may see, oldest first; then the certificate it resulted in. ``works_on`` and
    ``certified``: what a page that has read the matter and its story knows, so that it is not asked again."""
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
    ] + (_certificates(viewer, reference) if certified else [])


def _certificates(viewer: Doer, reference: str) -> list[LetterLine]:
    return [
        LetterLine(
            made.certificate.name,
            made.certificate.number,
            made.get_state_display(),
            reverse("certificate-file", args=[made.certificate_id, "pdf"]) if made.pdf_id else "",
        )
        for made in certificates.of_matter(viewer, reference)
    ]
