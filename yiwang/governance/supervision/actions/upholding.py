"""What an upheld appeal changes: the clock of the case and every card resting on it, or the unit that is charged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yiwang.foundation.organs.models import Organ
from yiwang.foundation.organs.models.periods import holding
from yiwang.governance.supervision import queries
from yiwang.governance.supervision.actions import following, writing
from yiwang.governance.supervision.models import Card
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters import processes
from yiwang.matters import queries as matter_queries
from yiwang.matters.models import Seat
from yiwang.matters.standing import Context, Standing


class StillExceeded(Refusal):
    """Corrected as claimed, the clock was exceeded all the same: the appeal cannot be upheld."""

    code = "still-exceeded"


def uphold(card: Card, ctx: Context) -> Mapping[str, Any]:
    """Do what the appeal asked for. Refuses a card without an appeal, and a clock that would still be exceeded."""
    claimed = queries.appeal(ctx.matter)
    if claimed is None:
        raise Refusal("本件没有申诉。", code="no-appeal")
    about = matter_queries.matter(ctx.by, card.about.reference)
    if claimed["ground"] == "seat":
        return _charge_instead(card, about, claimed, ctx)
    return _correct(card, about, claimed, ctx)


def unit_of(code: str, on: date) -> Organ:
    """The organ of that code standing that day; refused where there is none."""
    found = Organ.objects.filter(holding(on), code=code).first()
    if found is None:
        raise Refusal("没有这个单位，请从列表中选择。", code="no-such-organ", field="unit")
    return found


def _correct(card: Card, about: Standing, claimed: Mapping[str, Any], ctx: Context) -> Mapping[str, Any]:
    """The correction the appeal asked for, on the card's clock and on every other it concerns; the card falls with it."""
    own = next(row for row in about.clocks if row.clock == card.clock)
    declared = processes.bound(about.process_id, about.process_version).clocks
    touched = [card.clock]
    if claimed["ground"] == "pause":
        lawful = claimed["procedure"]
        touched += [
            row.clock for row in about.clocks if row.clock != card.clock and lawful in declared[row.clock].pauses
        ]
        correction = matters.Correction(
            claimed["document"],
            ground=lawful,
            from_on=date.fromisoformat(claimed["from"]),
            until_on=date.fromisoformat(claimed["until"]),
        )
    elif claimed["ground"] == "start":
        touched += [r.clock for r in about.clocks if r.clock != card.clock and r.started_on == own.started_on]
        correction = matters.Correction(claimed["document"], started_on=date.fromisoformat(claimed["from"]))
    else:
        correction = matters.Correction(claimed["document"], stopped_on=date.fromisoformat(claimed["from"]))
    after = about
    for clock in touched:
        after = matters.correct_clock(
            reference=about.reference,
            clock=clock,
            correction=correction,
            cause=ctx.matter.reference,
            by=ctx.by,
            at=ctx.at,
        )
    if card.clock in following.exceeded(after, ctx.on):
        raise StillExceeded("按申诉更正后，期限仍然超过，申诉不能成立。请裁定不成立，由责任单位答复。")
    others = following.follow(card=card, about=after, touched=touched, cause=ctx.matter.reference, at=ctx.at)
    return {"corrected": touched, "about": about.reference, **others}


def _charge_instead(card: Card, about: Standing, claimed: Mapping[str, Any], ctx: Context) -> Mapping[str, Any]:
    """The same card for the unit that had the step, through the seat it sat on if it did. The clock is right as it is."""
    unit = unit_of(claimed["unit"], ctx.on)
    sat = Seat.objects.filter(matter_id=about.id, organ_id=unit.pk).order_by("-opened_at").first()
    instead = Card(
        about_id=card.about_id,
        rule=card.rule,
        rule_version=card.rule_version,
        code=card.code,
        occasion=card.occasion,
        signal=card.signal,
        organ_id=unit.pk,
        seat=sat.seat if sat else "",
        role=sat.role if sat else "other",
        holder_id=sat.holder_id if sat else None,
        clock=card.clock,
        due_on=card.due_on,
        fell_on=card.fell_on,
        proof=[*card.proof, f"监督件{ctx.matter.reference}申诉成立，改由本单位负责（凭证{claimed['document']}）。"],
        raised_at=ctx.at,
    )
    rule = queries.rule_of(card)
    writing.write([writing.Found(instead, about, rule.warns if rule else ())], ctx.at, writing.Raised())
    return {"instead": unit.code, "about": about.reference}
