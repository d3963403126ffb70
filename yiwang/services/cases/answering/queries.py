"""What a respondent sees: the notices, the term, the own answers. 404 for whoever was not notified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.letters import queries as letter_queries
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters
from yiwang.matters.queries.explaining import Explained
from yiwang.matters.standing import Standing
from yiwang.services.cases.answering.rules import RECORDED, STEP
from yiwang.services.cases.respondents import NOTICE

CLOCK, WAITING = "answer", "answering"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was sent."""

    at: datetime
    text: str
    files: list[StoredFile]


@dataclass(frozen=True, slots=True)
class Answering:
    """The respondent's page of one adjudication."""

    reference: str
    item: str
    organ: str
    applicant: str
    claims: str
    within: str
    phones: list[str]
    notice: Letter
    letters: list[Letter]
    clock: Explained | None
    open: bool
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Notified:
    """A line of the respondent's list."""

    reference: str
    item: str
    issued_at: datetime
    open: bool


def notice_to(viewer: Doer, reference: str) -> Letter:
    """The newest notice to answer written to the viewer, or to whom the viewer acts for; 404 where there is none."""
    found = letter_queries.letters_to(viewer).filter(matter_reference=reference, kind=NOTICE).first()
    if found is None or viewer.kind != "citizen":
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    return found


def notified(viewer: Doer) -> list[Notified]:
    """Where the viewer is or was asked to answer, newest first, one line an adjudication."""
    newest: dict[str, Letter] = {}
    for letter in letter_queries.letters_to(viewer).filter(kind=NOTICE):
        newest.setdefault(letter.matter_reference, letter)
    standing = {one: matters.matter(SYSTEM, one) for one in newest}
    return [
        Notified(one, str(letter.data.get("item", "")), letter.issued_at, standing[one].state == WAITING)
        for one, letter in newest.items()
    ]


def answering(viewer: Doer, reference: str, at: datetime) -> Answering:
    """The page of one adjudication for its respondent."""
    notice = notice_to(viewer, reference)
    standing = matters.matter(SYSTEM, reference)
    on = day_of(at)
    clock = next((one for one in matters.explanations(SYSTEM, standing, on) if one.clock == CLOCK), None)
    data: dict[str, Any] = notice.data
    return Answering(
        reference=reference,
        item=standing.title,
        organ=organs.organ_name(notice.organ_id, on),
        applicant=str(data.get("applicant", "")),
        claims=str(data.get("claims", "")),
        within=str(data.get("within", "")),
        phones=list(data.get("phones", ())),
        notice=notice,
        letters=list(letter_queries.letters_to(viewer).filter(matter_reference=reference)),
        clock=clock if clock is not None and clock.tone != "stopped" else None,
        open=standing.state == WAITING,
        answers=answers(standing, notice.party_id),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the applicant reads of an answer. ``written``: in the respondent's own words, else as the reviewer noted them;
    ``pieces`` of evidence came with it."""

    at: datetime
    text: str
    written: bool
    pieces: int


def told_applicant(standing: Standing) -> list[Told]:
    """The answers of the other side, for the applicant's own page: both sides know what the other one says.

    Of the evidence only how much there is. It is read at the organ, which first looks for state and business secrets and
    for privacy (the same limit as 行政复议法 第四十七条; no law says it for 行政裁决: 待核), and proofs of identity
    lie among it.
    """
    lines = [line for line in matters.story(SYSTEM, standing) if line.detail.get("step") in (STEP, RECORDED)]
    return [
        Told(line.at, line.texts.get("answer", ""), line.detail["step"] == STEP, len(line.detail.get("files", ())))
        for line in lines
    ]


def answers(standing: Standing, party_id: int | None = None) -> list[Answer]:
    """What was answered online in this matter, by ``party_id`` alone if given. For whoever may see the matter, and for
    the respondent who wrote it."""
    lines = [line for line in matters.story(SYSTEM, standing) if line.detail.get("step") == STEP]
    if party_id is not None:
        lines = [line for line in lines if line.detail.get("respondent") == f"party:{party_id}"]
    files = StoredFile.objects.in_bulk([number for line in lines for number in line.detail.get("files", ())])
    return [
        Answer(
            line.at,
            line.texts.get("answer", ""),
            [files[number] for number in line.detail.get("files", ()) if number in files],
        )
        for line in lines
    ]
