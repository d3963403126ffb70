"""The board of cards, one card, and what the viewer was told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account, Organ
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.governance.supervision.kinds import KIND
from yiwang.governance.supervision.models import Card, Clue, Notice
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters.models import MatterClock
from yiwang.matters.standing import Standing

SHOW = {
    "open": "未结",
    "to-answer": "待答复",
    "late": "逾期未答复",
    "answered": "已答复待核定",
    "appealed": "申诉待裁定",
    "warnings": "预警中",
    "closed": "已核销或撤销",
}
TO_ANSWER = ("issued", "must-answer")
PAGE = 50
TONES = {1: "soon", 2: "soon", 3: "late", 4: "calm"}
STATES = {
    "issued": "待答复",
    "must-answer": "限期答复",
    "answered": "待核定",
    "appealed": "申诉待裁定",
    "settled": "已核销",
    "revoked": "已撤销",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One signal as a list shows it. ``answer_by`` is the day the answer is due; ``reference`` empty for a warning."""

    pk: int
    reference: str
    about: str
    title: str
    code: str
    signal: str
    tone: str
    organ_id: int
    organ: str
    holder: str
    due_on: date | None
    fell_on: date
    state: str
    answer_by: date | None
    warned: bool
    read: str


def supervises(viewer: Doer) -> bool:
    return viewer.may(Permission.CASE_SUPERVISE)


def signals(viewer: Doer) -> QuerySet[Card]:
    """Every signal the viewer may see, newest first."""
    found = Card.objects.select_related("matter", "about").order_by("-fell_on", "-pk")
    if viewer.kind == "system" or supervises(viewer):
        return found
    if viewer.kind != "staff":
        return found.none()
    seen = viewer.organs_of(Permission.CASE_SEE) or ()  # who sees cases of the whole county is not thereby a supervisor
    return found.filter(Q(organ_id__in=seen) | Q(matter__organ_id__in=seen))


def signal(viewer: Doer, card_id: int) -> Card:
    found = signals(viewer).filter(pk=card_id).first()
    if found is None:
        raise NotFound("没有这张牌，或者您无权查看。", code="no-such-card")
    return found


def card(viewer: Doer, reference: str) -> Card:
    """The card of that matter; 404 for whoever may not see it."""
    found = signals(viewer).filter(matter__reference=reference).first()
    if found is None:
        raise NotFound("没有这张牌，或者您无权查看。", code="no-such-card")
    return found


def _shown(found: QuerySet[Card], show: str, on: date) -> QuerySet[Card]:
    if show == "warnings":  # still running towards that very day
        running = MatterClock.objects.filter(
            matter_id=OuterRef("about_id"), clock=OuterRef("clock"), stopped_on=None, due_on=OuterRef("due_on")
        )
        return found.filter(Exists(running), signal=Card.Signal.WARNING, due_on__gte=on)
    found = found.exclude(signal=Card.Signal.WARNING)
    if show == "closed":
        return found.filter(matter__closed_at__isnull=False)
    found = found.filter(matter__closed_at=None)
    if show in ("answered", "appealed"):
        return found.filter(matter__state=show)
    if show in ("to-answer", "late"):
        found = found.filter(matter__state__in=TO_ANSWER)
    if show == "late":
        overdue = MatterClock.objects.filter(
            matter_id=OuterRef("matter_id"), clock="answer", stopped_on=None, due_on__lt=on
        )
        return found.filter(Exists(overdue))
    return found


def board(
    viewer: Doer,
    on: date,
    *,
    show: str = "open",
    organ_id: int | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> tuple[list[Row], int | None]:
    """A page of signals and the mark of the next one. 404 for whoever is no staff."""
    if viewer.kind not in ("staff", "system") or show not in SHOW:
        raise NotFound("没有这个页面，或者您无权查看。")
    found = _shown(signals(viewer), show, on).order_by("-pk")
    if organ_id is not None:
        found = found.filter(organ_id=organ_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: size + 1])
    return rows_of(page[:size], on), page[size - 1].pk if len(page) > size else None


def rows_of(cards: Iterable[Card], on: date) -> list[Row]:
    """Signals with names of units and people, in four queries however many there are."""
    cards = list(cards)
    called = organs.organ_names([each.organ_id for each in cards], on)
    people = dict(
        Account.objects.filter(pk__in=[each.holder_id for each in cards if each.holder_id]).values_list("pk", "name")
    )
    answers = dict(
        MatterClock.objects.filter(
            matter_id__in=[each.matter_id for each in cards if each.matter_id], clock="answer", stopped_on=None
        ).values_list("matter_id", "due_on")
    )
    told = {
        row["card_id"]: f"{row['seen']}/{row['all']}"
        for row in Notice.objects.filter(card__in=cards)
        .values("card_id")
        .annotate(all=Count("pk"), seen=Count("read_at"))
    }
    return [
        Row(
            pk=each.pk,
            reference=each.matter.reference if each.matter else "",
            about=each.about.reference,
            title=each.about.title,
            code=each.code,
            signal=Card.Signal(each.signal).label,
            tone=TONES[each.signal],
            organ_id=each.organ_id,
            organ=called.get(each.organ_id, ""),
            holder=people.get(each.holder_id, "") if each.holder_id else "",
            due_on=each.due_on,
            fell_on=each.fell_on,
            state=_state(each),
            answer_by=answers.get(each.matter_id) if each.matter_id else None,
            warned=each.warned,
            read=told.get(each.pk, "0/0"),
        )
        for each in cards
    ]


WITHDRAWN = "已核销后撤回"


def _state(card: Card) -> str:
    if card.withdrawn_at is not None:
        return WITHDRAWN
    return STATES.get(card.matter.state, "") if card.matter else ""


def tiles(viewer: Doer, on: date) -> dict[str, int]:
    """How many there are under each heading of the board."""
    found = signals(viewer)
    return {show: _shown(found, show, on).count() for show in SHOW if show not in ("open", "closed")}


def notices(viewer: Doer, *, most: int = 20) -> list[tuple[Notice, Card]]:
    """What the viewer was told and has not read, newest first."""
    if viewer.account_id is None:
        return []
    rows = Notice.objects.filter(account_id=viewer.account_id, read_at=None)
    rows = rows.select_related("card__about", "card__matter").order_by("-at", "-pk")
    return [(row, row.card) for row in rows[:most]]


def unread(viewer: Doer) -> int:
    """How many notices the viewer has not read: the badge."""
    if viewer.account_id is None:
        return 0
    return Notice.objects.filter(account_id=viewer.account_id, read_at=None).count()


def read_state(viewer: Doer, card: Card) -> list[tuple[str, Notice]]:
    """Who was told of a signal, and when each read it."""
    rows = list(signal(viewer, card.pk).notices.order_by("pk"))
    people = dict(Account.objects.filter(pk__in=[row.account_id for row in rows]).values_list("pk", "name"))
    return [(people.get(row.account_id, ""), row) for row in rows]


def clues(viewer: Doer) -> QuerySet[Clue]:
    """异常线索, newest first; for supervisors alone."""
    found = Clue.objects.select_related("about").order_by("-on", "-pk")
    return found if viewer.kind == "system" or supervises(viewer) else found.none()


@dataclass(frozen=True, slots=True)
class ClueRow:
    """One clue as a list shows it."""

    pk: int
    code: str
    on: date
    kind: str
    organ: str
    actor: str
    reference: str
    title: str
    says: str
    verdict: str


def clue_rows(viewer: Doer, on: date, *, judged: bool = False, most: int = 200) -> list[ClueRow]:
    """Clues with names, those to look into or those looked into. 404 for whoever may not supervise."""
    if not (viewer.kind == "system" or supervises(viewer)):
        raise NotFound("没有这个页面，或者您无权查看。")
    found = clues(viewer)
    return clues_shown((found.exclude(verdict="") if judged else found.filter(verdict=""))[:most], on)


def clues_shown(found: Iterable[Clue], on: date) -> list[ClueRow]:
    """Clues with names of units, people and rules."""
    rows = list(found)
    called = organs.organ_names([row.organ_id for row in rows], on)
    hands = {int(row.actor[6:]) for row in rows if row.actor.startswith("staff:")}
    people = dict(Account.objects.filter(pk__in=hands).values_list("pk", "name"))
    titles = {rule_id: each.value.title for rule_id, each in packs.rules(KIND, on).items()}
    return [
        ClueRow(
            row.pk,
            row.code,
            row.on,
            titles.get(row.rule, row.code),
            called.get(row.organ_id, ""),
            people.get(int(row.actor[6:]), row.actor) if row.actor.startswith("staff:") else row.actor,
            row.about.reference,
            row.about.title,
            row.says,
            Clue.Verdict(row.verdict).label if row.verdict else "",
        )
        for row in rows
    ]


def rule_of(card: Card) -> Any:
    """The rule a card was raised under, as it was then; ``None`` for 督办 opened by hand."""
    return None if card.signal == Card.Signal.ORDER else packs.rule_version(KIND, card.rule, card.rule_version).value


def appeal(matter: Standing) -> dict[str, Any] | None:
    """What the last appeal of a card claimed: ground, days, kind of procedure, document. ``None`` if there was none."""
    if "appeal" not in {step for step, _ in matter.steps}:
        return None
    found = LedgerEntry.objects.filter(subject=matter.subject, event="governance.card.appeal").order_by("-ordinal")
    detail: dict[str, Any] = json.loads(found[0].body)["detail"]
    return detail


def units(on: date) -> list[tuple[str, str]]:
    """(code, name) of every organ standing that day, as a list to choose another unit from."""
    codes = dict(Organ.objects.filter(holding(on)).order_by("position", "pk").values_list("pk", "code"))
    named = organs.organ_names(list(codes), on)
    return [(code, named[pk]) for pk, code in codes.items()]
