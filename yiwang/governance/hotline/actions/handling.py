"""A step of an order or of a part. What guards and effects need beside the fields is found here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline import queries, rules
from yiwang.governance.hotline.actions import ruling, splitting
from yiwang.governance.hotline.actions.recording import TABLE
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.queries.order import unit
from yiwang.kernel import names, workhours
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import processes
from yiwang.matters.standing import Context, Standing

GIVEN_TO_A_UNIT = frozenset({"dispatch", "redispatch", "designate"})
# names.hook: (order=, way=, answer=, overrule=, by=, at=, part=) -> what the step's line says of it, in codes; it may refuse
READ_REPLY = "hotline.read-reply"
READ = {"reply": "final", "stage-close": "stage", "answer": "direct"}  # steps whose text goes out, and which text it is
# Any other step is taken over what the engine reads with it: one statement read, one written.
LOOKED_AT = GIVEN_TO_A_UNIT | READ.keys() | {"merge", "hand-over"}


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Take a step of an order.

    ``values["organ"]`` is a unit's code; ``co-organs`` further codes, by blanks, each of which is asked for a part;
    ``lead`` an order's number or reference; ``precedent`` a ruling's number. A ruling is written with its step. What reads a
    reply before it goes out is asked in the step's transaction, before it is written, and may refuse.

    404 for whoever may not see the order; refused as ``matters.take`` and by the guards of the step.
    """
    values, on, standing = dict(values or {}), day_of(at), queries.seen(by, reference)
    _recused(standing, step, by)
    if step not in LOOKED_AT:
        given = _limits(step, at)
        return matters.take(
            reference=reference, step=step, by=by, at=at, values=values, given=given, version=version, of=TABLE
        )
    order = queries.row_of(standing)
    given = {"handing_over": step == "hand-over"}
    if step in GIVEN_TO_A_UNIT:
        given |= _to_unit(by, order, values, on)
    if step == "merge":
        given |= _to_lead(by, order, str(values.get("lead") or ""))
    read = step in READ and READ_REPLY in names.hook
    partners = [unit(code, on) for code in str(values.get("co-organs") or "").split()]

    def also(ctx: Context) -> Mapping[str, Any] | None:
        if read:
            return _read(ctx, order, READ[step])
        if step == "designate":
            return ruling.written(order, ctx)
        if step == "hand-over":
            return _petition(order, ctx)
        for organ_id in dict.fromkeys(partners):
            if organ_id != given["organ_id"]:
                splitting.ask(order, organ_id=organ_id, task=splitting.TOGETHER, by=by, at=at)
        return None

    # a step that writes nothing beside its own rows is one statement without a lock
    beside = also if partners or read or step in ("designate", "hand-over") else None
    return matters.take(
        reference=reference, step=step, by=by, at=at, values=values, given=given, version=version, also=beside, of=TABLE
    )


def _recused(standing: Standing, step: str, by: Doer) -> None:
    """Says why to the hotline's own people, to whom the engine would only say that the seat is not theirs."""
    refusal = rules.recused(by.posts, standing.organ_id)
    if refusal is None or queries.OVERSEER not in standing.settings.get("organs", {}):
        return
    declared = processes.bound(standing.process_id, standing.process_version).steps.get(step)
    if declared is not None and "hotline.not-judged-by-itself" in declared.guards:
        raise refusal


def take_part(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """A step of a part another unit was asked for (``answer-part``, ``refuse-part``, ``ask-again``, ``recall``). Its answer is read
    before it goes to the lead unit, as an order's is."""
    part = queries.part(by, reference)

    def also(ctx: Context) -> Mapping[str, Any]:
        return _read(ctx, part.order, "part", part=part)

    beside = also if step == "answer-part" and READ_REPLY in names.hook else None
    return matters.take(
        reference=reference, step=step, by=by, at=at, values=values, version=version, also=beside, of=splitting.TABLE
    )


def _read(ctx: Context, order: Order, way: str, **more: Any) -> Mapping[str, Any]:
    """What reads a text before it goes out, asked within the step."""
    said = {"answer": ctx.texts["answer"], "overrule": ctx.texts.get("overrule", "")}
    told: Mapping[str, Any] = names.hook[READ_REPLY](order=order, way=way, **said, by=ctx.by, at=ctx.at, **more)
    return told


def take_own(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """What whoever sent an order may do with it: urge, add to it, withdraw it. 404 for anybody else, and for every other step."""
    queries.mine_one(by, reference, day_of(at))
    if step not in rules.OWN_STEPS:
        raise NotFound("没有这个步骤。", code="no-such-step")
    return matters.take(reference=reference, step=step, by=by, at=at, values=values, version=version, of=TABLE)


def _petition(order: Order, ctx: Context) -> Mapping[str, Any]:
    """The petition the order becomes, opened in the same transaction, with who called and what was said."""
    opened: Standing = names.hook["petitions.hand-over"](
        reference=order.matter.reference,
        purpose=ctx.values["ground"],
        content=order.content,
        name=queries.unsealed(order, "name"),
        phone=queries.unsealed(order, "phone"),
        party_id=order.party_id,
        against_id=order.against_organ_id,
        by=ctx.by,
        at=ctx.at,
    )
    return {"petition": opened.reference}


def _limits(step: str, at: datetime) -> dict[str, Any]:
    """What the pack allows for a step that is bounded by it."""
    if step not in ("return", "return-again", "to-ruling", "close-unreached"):
        return {}
    rule = queries.rule(day_of(at))
    given: dict[str, Any] = {"return_days": rule.return_days, "tries": rule.tries}
    if step in ("return-again", "to-ruling"):
        given["rule_by_at"] = workhours.after(at, rule.ruling_minutes, rule.spans(), calendar.table())
    return given


def _to_unit(by: Doer, order: Order, values: dict[str, Any], on: date) -> dict[str, Any]:
    organ_id = unit(str(values.get("organ") or ""), on)
    given: dict[str, Any] = {"organ_id": organ_id, "accused": queries.accused(order)}
    if number := str(values.get("precedent") or "").strip():
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise Refusal("先例编号不对，请从列表选择。", code="no-such-ruling", field="precedent")
        given["precedent_id"] = queries.ruling(by, int(number)).pk
    return given


def _to_lead(by: Doer, order: Order, number: str) -> dict[str, Any]:
    """The order to merge into, as far as the guards and effects look at it; refused where the viewer sees none such."""
    rows = Order.objects.select_related("matter")
    found = rows.filter(number=number.strip()).first() or rows.filter(matter__reference=number.strip()).first()
    if found is None:
        raise Refusal("没有这张工单，请核对编号。", code="no-lead", field="lead")
    queries.order(by, found.matter.reference)
    lead = {"id": found.pk, "reference": found.matter.reference, "state": found.matter.state}
    lead |= {"organ": found.handling_organ_id, "overseen": found.overseer_organ_id is not None}
    return {"lead": lead, "accused": queries.accused(order)}
