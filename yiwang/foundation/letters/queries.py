"""Questions about letters and messages, viewer first."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.db.models import Prefetch, Q, QuerySet

from yiwang.foundation.files import queries as files
from yiwang.foundation.letters.kinds import LetterKind, MessageKind, SealRow
from yiwang.foundation.letters.models import Letter, LetterPrefix, Message, MessageAttempt
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import OrganName
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.packs.queries import InForce
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotFound

SEALS = "letters"  # id of the table
MINE = "mine"


class NoSuchLetter(NotFound):
    """No such letter for this viewer."""

    code = "letter-not-found"


def kind(kind_id: str, on: date) -> InForce:
    """The declared kind in force that day; 404 if no pack declares it."""
    return packs.rule("letter", kind_id, on)


def kind_version(kind_id: str, version: str) -> InForce:
    """The kind as it was when the letter was issued."""
    return packs.rule_version("letter", kind_id, version)


def message_kind(kind_id: str, on: date) -> MessageKind:
    return cast(MessageKind, packs.rule("message", kind_id, on).value)


def seal_row(kind_id: str, on: date) -> SealRow | None:
    """The line of the 用印表 for a kind of letter."""
    row: SealRow | None = packs.rule("seal-table", SEALS, on).value.row(kind_id)
    return row


def prefix(organ_id: int, on: date) -> str:
    """机关代字 of an organ, or its short name that day."""
    kept = LetterPrefix.objects.filter(organ_id=organ_id).values_list("prefix", flat=True).first()
    if kept:
        return kept
    short = OrganName.objects.filter(holding(on), organ_id=organ_id).values_list("short_name", flat=True).first()
    return short or organs.organ_name(organ_id, on)


def letters(
    viewer: Doer, *, status: str = "", matter_reference: str = "", unserved: bool = False, works_on: bool | None = None
) -> QuerySet[Letter]:
    """Letters this viewer may see, newest first: one's own and one's principals', those of organs one works for, and
    with ``matter_reference`` those of a matter one works on. ``unserved``: only those sealed and not yet served to their
    addressee. ``works_on``: what a page that has read the matter for this viewer knows; ``None`` asks for it."""
    found = Letter.objects.select_related("file", "seal").order_by("-issued_at", "-pk")
    if status:
        found = found.filter(status=status)
    if unserved:
        found = found.filter(status=Letter.Status.SEALED, served_at__isnull=True, party__isnull=False)
    if matter_reference:
        found = found.filter(matter_reference=matter_reference)
    seeing = viewer.organs_of(Permission.LETTER_SEE)
    if seeing is None:
        return found
    if works_on is None:
        works_on = bool(matter_reference) and _works_on(viewer, matter_reference)
    if matter_reference and works_on:
        return found
    mine = Q(party_id__in=viewer.parties)
    # who sees cases of the whole county does not read every letter for that
    return found.filter(mine | Q(organ_id__in=seeing | (viewer.organs_of(Permission.CASE_SEE) or frozenset())))


def _works_on(viewer: Doer, matter_reference: str) -> bool:
    """A counter prints the department's receipt: who works on a matter sees its letters, whichever organ wrote them."""
    shares = "letters.works-on-matter"
    return viewer.kind == "staff" and shares in names.hook and bool(names.hook[shares](viewer, matter_reference))


def letters_to(viewer: Doer) -> QuerySet[Letter]:
    """Letters written to the viewer or to whom the viewer acts for, newest first."""
    return Letter.objects.filter(party_id__in=viewer.parties).order_by("-issued_at", "-pk")


def letter(viewer: Doer, letter_id: int) -> Letter:
    """One letter; 404 for whoever may not see it."""
    found = letters(viewer).filter(pk=letter_id).first()
    if found is None and viewer.kind == "staff":
        written = Letter.objects.filter(pk=letter_id).values_list("matter_reference", flat=True).first()
        found = letters(viewer, matter_reference=written).filter(pk=letter_id).first() if written else None
    if found is None:
        raise NoSuchLetter("没有这份文书。")
    return found


def may_record_service(viewer: Doer) -> bool:
    """True for whoever hands letters over and may say so: those who take in and those who hand out."""
    return viewer.may(Permission.CASE_HAND_OUT) or viewer.may(Permission.CASE_RECEIVE)


def content(viewer: Doer, letter_id: int) -> bytes:
    """The sealed PDF; 404 while there is none."""
    found = letter(viewer, letter_id)
    if found.file_id is None:
        raise NoSuchLetter("文书正在生成，请稍后再看。", code="letter-not-ready")
    return files.open_file(SYSTEM, found.file_id)  # who may see the letter may see its file


def messages(viewer: Doer, *, matter_reference: str = "", heap: str = "") -> QuerySet[Message]:
    """Messages this viewer may see, newest first. ``heap``: ``mine`` (those written to the viewer), ``failed``, ``sent``
    or ``queued`` (those to applicants); empty for all of them."""
    found = Message.objects.prefetch_related(Prefetch("attempts", MessageAttempt.objects.order_by("pk"))).order_by(
        "-queued_at", "-pk"
    )
    if matter_reference:
        found = found.filter(matter_reference=matter_reference)
    mine = Q(party_id__in=viewer.parties)
    if viewer.account_id is not None:
        mine |= Q(account_id=viewer.account_id)
    if heap == MINE:
        return found.filter(mine)
    if heap:
        found = found.filter(status=heap, party__isnull=False)
    seeing = viewer.organs_of(Permission.LETTER_SEE)
    return found if seeing is None else found.filter(mine | Q(organ_id__in=seeing))


def message(viewer: Doer, message_id: int) -> Message:
    """One message; 404 for whoever may not see it."""
    found = messages(viewer).filter(pk=message_id).first()
    if found is None:
        raise NotFound("没有这条消息。", code="message-not-found")
    return found


def letter_kinds(on: date) -> dict[str, LetterKind]:
    """Every kind in force that day, by id."""
    return {kind_id: each.value for kind_id, each in packs.rules("letter", on).items()}


def about_number(key: str) -> str:
    """What the number of a message is sealed to: this message and no other."""
    return f"message:{key}:number"
