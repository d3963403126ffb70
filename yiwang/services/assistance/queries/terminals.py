"""Terminals: how they are, what was done at them, who stands before one, and what may be applied for there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs.models import Place
from yiwang.foundation.organs.models.periods import holding
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.services.assistance import rules
from yiwang.services.assistance.models import KioskTransaction, KioskVisit, Terminal
from yiwang.services.assistance.queries.hall import hall_rule
from yiwang.services.cases.declared import declaration_of
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.declarations import Material
from yiwang.services.catalogue.models import Guide


@dataclass(frozen=True, slots=True)
class TerminalLine:
    """A terminal, how long it has been silent, and its figures of a period: 笔 by kind and 人次, never mixed."""

    terminal: Terminal
    tone: str
    says: str
    visits: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def terminals(viewer: Doer, at: datetime, since: date, until: date) -> list[TerminalLine]:
    """Terminals of the places whose organs the viewer keeps, with figures of ``[since, until)``; 404 for others."""
    if not viewer.may(Permission.ORGAN_EDIT):
        raise NotFound("没有这个页面，或者您无权查看。")
    kept = viewer.organs_of(Permission.ORGAN_EDIT)
    rows = Terminal.objects.select_related("place").order_by("place__position", "code")
    if kept is not None:
        rows = rows.filter(organ_id__in=kept)
    span = (datetime.combine(since, time.min, SHANGHAI), datetime.combine(until, time.min, SHANGHAI))
    done: dict[int, dict[str, int]] = {}
    counted = KioskTransaction.objects.filter(at__gte=span[0], at__lt=span[1], terminal__in=rows)
    for pk, kind, many in counted.values_list("terminal_id", "kind").annotate(many=Count("pk")):
        done.setdefault(pk, {})[kind] = many
    came = KioskVisit.objects.filter(opened_at__gte=span[0], opened_at__lt=span[1], terminal__in=rows)
    visits = dict(came.values_list("terminal_id").annotate(many=Count("pk")).values_list("terminal_id", "many"))
    beat = hall_rule(day_of(at)).beat_seconds
    return [
        TerminalLine(one, *_health(one, at, beat), visits.get(one.pk, 0), {
            kind: done.get(one.pk, {}).get(kind, 0) for kind in KioskTransaction.Kind.values
        })
        for one in rows
    ]  # fmt: skip


def _health(one: Terminal, at: datetime, beat: int) -> tuple[str, str]:
    if one.retired_at:
        return "off", "已停用"
    if one.beat_at is None:
        return "soon", "还没有心跳"
    if at - one.beat_at > timedelta(seconds=beat * rules.LIVELY_BEATS):
        return "late", "失联"
    return ("soon", one.troubles) if one.troubles else ("ok", "正常")


def places_kept(viewer: Doer, on: date) -> list[Place]:
    """Places at which the viewer may register a terminal."""
    kept = viewer.organs_of(Permission.ORGAN_EDIT)
    rows = Place.objects.filter(holding(on)).order_by("position", "pk")
    return list(rows if kept is None else rows.filter(organ_id__in=kept))


def terminal(code: str) -> Terminal:
    """A terminal in use, for its own pages."""
    found = Terminal.objects.select_related("place").filter(code=code, retired_at=None).first()
    if found is None:
        raise NotFound("没有这台终端，或者已经停用。", code="no-such-terminal")
    return found


def demo_terminal() -> Terminal:
    """The first terminal in use, which the demo lends to whoever opens the kiosk's page. 404 outside the demo."""
    found = Terminal.objects.filter(retired_at=None).order_by("pk").first() if settings.DEMO else None
    if found is None:
        raise NotFound("这个页面只在登记过的自助终端上打开。", code="no-terminal")
    return found


def visit_of(token: str, terminal_id: int, at: datetime) -> KioskVisit | None:
    """The visit behind a cookie at this terminal while somebody stands there; idle too long is over."""
    if not token:
        return None
    found = KioskVisit.objects.filter(digest=sm3(token.encode()), terminal_id=terminal_id, ended_at=None).first()
    idle = timedelta(seconds=hall_rule(day_of(at)).idle_seconds)
    return found if found is not None and at - found.seen_at <= idle else None


def to_hand_in(guide: Guide, answers: Mapping[str, str]) -> list[Material]:
    """Materials of a situation that the applicant himself has to hand in: none of them can be at a terminal."""
    asked = declaration_of(guide).materials_for(answers)
    return [one for one in asked if one.need == "required" and _own(one)]


def items_at_terminal(on: date) -> list[Guide]:
    """Guides a person may apply under at a terminal: offered online, to persons, and nothing has to be handed in whatever
    the situation. Situations that ask for more are told so once they are known."""
    rows = Guide.objects.filter(state=Guide.State.PUBLISHED, in_force__contains=on, item__in=catalogue.standing(on))
    return [one for one in rows.select_related("item__organ").order_by("item__name") if _at_terminal(one)]


def guide_at_terminal(item_code: str, on: date) -> Guide:
    """The guide in force, if its item is done at terminals; 404 otherwise."""
    found = catalogue.guide_in_force(item_code, on)
    if not _at_terminal(found):
        raise NotFound("这个事项不能在自助终端办理，请到窗口或者用手机办理。", code="not-at-terminal")
    return found


def _at_terminal(guide: Guide) -> bool:
    said = declaration_of(guide)
    always = [one for one in said.materials if one.need == "required" and not one.when and _own(one)]
    return "online" in said.channels and "person" in said.audience and not always


def _own(one: Material) -> bool:
    return not (one.source and one.source.of in {"held", "step"})
