"""One event as it happened: the step is taken whether or not our process would have allowed it, and what it would have
said is kept as codes. Pure over the life; nothing is refused here.

Asked are: whether the step belongs into this state, whether the hands were other hands, the guards that need nothing
a log does not carry, and whether the clock allowed it. Opinions, materials and reasons a log does not carry are not
held against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process, Step
from yiwang.kernel.refusal import Refusal
from yiwang.matters import rules
from yiwang.matters.lives import Life
from yiwang.matters.standing import Context, Plan

CODE_LIKE = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9._-]{0,39}")  # a code has a digit; m.visser is a person
UNMAPPED = "matters.history-unmapped"


@lru_cache(maxsize=65536)
def somebody(resource: str) -> Doer:
    """Who did it, as the other system calls them. What looks like a name enters the ledger as a digest only."""
    if not resource:
        return Doer("external:unknown", "external")
    mark = resource if CODE_LIKE.fullmatch(resource) else f"x{sm3(resource.encode()).hex()[:16]}"
    return Doer(f"external:{mark}", "external")


UNKNOWN = Step(name="unmapped", title="映射未列的活动", by=())
_kept: dict[int, tuple[Step, Step]] = {}  # by the step's own identity: the declared one, and as it is taken here


def _as_happened(process: Process, step: Step) -> Step:
    """The step without what is set off afterwards, and without effects where there is no detail row to write."""
    found = _kept.get(id(step))
    if found is None or found[0] is not step:
        effects = step.effects if process.detail and not step.opening else ()
        found = _kept[id(step)] = (step, replace(step, after=(), effects=effects, notice=""))
    return found[1]


def happen(
    life: Life,
    step: Step | None,
    *,
    by: Doer,
    at: datetime,
    recorded_at: datetime,
    values: Mapping[str, Any],
    said: Mapping[str, Any],
    found: list[str],
    row: Mapping[str, Any] | None = None,
) -> list[str]:
    """Add the event to the life and answer the codes that make it irregular, ``found`` among them.

    ``step`` is None for an activity the mapping does not know: it leaves its line and moves nothing. ``said`` is what
    else the ledger line carries, ``row`` the columns of the detail row when this event opens the matter.
    """
    codes = [*found, *_irregular(life, step, by)]
    plain = UNKNOWN if step is None else _as_happened(life.process, step)
    ctx = Context(life.process, plain, life.matter, by, at, day_of(at), life.table, values, {}, {})
    codes += _guarded(ctx)
    plan = _planned(ctx, codes)
    if step is None:
        plan.event, plan.steps = UNMAPPED, ""
    plan.row = {**(row or {}), **plan.row}
    plan.detail.update(said)
    if codes:
        plan.detail["irregular"] = sorted(set(codes))
    plan.detail["imported"] = True
    life.add(plan, by=by, at=at, recorded_at=recorded_at)
    return codes


def _irregular(life: Life, step: Step | None, by: Doer) -> list[str]:
    if step is None:
        return ["no-such-step"]
    if not life.lines:
        return [] if step.opening else ["not-opened"]
    if step.opening:
        return ["already-open"]
    codes = []
    refusal = rules.available(life.process, life.matter, step)
    if refusal is not None:
        codes.append(refusal.code)
    known = by.reference != "external:unknown"
    if known and step.not_by and by.reference in life.matter.actors_of(step.not_by):
        codes.append("same-hands")
    return codes


def _guarded(ctx: Context) -> list[str]:
    """The first guard that objects, of those that look at nothing a log lacks."""
    if ctx.step.needs:
        return []
    carried = set(ctx.values)
    for name in ctx.step.guards:
        objection: Refusal | None = names.guard[name](ctx)
        if objection is None:
            continue
        about = {fault.field for fault in objection.faults}
        if not about or about & carried:  # an objection to words no log carries is no finding
            return [objection.code]
    return []


def _planned(ctx: Context, codes: list[str]) -> Plan:
    """The plan of the step; what the clock refuses is left out of it and noted."""
    try:
        return rules.plan_step(ctx, None, {})
    except Refusal as refusal:
        codes.append(refusal.code)
    calm = replace(ctx, step=replace(ctx.step, pauses=False, resumes=False, extends=()))
    try:
        return rules.plan_step(calm, None, {})
    except Refusal:  # an effect or a clock that cannot be: the state moves all the same
        bare = replace(calm, process=replace(ctx.process, clocks={}), step=replace(calm.step, effects=()))
        return rules.plan_step(bare, None, {})
