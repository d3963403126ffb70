"""Plans and draws: what is frozen and drawn is public, so that anybody can run it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from yiwang.foundation.ledger.models import LedgerCheckpoint, LedgerLeaf
from yiwang.governance.inspections import drawing
from yiwang.governance.inspections.models import Draw, PlanLine, Replacement
from yiwang.governance.inspections.queries.register import organs_seen
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound


def lines(by: Doer, year: int) -> Sequence[PlanLine]:
    """The year's plan of the organs the viewer sees."""
    organs = organs_seen(by)
    rows = PlanLine.objects.filter(year=year).prefetch_related("lists__claim", "draws").order_by("code")
    return list(rows if organs is None else rows.filter(organ_id__in=organs))


def line_of(by: Doer, line_id: int) -> PlanLine:
    """One line; 404 for whoever may not see it."""
    organs = organs_seen(by)
    rows = PlanLine.objects.filter(pk=line_id)
    found = (rows if organs is None else rows.filter(organ_id__in=organs)).first()
    if found is None:
        raise NotFound("没有这项检查计划，或者您无权查看。", code="no-such-plan")
    return found


def draws(by: Doer, *, size: int = 100) -> Sequence[Draw]:
    """Draws of the organs the viewer sees, newest first."""
    organs = organs_seen(by)
    rows = Draw.objects.select_related("line").order_by("-pk")
    return list((rows if organs is None else rows.filter(organ_id__in=organs))[:size])


def public_draws(*, size: int = 50) -> Sequence[Draw]:
    """Every draw, frozen or drawn, newest first."""
    return list(Draw.objects.select_related("line").order_by("-pk")[:size])


def draw_of(code: str) -> Draw:
    """One draw, for everybody; 404 for none."""
    found = Draw.objects.select_related("line").filter(code=code).first()
    if found is None:
        raise NotFound("没有这次抽取。", code="no-such-draw")
    return found


def checkpoint_of(entry: int) -> tuple[int, str] | None:
    """Number and digest of the first checkpoint that contains a ledger entry; ``None`` while it has none."""
    leaf = LedgerLeaf.objects.filter(entry=entry).values_list("checkpoint_id", flat=True).first()
    if leaf is None:
        return None
    return leaf, bytes(LedgerCheckpoint.objects.values_list("digest", flat=True).get(pk=leaf)).hex()


def replacements(draw: Draw) -> list[dict[str, str]]:
    """Its replacements in order, as ``drawing.replay`` reads them."""
    rows = Replacement.objects.filter(draw=draw).select_related("subject").order_by("ordinal")
    return [{"kind": one.kind, "object": one.subject.code, "out": one.out, "into": one.into} for one in rows]


def exported(draw: Draw) -> dict[str, Any]:
    """The file anybody verifies offline (``./yw draw verify``). Refused: what is not drawn yet."""
    if draw.drawn_at is None:
        raise NotFound("名单已经冻结，还没有抽取。", code="not-drawn")
    changes = replacements(draw)
    visits = drawing.replay(drawing.listing(draw.frozen), draw.seed, changes)
    return {
        "format": drawing.FORMAT,
        "number": draw.code,
        "plan": draw.line.code,
        "frozen": draw.frozen,
        "digest": draw.digest,
        "frozen_at": draw.frozen_at.isoformat(),
        "checkpoint": {"number": draw.checkpoint, "digest": draw.checkpoint_digest},
        "public": {"name": draw.public_name, "value": draw.public_value} if draw.public_name else None,
        "seed": draw.seed,
        "drawn_at": draw.drawn_at.isoformat(),
        "drawn": draw.result,
        "replacements": changes,
        "visits": [visit.shown() for visit in visits],
    }


def listed(draw: Draw) -> dict[str, Any]:
    """The frozen list as data, for pages."""
    found: dict[str, Any] = json.loads(draw.frozen)
    return found
