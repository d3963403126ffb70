"""What a person may rate or has rated, and the two doors without a login: a link, a ticket with its code."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound
from yiwang.services.cases.models import Case
from yiwang.services.ratings import invitations, rules
from yiwang.services.ratings.models import Occasion, Rating, Voice

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Said:
    """One rating as its own page shows it."""

    rating: Rating
    stars: str
    labels: list[str]
    words: str


@dataclass(frozen=True, slots=True)
class Mine:
    """One service of the viewer's: rated or not, until when, and what became of a bad rating."""

    occasion: Occasion
    organ: str
    first: Rating | None
    follow_up: Rating | None
    given: list[tuple[Said, str]]
    until: date
    open: bool
    answer: str = ""
    answered_on: date | None = None
    by_number: bool = False  # through a link that was sent to a number: nobody logs in to rate

    @property
    def may_rate(self) -> bool:
        """A first word, or one more after it."""
        return self.open and (self.first is None or (self.follow_up is None and self.first.channel != "import"))


def mine(viewer: Doer, at: datetime) -> list[Mine]:
    """Services of the viewer and of those he acts for, newest first; what is not rated yet before what is."""
    if not viewer.parties or viewer.kind == "staff":
        return []
    rows = Occasion.objects.filter(guest__party_id__in=viewer.parties).order_by("-opened_on", "-pk")[:SHOWN]
    return sorted(_shown(rows, at), key=lambda one: not one.may_rate or one.first is not None)


def one_of_mine(viewer: Doer, occasion_id: int, at: datetime) -> Mine:
    """404 for whoever was not served (nor acts for him)."""
    found = Occasion.objects.select_related("guest").filter(pk=occasion_id, guest__party_id__isnull=False).first()
    if found is not None and viewer.kind != "staff":
        reference = found.reference if found.matter_id else ""
        acting = people.acting(viewer, day_of(at), reference=reference, item_code=found.item)
        if acting.is_party(found.guest.party_id):
            return _shown([found], at)[0]
    raise NotFound("没有可以由您评价的这次服务。", code="no-such-occasion")


def through_link(token: str, at: datetime) -> Mine:
    """The service a good link leads to; earlier words are not shown to whoever holds a link."""
    link = invitations.find(token, at=at)
    return replace(_shown([link.occasion], at, words=False)[0], by_number=link.channel == Rating.Channel.NUMBER)


def ticket(number: str, code: str, at: datetime) -> Occasion:
    """The service of a case number with its 查询码, or of a ticket with its 评价码. One answer for every mistake."""
    number, code = number.strip(), code.strip().upper()
    if len(code) >= 10:
        case = Case.objects.select_related("matter").filter(enquiry_code=code).first()
        if case is not None and _same(number, case.matter.reference, case.number):
            found = Occasion.objects.filter(matter_id=case.matter_id).first()
            if found is not None:
                return found
        today = f"{day_of(at):%Y%m%d}"
        for one in Occasion.objects.filter(guest__code=code, matter=None, source=""):
            whole = one.reference
            if _same(number.upper(), whole.upper(), whole.rpartition("-")[2]) and whole.startswith(today):
                return one
    raise NotFound("编号或评价码不对，或者这次服务还没有办结，请核对后再试。", code="no-such-occasion")


def _same(given: str, *known: str) -> bool:
    return any(secrets.compare_digest(given.encode(), one.encode()) for one in known)


def _shown(rows: Iterable[Occasion], at: datetime, *, words: bool = True) -> list[Mine]:
    found, on = list(rows), day_of(at)
    rule = packs.rule(rules.KIND, rules.RULE, on).value
    ratings = Rating.objects.filter(occasion__in=found).select_related("rectification")
    by_occasion: dict[int, dict[bool, Rating]] = {}
    for rating in ratings:
        by_occasion.setdefault(rating.occasion_id, {})[rating.follows_id is not None] = rating
    said = words_in(Voice.objects.filter(rating__in=ratings)) if words else {}
    titles = {one.code: one.title for one in rule.label}
    called = organs.organ_names({one.organ_id for one in found}, on)
    answers = {
        rating.occasion_id: rating.rectification
        for rating in ratings.filter(Q(rectification__fed_back_on__isnull=False) | Q(rectification__excluded=True))
    }
    shown = []
    for one in found:
        given, until = by_occasion.get(one.pk, {}), rules.last_day(rule, one.opened_on)
        answer = answers.get(one.pk)
        told = answer.feedback or "经核实并复核，这次评价不计入统计，评价原文保留。" if answer and words else ""
        shown.append(
            Mine(
                occasion=one,
                organ=called.get(one.organ_id, ""),
                first=given.get(False),
                follow_up=given.get(True),
                given=[
                    (
                        Said(
                            rating,
                            rules.STARS[rating.level],
                            [titles.get(code, code) for code in rating.labels],
                            said.get(rating.pk, ""),
                        ),
                        name,
                    )
                    for rating, name in ((given.get(False), "我的评价"), (given.get(True), "我的追评"))
                    if rating is not None
                ],
                until=until,
                open=on <= until,
                answer=told,
                answered_on=answer.fed_back_on if answer and words else None,
            )
        )
    return shown


def words_in(voices: Iterable[Voice]) -> dict[int, str]:
    """Rating id → what was written, unsealed."""
    return {one.rating_id: cipher.unseal(bytes(one.text), about=f"rating:{one.rating_id}") for one in voices}
