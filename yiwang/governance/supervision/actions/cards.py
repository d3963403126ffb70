"""What is done with a card: the department answers or appeals, the supervisor rules. And 督办 opened by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs import queries as packs
from yiwang.governance.supervision import queries, rules
from yiwang.governance.supervision.actions import upholding, writing
from yiwang.governance.supervision.models import Card
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import queries as matter_queries
from yiwang.matters.models import Seat
from yiwang.matters.standing import Context, Standing


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

    ``uphold`` does what the appeal asked for in the same transaction. A clock is corrected, and every open card resting
    on it that is no longer exceeded falls too; a card whose clock would still be exceeded stays (``still-exceeded``).
    Where the step was another unit's, the clock stays and that unit gets the card. Refuses as ``matters.take``; an
    appeal that names no unit there is; 404 for no card.
    """
    card = queries.card(by, reference)
    alsos = {"appeal": _unit_named, "uphold": upholding.uphold}
    also = alsos.get(step)

    return matters.take(
        reference=reference,
        step=step,
        by=by,
        at=at,
        values=values,
        version=version,
        given={"supervision": step},
        also=(lambda ctx: also(card, ctx)) if also else None,
    )


def _unit_named(card: Card, ctx: Context) -> Mapping[str, Any]:
    """An appeal that points at another unit points at one that stands."""
    if ctx.values.get("ground") == "seat":
        upholding.unit_of(str(ctx.values["unit"]), ctx.on)
    return {}


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
