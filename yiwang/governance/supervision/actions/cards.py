"""What is done with a card: the department answers or appeals, the supervisor rules. And 督办 opened by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs import queries as packs
from yiwang.governance.supervision import queries, rules
from yiwang.governance.supervision.actions import writing
from yiwang.governance.supervision.models import Card
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import processes
from yiwang.matters import queries as matter_queries
from yiwang.matters.models import Seat
from yiwang.matters.standing import Context, Standing


class StillExceeded(Refusal):
    """Corrected as claimed, the clock was exceeded all the same: the appeal cannot be upheld."""

    code = "still-exceeded"


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Take a step of a card (``answer``, ``appeal``, ``settle``, ``return-answer``, ``uphold``, ``reject``).

    ``uphold`` corrects the clock of the matter the card is about, as the appeal said, in the same transaction; a card
    whose clock would still be exceeded stays (``still-exceeded``). Refuses as ``matters.take``; 404 for no card.
    """
    card = queries.card(by, reference)
    upholding = step == "uphold"

    def correct(ctx: Context) -> Mapping[str, Any]:
        return _correct(card, ctx)

    return matters.take(
        reference=reference,
        step=step,
        by=by,
        at=at,
        values=values,
        version=version,
        given={"supervision": "uphold"} if upholding else None,
        also=correct if upholding else None,
    )


def _correct(card: Card, ctx: Context) -> Mapping[str, Any]:
    """The correction the appeal asked for, on the card's clock and on every other it concerns; the card falls with it."""
    claimed = queries.appeal(ctx.matter)
    if claimed is None:
        raise Refusal("本件没有申诉。", code="no-appeal")
    about = matter_queries.matter(ctx.by, card.about.reference)
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
    row = next(each for each in after.clocks if each.clock == card.clock)
    if rules.exceeded_on(row, calendar.table(), ctx.on) is not None:
        raise StillExceeded("按申诉更正后，期限仍然超过，申诉不能成立。请裁定不成立，由责任单位答复。")
    return {"corrected": touched, "about": about.reference}


def order(*, reference: str, opinion: str, by: Doer, at: datetime) -> Standing:
    """督办立项: the supervisor opens a card on an open matter by hand, charged to whoever has it now.

    Refuses: nobody who may supervise, a closed matter, no words.
    """
    about = matter_queries.matter(by, reference)
    if not by.may(Permission.CASE_SUPERVISE, about.organ_id):
        raise NotAllowed("只有效能监督机构可以督办立项。")
    if about.closed_at is not None or about.process_id == "governance.card":
        raise Refusal("只能对在办的办件督办立项。", code="not-open")
    on = day_of(at)
    seats = Seat.objects.filter(matter_id=about.id, closed_at=None)
    sittings = [
        rules.Sitting(s.seat, s.organ_id, s.role, s.holder_id, s.clock, s.opened_at, s.closed_at) for s in seats
    ]
    charged = rules.charged(sittings, "", on, about.organ_id)
    card = Card(
        about_id=about.id,
        rule="supervision.order",
        rule_version=packs.rule("process", "governance.card", on).version,
        code="D01",
        occasion=f"order:{about.head_ordinal}",
        signal=Card.Signal.ORDER,
        organ_id=charged.organ_id,
        seat=charged.seat,
        role=charged.role,
        holder_id=charged.holder_id,
        fell_on=on,
        proof=[],
        raised_at=at,
    )
    made = writing.newcomer(writing.Found(card, about), by.organ_id or 0)

    def row(ctx: Context) -> None:
        card.matter_id = ctx.matter.id
        card.save(force_insert=True)
        writing.notify([writing.Found(card, about, ("decider", "leader"))], at)

    return matters.open(
        process="governance.card",
        by=by,
        at=at,
        organ_id=made.organ_id,
        title=made.title,
        item=made.item,
        chain=made.chain,
        organs=made.organs,
        values={**(made.values or {}), "opinion": opinion},
        given={"supervision": "order"},
        step="order",
        also=row,
    )
