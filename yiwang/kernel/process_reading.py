"""Reads a process strictly from a TOML table, and refuses one that could leave a matter nowhere.

``parse`` answers the process, or ``None``, with all faults. Beyond types and unknown keys it refuses a legal clock pausing
on a ground article 45 does not know, and whatever ``process_checks`` finds in the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yiwang.kernel import process as words
from yiwang.kernel import process_checks
from yiwang.kernel.clocks import ARTICLE_45
from yiwang.kernel.declared import MISSING, Place, Reading, Table, dotted
from yiwang.kernel.permissions import Permission
from yiwang.kernel.process import Clock, Field, Process, Seat, State, Step, Term
from yiwang.kernel.reception import Counts, Reception
from yiwang.kernel.refusal import Fault


def parse(data: Mapping[str, Any], where: Place = dotted) -> tuple[Process | None, list[Fault]]:
    """The process declared by ``data``; ``None`` and every fault if it cannot be run."""
    reading = Reading(where)
    top = Table(data, reading)
    force = top.table("in_force")
    since, until = _in_force(force, top)
    states = _unique(top, "state", (_state(table) for table in top.tables("state")), "name")
    for name in top.texts("closed"):
        if name not in states:
            states[name] = State(name, name, "closed", closed=True)
            top.fault("closed", f"终结状态 {name} 没有 [[state]] 说明", "unknown")
        else:
            given = states[name]
            states[name] = State(given.name, given.title, "closed", given.says, given.seats, closed=True)
    steps = _unique(top, "step", (_step(table) for table in top.tables("step")), "name")
    process = Process(
        id=top.identifier("id"),
        version=top.text("version"),
        since=since,
        until=until,
        title=top.text("title"),
        basis=top.text("basis"),
        initial=top.identifier("initial"),
        states=states,
        steps=steps,
        closers=_closers(steps.values()),
        clocks=_unique(top, "clock", (_clock(table) for table in top.tables("clock")), "id"),
        terms=_unique(top, "term", (_term(table) for table in top.tables("term")), "id"),
        opens=top.texts("opens"),
        chains=_titles(top, "chains"),
        detail=top.text("detail", ""),
        seen_by=_seen_by(top),
        receipt=_receipt(top.table("receipt")),
        grounds=_titles(top, "grounds"),
        seated=frozenset(seat.role for state in states.values() for seat in state.seats),
        joined=_joined(states, steps.values()),
    )
    top.asked |= {"source", "unverified"}  # every rule may say where it comes from and that a county must confirm it
    top.done()
    if not reading.faults:
        process_checks.names(process, top)
    if not reading.faults:
        process_checks.paths(process, top)
    return (None if reading.faults else process), reading.faults


def _in_force(force: Table | None, top: Table) -> tuple[date, date | None]:
    if force is None:
        top.fault("in_force", "缺少 in_force = { from = 施行日 }", "missing")
        return date.min, None
    since, until = force.day("from"), force.day("until", None)
    force.done()
    if since and until and until <= since:
        force.fault("until", "失效日须晚于施行日", "range")
    return since or date.min, until


def _seen_by(top: Table) -> tuple[Permission, ...]:
    known = {each.value: each for each in Permission}
    named = top.texts("seen_by", words.SEEN_BY)
    for name in named:
        if name not in known:
            top.fault("seen_by", f"没有权限 {name}", "unknown")
    return tuple(known[name] for name in named if name in known)


def _unique(top: Table, key: str, items: Iterable[Any], by: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, item in enumerate(items):
        name = getattr(item, by)
        if name in found:
            top.reading.fault((*top.path, key, index, by), f"{name} 重复声明", "duplicate")
        found[name] = item
    return found


def _closers(steps: Iterable[Step]) -> dict[str, dict[str, str]]:
    """For each state, which once-step closes which seat."""
    found: dict[str, dict[str, str]] = {}
    for step in steps:
        if step.once:
            for state in step.from_states:
                found.setdefault(state, {}).update(dict.fromkeys(step.seats, step.name))
    return found


def _joined(states: Mapping[str, State], steps: Iterable[Step]) -> dict[str, frozenset[str]]:
    """Steps that only optional seats take, with the organ keys of those seats."""
    found: dict[str, frozenset[str]] = {}
    for step in steps:
        taking = [
            seat
            for name in step.from_states
            if name in states
            for seat in states[name].seats
            if step.seats and seat.id in step.seats
        ]
        if taking and all(seat.optional for seat in taking):
            found[step.name] = frozenset(seat.organ for seat in taking)
    return found


def _titles(top: Table, key: str) -> dict[str, str]:
    table = top.table(key)
    return {} if table is None else {name: table.text(name) for name in table.data}


def _receipt(table: Table | None) -> Reception:
    """Hours of receipt and what counts outside them: hall hours and rest days are values of the pack."""
    if table is None:
        return Reception(on_rest_day=Counts.SAME_DAY)
    ways = [each.value for each in Counts]
    closes = table.hour("closes_at", None)
    after, rest = table.choice("after_hours", ways, "same-day"), table.choice("rest_day", ways, "same-day")
    table.done()
    if after not in ways or rest not in ways:
        return Reception()
    return Reception(closes, Counts(after), Counts(rest))


def _state(table: Table) -> State:
    seats = [_seat(seat) for seat in table.tables("seat")]
    state = State(
        name=table.identifier("name"),
        title=table.text("title"),
        phase=table.choice("phase", words.PHASES, "in-hand"),
        says=table.text("says", ""),
        seats=tuple(_unique(table, "seat", seats, "id").values()),
    )
    table.done()
    return state


def _seat(table: Table) -> Seat:
    role = table.identifier("role")
    seat = Seat(
        id=table.identifier("id", role),
        role=role,
        title=table.text("title", ""),
        organ=table.identifier("organ", "matter"),
        clock=table.identifier("clock", ""),
        after=table.texts("after"),
        chains=table.texts("chains"),
        optional=table.flag("optional"),
    )
    if seat.optional and seat.organ == "matter":
        table.fault("organ", "optional 的席位须写明 organ：没有给出该机关的，席位不开", "missing")
    table.done()
    return seat


def _step(table: Table) -> Step:
    step = Step(
        name=table.identifier("name"),
        title=table.text("title"),
        by=(words.SYSTEM_ROLE,) if {"timer", "upon"} & table.data.keys() else table.texts("by", MISSING),
        from_states=table.texts("from"),
        to=table.identifier("to", None) or None,
        seats=table.texts("seat"),
        permission=table.choice("permission", [each.value for each in Permission], ""),
        basis=table.text("basis", ""),
        says=table.text("says", ""),
        guards=table.texts("guards"),
        effects=table.texts("effects"),
        after=table.texts("after"),
        needs=table.texts("needs"),
        fields=tuple(_unique(table, "field", [_field(each) for each in table.tables("field")], "name").values()),
        opinion=table.choice("opinion", ("none", "optional", "required"), "none"),
        requires=table.texts("requires"),
        not_by=table.texts("not_by"),
        chains=table.texts("chains"),
        once=table.flag("once"),
        keeps=table.flag("keeps"),
        timer=table.identifier("timer", ""),
        upon=table.identifier("upon", ""),
        as_of_receipt=table.flag("as_of_receipt"),
        pauses=table.flag("pauses"),
        resumes=table.flag("resumes"),
        notice=table.identifier("notice", ""),
        extends=table.texts("extends"),
    )
    table.done()
    return step


def _field(table: Table) -> Field:
    declared = Field(
        name=table.key("name"),
        title=table.text("title"),
        kind=table.choice("kind", words.FIELD_KINDS),
        required=table.flag("required", True),
        choices=_titles(table, "choices"),
        longest=table.whole("longest", 2000, least=1),
    )
    if declared.kind == "code" and not declared.choices:
        table.fault("choices", "代码字段须列出 choices", "missing")
    table.done()
    return declared


def _clock(table: Table) -> Clock:
    clock = Clock(
        id=table.identifier("id"),
        title=table.text("title", ""),
        kind=table.choice("kind", words.CLOCK_KINDS),
        unit=table.choice("unit", words.UNITS),
        days=table.days("days") or 0,
        starts_on=table.texts("starts_on", MISSING),
        stops_on=table.texts("stops_on", MISSING),
        runs_in=table.texts("runs_in"),
        pauses=table.texts("pauses"),
        extension=table.days("extension", None),
        basis=table.text("basis", ""),
        optional=table.flag("optional"),
        unverified=table.flag("unverified"),
    )
    if clock.kind == "legal":
        for ground in clock.pauses:
            if ground not in ARTICLE_45:
                table.fault(
                    "pauses", f"法定期限不得因 {ground} 中止：只限行政许可法第四十五条列明的情形", "unlawful-pause"
                )
        if not clock.basis:
            table.fault("basis", "法定期限须写明依据条款", "missing")
    table.done()
    return clock


def _term(table: Table) -> Term:
    term = Term(
        id=table.identifier("id"),
        title=table.text("title"),
        unit=table.choice("unit", words.UNITS),
        days=table.days("days") or 0,
        direction=table.choice("direction", ("before", "within")),
        basis=table.text("basis", ""),
    )
    table.done()
    return term
