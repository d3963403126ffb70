"""Writing signals: warnings as rows, cards as matters, one ledger line each or one a unit, and whoever is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.organs.models import Account, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.governance.supervision import rules
from yiwang.governance.supervision.kinds import ABOUT_MATTERS
from yiwang.governance.supervision.models import Card, Clue, Notice
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters
from yiwang.matters.actions.bulk import Newcomer
from yiwang.matters.standing import Standing


@dataclass(slots=True)
class Raised:
    """What a sweep did: signals by kind, clues, matters marked 数据迟报. ``waiting``: clocks are being projected anew."""

    warnings: int = 0
    yellow: int = 0
    red: int = 0
    clues: int = 0
    late: int = 0
    waiting: bool = False
    suspects: int = 0

    def count(self, signal: int) -> None:
        name = {1: "warnings", 2: "yellow", 3: "red"}[signal]
        setattr(self, name, getattr(self, name) + 1)


@dataclass(slots=True)
class Found:
    """A signal about to be written."""

    card: Card
    about: Standing
    warns: Sequence[str] = field(default_factory=tuple)


def write(signals: list[Found], at: datetime, raised: Raised) -> None:
    known = set(
        Card.objects.filter(about_id__in={each.card.about_id for each in signals}).values_list(
            "about_id", "rule", "occasion", "organ_id"
        )
    )
    fresh = []
    for each in sorted(signals, key=lambda one: one.card.signal):
        key = (each.card.about_id, each.card.rule, each.card.occasion, each.card.organ_id)
        if key not in known:
            known.add(key)
            fresh.append(each)
    warned = set(
        Card.objects.filter(about_id__in={each.card.about_id for each in fresh}, signal=Card.Signal.WARNING)
        .exclude(raised_at=at)  # said in this very sweep is not said beforehand
        .values_list("about_id", "due_on", "organ_id")
    )
    warnings = [each for each in fresh if each.card.signal == Card.Signal.WARNING]
    cards = [each for each in fresh if each.card.signal != Card.Signal.WARNING]
    Card.objects.bulk_create([each.card for each in warnings])
    _tell_ledger(warnings, at)
    for each in cards:
        each.card.warned = (each.card.about_id, each.card.due_on, each.card.organ_id) in warned
    _open(cards, at)
    notify(fresh, at)
    for each in fresh:
        raised.count(each.card.signal)


def _tell_ledger(warnings: list[Found], at: datetime) -> None:
    """One line a unit: which matters it was warned of, under which rule."""
    by_organ: dict[int, list[Found]] = defaultdict(list)
    for each in warnings:
        by_organ[each.card.organ_id].append(each)
    for organ_id, told in sorted(by_organ.items()):
        detail = {
            "count": len(told),
            "warned": [[one.about.reference, one.card.code, one.card.occasion] for one in told],
        }
        ledger.record(
            subject=f"supervision:{organ_id}",
            event="supervision.warned",
            by=SYSTEM,
            at=at,
            organ=str(organ_id),
            detail=detail,
        )


def supervising(on: date) -> int:
    """The organ whose supervisor answers for cards: 效能监督机构. 0 where none is appointed yet."""
    found = Post.objects.filter(holding(on), role="supervisor").order_by("organ__position", "organ_id").first()
    return found.organ_id if found else 0


def _open(cards: list[Found], at: datetime) -> None:
    if not cards:
        return
    supervisor = supervising(day_of(at))

    def rows(opened: Sequence[Standing]) -> None:
        for each, matter in zip(cards, opened, strict=True):
            each.card.matter_id = matter.id
        Card.objects.bulk_create([each.card for each in cards])

    newcomers = [newcomer(each, supervisor) for each in cards]
    bulk = matters.open_many(process=ABOUT_MATTERS, newcomers=newcomers, by=SYSTEM, at=at, step="raise", also=rows)
    if bulk.refused:  # a rule of ours that our own process refuses is a fault, not a refusal
        raise RuntimeError("; ".join(refusal.says for refusal in bulk.refused.values()))


def newcomer(each: Found, supervisor: int) -> Newcomer:
    card = each.card
    values: dict[str, Any] = {
        "rule": card.code,
        "about": each.about.reference,
        "signal": {2: "yellow", 3: "red", 4: "order"}[card.signal],
        "fell-on": card.fell_on,
    }
    if card.clock:
        values["clock"] = card.clock
    if card.due_on:
        values["due-on"] = card.due_on
    return Newcomer(
        organ_id=card.organ_id,
        title=f"{rules.TITLES[card.signal]}：{each.about.title}",
        item=each.about.item,
        chain=rules.chain_of(card.role),
        organs={"supervising": supervisor or card.organ_id},
        values=values,
    )


def notify(signals: list[Found], at: datetime) -> None:
    """承办人 (or, where nobody has taken the seat, everybody of its post), 股长 and 分管领导, once each."""
    wanted: set[tuple[int, str]] = set()
    for each in signals:
        wanted |= {(each.card.organ_id, role) for role in each.warns}
        if each.card.holder_id is None and each.card.role:
            wanted.add((each.card.organ_id, each.card.role))
    on = day_of(at)
    posts = Post.objects.filter(
        holding(on), organ_id__in={organ for organ, _ in wanted}, role__in={role for _, role in wanted}
    )
    holders: dict[tuple[int, str], set[int]] = defaultdict(set)
    for organ_id, role, account_id in posts.filter(deputy_of=None, account__is_active=True).values_list(
        "organ_id", "role", "account_id"
    ):
        holders[organ_id, role].add(account_id)
    real = set(Account.objects.filter(pk__in={s.card.holder_id for s in signals}).values_list("pk", flat=True))
    notices = []
    for each in signals:
        told = set().union(*(holders[each.card.organ_id, role] for role in each.warns))
        told |= {each.card.holder_id} & real if each.card.holder_id else holders[each.card.organ_id, each.card.role]
        notices += [Notice(card=each.card, account_id=account_id, at=at) for account_id in sorted(told)]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    _send(notices, at)


def _send(notices: list[Notice], at: datetime) -> None:
    """One message a person, however many signals: what fell, the first case, where to look."""
    mine: dict[int, list[Card]] = defaultdict(list)
    for notice in notices:
        mine[notice.account_id].append(notice.card)
    for account_id, cards in sorted(mine.items()):
        counts = Counter(rules.TITLES[card.signal] for card in cards)
        first = cards[0].about.reference
        letters.tell(
            kind="supervision",
            to_account=account_id,
            data={
                "what": "、".join(f"{title}{count}件" for title, count in counts.items()),
                "number": first if len(cards) == 1 else f"{first}等{len(cards)}件",
                "link": settings.SITE_URL + "/desk/cards/",
            },
            key=f"supervision:{at.isoformat()}:{account_id}",
            by=SYSTEM,
            at=at,
            matter_reference=first,
            organ_id=cards[0].organ_id,
        )


def keep_clues(clues: list[Clue], raised: Raised) -> None:
    known = set(
        Clue.objects.filter(about_id__in={each.about_id for each in clues}).values_list("about_id", "rule", "occasion")
    )
    fresh = [each for each in clues if (each.about_id, each.rule, each.occasion) not in known]
    Clue.objects.bulk_create(fresh, ignore_conflicts=True)
    raised.clues += len(fresh)
