"""``open`` and ``take``: one read, pure rules, one write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger import rules as ledger
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process, Step
from yiwang.kernel.reception import Hours
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal, Stale
from yiwang.matters import births, processes, rules, statements
from yiwang.matters.actions import wake
from yiwang.matters.standing import Context, NewSeat, OpenSeat, Plan, RunningClock, Standing

Also = Callable[[Context], Mapping[str, Any] | None]
Guard = Callable[[Context], Refusal | None]


class NotInForce(Refusal):
    """No version of the process is in force on the day of receipt."""

    code = "process-not-in-force"


class CannotOpenHere(Refusal):
    """The parent's process does not open matters of that process, or the parent is closed."""

    code = "cannot-open-here"


def stale() -> Stale:
    return Stale("本件刚刚由其他人办理过，您看到的内容已不是最新。请刷新页面后再办理。")


def open(
    *,
    process: str,
    by: Doer,
    at: datetime,
    organ_id: int,
    title: str,
    party_id: int | None = None,
    item: str = "",
    guide: str = "",
    chain: str = "",
    budgets: Mapping[str, Any] | None = None,
    organs: Mapping[str, int] | None = None,
    urgent: bool = False,
    parent: str | None = None,
    values: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    step: str | None = None,
    received_at: datetime | None = None,
    recorded_at: datetime | None = None,
    hours: Hours | None = None,
    also: Also | None = None,
) -> Standing:
    """Open a matter on the process version in force on the Shanghai day of ``received_at`` (default ``at``).

    ``organ_id`` is the responsible organ; ``title`` what lists show (an item's name, never personal data); ``item`` and
    ``guide`` opaque references; ``chain`` the approval chain of the guide; ``budgets`` named days
    (``{"guide.promised_days": (7, "working-day")}`` or plain ints); ``organs`` further seat organs by key; ``urgent``
    puts its seats first in every inbox; ``parent`` the reference of a matter whose process lists this one in ``opens``. ``values`` are the opening step's declared fields,
    ``given`` whatever its guards and effects want. ``step`` names the opening step; without it, the first
    one ``by`` may take. ``hours`` are those of the counter it was handed in at: they decide when receipt counts, in place
    of the process's closing hour.

    ``also(ctx)`` runs in the same transaction **after** the matter's row is written (so detail rows may point at
    ``ctx.matter.id``); what it answers is ignored here. If it raises, nothing is written.

    Refused: no version in force, unknown chain, a missing budget, somebody who may not open, faulty values, a parent that
    does not open such matters or is closed, whatever the guards say. Two queries.
    """
    received_at = received_at or at
    with transaction.atomic() if also else nullcontext():
        born = births.birth(process, day_of(received_at), parent)
        definition = _in_force(process, born, day_of(received_at))
        matter = newborn(
            definition,
            born.number,
            organ_id=organ_id,
            title=title,
            party_id=party_id,
            item=item,
            guide=guide,
            chain=chain,
            budgets=budgets,
            organs=organs,
            received_at=received_at,
            parent_id=_parent(parent, process, born),
            revision=born.revision,
            hours=hours,
            urgent=urgent,
        )
        ctx = opening_context(definition, matter, step, by=by, at=at, values=values, given=given)
        plan = plan_opening(ctx)
        actor = by.reference
        digest = statements.insert(
            matter, plan, table=definition.detail, at=at, recorded_at=recorded_at or at, actor=actor
        )
        after = result(matter, plan, digest, actor, at, opening=True)
        if also:
            also(replace(ctx, matter=after))
    if plan.jobs:
        wake.up()
    return after


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    version: int | None = None,
    recorded_at: datetime | None = None,
    also: Also | None = None,
    of: str = "",
) -> Standing:
    """Take a declared step. One read, then permission and guards over what it brought, then one write.

    ``values`` are the step's declared fields and ``opinion``; ``given`` whatever its guards and effects want.
    ``also(ctx)`` makes the step run in a transaction with the matter's row locked: it is called after all checks and
    before the write, may write rows of its own and issue letters, and answers what it adds to the ledger line
    (references and codes; ``{"notice": "…字〔2026〕3号"}`` is the written notice a pause needs). If it raises, or if the
    write finds somebody was first, nothing remains.

    ``of`` names the detail table the matter must have: a service's own endpoint takes no step of another's matters.

    Refused: 404 unknown matter or step; ``Stale`` 409; not in this state (``not-now``); a join not met (``not-yet``);
    taken already (``already-taken``); no post, held by a colleague, same hands; faulty values (all named); guards; an
    unlawful pause or extension. Two queries, plus what ``also`` does.
    """
    with transaction.atomic() if also else nullcontext():
        definition, declared, matter = read_for(reference, step, lock=also is not None)
        if of and definition.detail != of:
            raise rules.no_such_matter()
        outdated = version is not None and version != matter.version
        # to whoever may not see it the matter does not exist, whatever version they name
        if outdated and rules.visible(definition, matter, by):
            raise stale()
        ctx, seat = step_context(definition, declared, matter, by=by, at=at, values=values, given=given)
        if outdated:
            raise stale()
        plan = plan_taking(ctx, seat, also)
        actor = by.reference
        digest = statements.write(
            matter, plan, table=definition.detail, at=at, recorded_at=recorded_at or at, actor=actor
        )
        if digest is None:
            raise stale()
    if plan.jobs:
        wake.up()
    return result(matter, plan, digest, actor, at)


# -- shared with the bulk path and the deeds on seats -------------------------------------------------------------------


def newborn(
    definition: Process,
    number: int,
    *,
    organ_id: int,
    title: str,
    party_id: int | None,
    item: str,
    guide: str,
    chain: str,
    budgets: Mapping[str, Any] | None,
    organs: Mapping[str, int] | None,
    received_at: datetime,
    parent_id: int | None,
    revision: int,
    hours: Hours | None = None,
    urgent: bool = False,
) -> Standing:
    """A matter that is not written yet. Its reference is the year of receipt and a number from the sequence."""
    if definition.chains and chain not in definition.chains:
        known = "、".join(definition.chains.values())
        raise Refusal(f"审批层级须为：{known}。", code="chain", field="chain")
    received = received_at.astimezone(SHANGHAI)
    settings: dict[str, Any] = {}
    if budgets:
        settings["budgets"] = {name: days if isinstance(days, int) else list(days) for name, days in budgets.items()}
    if organs:
        settings["organs"] = dict(organs)
    if urgent:
        settings["urgent"] = True
    if hours is not None:
        settings["outside_hours"] = hours.outside(received.time())
    return Standing(
        id=number,
        reference=f"{received.year}-{number:06d}",
        process_id=definition.id,
        process_version=definition.version,
        chain=chain,
        state=definition.initial,
        version=0,
        organ_id=organ_id,
        party_id=party_id,
        item=item,
        guide=guide,
        title=title[:120],
        parent_id=parent_id,
        received_at=received_at,
        counted_on=definition.receipt.started_on(received_at, calendar.table(revision), hours),
        closed_at=None,
        settings=settings,
        steps=(),
        head_ordinal=0,
        head_digest=ledger.GENESIS,  # what its first line follows on, also where many are written at once
        seats=(),
        clocks=(),
        revision=revision,
    )


def opening_context(
    definition: Process,
    matter: Standing,
    step: str | None,
    *,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None,
    given: Mapping[str, Any] | None,
) -> Context:
    """Permission and values of an opening step, checked."""
    offered = [each for each in definition.steps.values() if each.opening and step in (None, each.name)]
    if not offered:
        raise NotFound(f"“{definition.title}”不能由步骤 {step} 收件。", code="no-such-step")
    refusal: Refusal | None = None
    for declared in offered:
        if declared.chains and matter.chain not in declared.chains:
            refusal = refusal or NotAllowed(f"此审批层级不能由“{declared.title}”收件。")
            continue
        _, objection = rules.permitted(definition, matter, declared, by)
        if objection is None:
            break
        refusal = refusal or objection
    else:
        assert refusal is not None
        raise refusal
    return context(definition, declared, matter, by=by, at=at, values=values, given=given)


def plan_opening(ctx: Context) -> Plan:
    """Guards asked, everything the first statement writes planned."""
    objection = rules.refusal_of_guards(ctx)
    if objection is not None:
        raise objection
    plan = rules.plan_step(ctx, None, {})
    matter = ctx.matter
    plan.detail.update(process=matter.process_id, process_version=matter.process_version)
    optional = {"item": matter.item, "guide": matter.guide, "chain": matter.chain, "parent": matter.parent_id}
    plan.detail.update({name: value for name, value in optional.items() if value})
    if matter.party_id is not None:
        plan.detail["party"] = f"party:{matter.party_id}"
    plan.detail["received_at"] = statements.moment(matter.received_at)
    return plan


def read_for(reference: str, step: str, *, lock: bool) -> tuple[Process, Step, Standing]:
    """The one read of a step. What the guards need depends on the process, so it is guessed from the step's name first:
    needs are kept by step name, and a second read happens only if two processes name different needs alike."""
    needs = _needs_by_step.get(step, ())
    matter = statements.read(reference, needs, lock=lock)
    if matter is None:
        raise rules.no_such_matter()
    definition = processes.bound(matter.process_id, matter.process_version)
    declared = rules.declared_step(definition, step)
    if not set(declared.needs) <= set(needs):
        _needs_by_step[step] = tuple(sorted({*needs, *declared.needs}))
        matter = statements.read(reference, declared.needs, lock=lock)
        if matter is None:
            raise rules.no_such_matter()
    return definition, declared, matter


_needs_by_step: dict[str, tuple[str, ...]] = {}


def step_context(
    definition: Process,
    declared: Step,
    matter: Standing,
    *,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None,
    given: Mapping[str, Any] | None,
) -> tuple[Context, OpenSeat | None]:
    """State, permission and values of a step, checked; guards are asked in ``plan_taking``."""
    seat, refusal = rules.permitted(definition, matter, declared, by)
    if refusal is not None:
        raise refusal if rules.visible(definition, matter, by) else rules.no_such_matter()
    refusal = rules.available(definition, matter, declared)
    if refusal is not None:
        raise refusal
    return context(definition, declared, matter, by=by, at=at, values=values, given=given), seat


def context(
    definition: Process,
    declared: Step,
    matter: Standing,
    *,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None,
    given: Mapping[str, Any] | None,
) -> Context:
    checked, texts = rules.checked_values(declared, values or {})
    table = calendar.table(matter.revision)
    return Context(definition, declared, matter, by, at, day_of(at), table, checked, texts, given or {})


def plan_taking(ctx: Context, seat: OpenSeat | None, also: Also | None) -> Plan:
    objection = rules.refusal_of_guards(ctx)
    if objection is not None:
        raise objection
    extra = also(ctx) if also else None
    return rules.plan_step(ctx, seat, extra or {})


def result(matter: Standing, plan: Plan, digest: bytes, actor: str, at: datetime, *, opening: bool = False) -> Standing:
    """The matter as it stands after the write. Seats opened just now carry no number yet (id 0)."""
    changed = dict(plan.changes)
    seats = [
        _seat(seat.id, changed[seat.id]) if seat.id in changed else seat
        for seat in matter.seats
        if seat.id not in plan.closes
    ]
    moved = {row.clock: row for row in plan.moves}
    clocks: list[RunningClock] = [moved.get(row.clock, row) for row in matter.clocks]
    steps = tuple((name, who) for name, _, who in (line.partition("=") for line in plan.steps.split("\n") if line))
    return replace(
        matter,
        state=plan.state,
        version=matter.version + 1,
        organ_id=plan.organ_id if plan.organ_id is not None else matter.organ_id,
        process_version=plan.process_version or matter.process_version,
        closed_at=at if plan.closed else matter.closed_at,
        settings=plan.settings if plan.settings is not None else matter.settings,
        steps=(*matter.steps, *steps),
        head_ordinal=matter.head_ordinal + 1,
        head_digest=digest,
        seats=(*seats, *(_seat(0, seat) for seat in plan.opens)),
        clocks=(*clocks, *plan.starts),
    )


def _seat(number: int, seat: NewSeat) -> OpenSeat:
    return OpenSeat(number, seat.seat, seat.organ_id, seat.role, seat.phase, seat.holder_id, seat.clock, seat.due_on)


def _in_force(process: str, born: births.Birth, on: date) -> Process:
    if born.version is None or (born.until is not None and on >= born.until):
        raise NotInForce(f"{on:%Y年%m月%d日}没有施行中的办理流程 {process}。")
    return processes.bound(process, born.version)


def _parent(reference: str | None, process: str, born: births.Birth) -> int | None:
    if reference is None:
        return None
    if born.parent_id is None or born.parent_process is None or born.parent_version is None:
        raise rules.no_such_matter()
    definition = processes.bound(born.parent_process, born.parent_version)
    if process not in definition.opens:
        raise CannotOpenHere(f"“{definition.title}”不能派生“{process}”。")
    if born.parent_closed:
        raise CannotOpenHere("上级办理已经办结，不能再派生新的办理。")
    return born.parent_id
