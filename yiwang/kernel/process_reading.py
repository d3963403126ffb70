"""Reads a process strictly from a TOML table, and refuses one that could leave a matter nowhere.

``parse`` answers the process, or ``None``, with all faults. Beyond types and unknown keys it refuses: names that lead
nowhere, states nobody can reach or leave, states without a seat, joins that can never be met, a legal clock pausing
on a ground article 45 does not know, a pause without its written notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import Any

from yiwang.kernel import process as words
from yiwang.kernel.clocks import ARTICLE_45
from yiwang.kernel.declared import MISSING, Place, Reading, Table, dotted
from yiwang.kernel.permissions import Permission
from yiwang.kernel.process import Clock, Field, Process, Seat, State, Step, Term, seats_in
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
        receipt=_receipt(top.table("receipt")),
        grounds=_titles(top, "grounds"),
        seated=frozenset(seat.role for state in states.values() for seat in state.seats),
        joined=_joined(states, steps.values()),
    )
    top.asked |= {"source", "unverified"}  # every rule may say where it comes from and that a county must confirm it
    top.done()
    if not reading.faults:
        _check_names(process, top)
    if not reading.faults:
        _check_paths(process, top)
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


def _check_names(process: Process, top: Table) -> None:
    """Every name used inside the file is declared in the file."""
    states, steps, clocks, chains = process.states, process.steps, process.clocks, process.chains

    def known(path: tuple[str | int, ...], names: Iterable[str], among: Iterable[str], word: str) -> None:
        for name in names:
            if name not in among:
                top.reading.fault(path, f"没有声明过的{word} {name}", "unknown")

    known(("initial",), [process.initial], states, "状态")
    if not any(step.opening for step in steps.values()):
        top.fault("step", "没有收件步骤（from 留空的步骤）", "missing")
    for index, step in enumerate(steps.values()):
        at = ("step", index)
        known((*at, "from"), step.from_states, states, "状态")
        known((*at, "to"), [step.to] if step.to else [], states, "状态")
        known((*at, "requires"), step.requires, steps, "步骤")
        known((*at, "not_by"), step.not_by, steps, "步骤")
        known((*at, "chains"), step.chains, chains, "审批层级")
        known((*at, "timer"), [step.timer] if step.timer else [], clocks, "时钟")
        known((*at, "extends"), step.extends, clocks, "时钟")
        known((*at, "field"), _ground_choices(step), {*ARTICLE_45, *process.grounds}, "中止事由")
        if step.opening and step.to != process.initial:
            top.reading.fault((*at, "to"), f"收件步骤须到达初始状态 {process.initial}", "opening")
        for name in step.from_states:
            if name in states and step.seats and not {seat.id for seat in states[name].seats} & set(step.seats):
                top.reading.fault((*at, "seat"), f"状态 {name} 没有席位 {'、'.join(step.seats)}", "unknown")
            if name in states and states[name].closed:
                top.reading.fault((*at, "from"), f"{name} 是终结状态，不能再办理", "closed")
        if step.once and not (len(step.seats) == 1 and step.to is None):
            top.reading.fault((*at, "once"), "once 只用于不改变状态、且写明一个 seat 的步骤", "once")
        if step.pauses and not (step.notice and step.basis):
            top.reading.fault((*at, "notice"), "中止计时须有书面告知（notice）和依据（basis）", "missing")
        if not (step.timer or step.upon or step.opening) and words.SYSTEM_ROLE in step.by:
            top.reading.fault((*at, "by"), "由系统办理的步骤须写明触发它的时钟 timer 或事件 upon", "timer")
        for name in step.extends:
            if name in clocks and clocks[name].extension is None:
                top.reading.fault((*at, "extends"), f"时钟 {name} 没有声明可延长的天数 extension", "missing")
    for index, clock in enumerate(clocks.values()):
        known(("clock", index, "starts_on"), clock.starts_on, steps, "步骤")
        known(("clock", index, "stops_on"), clock.stops_on, steps, "步骤")
        known(("clock", index, "runs_in"), clock.runs_in, states, "状态")
        known(("clock", index, "pauses"), clock.pauses, {*ARTICLE_45, *process.grounds}, "中止事由")
    for index, state in enumerate(states.values()):
        for number, seat in enumerate(state.seats):
            place = ("state", index, "seat", number)
            known((*place, "after"), seat.after, steps, "步骤")
            known((*place, "clock"), [seat.clock] if seat.clock else [], clocks, "时钟")
            known((*place, "chains"), seat.chains, chains, "审批层级")


def _ground_choices(step: Step) -> list[str]:
    return [code for declared in step.fields if step.pauses and declared.name == "ground" for code in declared.choices]


def _check_paths(process: Process, top: Table) -> None:
    """No sequence of steps leaves a matter without a seat or a closed state; every state is reached and left."""
    for chain in process.chains or {"": ""}:
        _check_chain(process, chain, top)


def _check_chain(process: Process, chain: str, top: Table) -> None:
    under = f"（审批层级 {chain}）" if chain else ""
    reached, waiting = set(), [process.initial]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        waiting += [step.to for step in process.leaving(name, chain) if step.to]
    if not process.chains:
        for index, name in enumerate(process.states):
            if name not in reached:
                top.reading.fault(("state", index, "name"), f"没有步骤能到达状态 {name}", "unreachable")
    ends = {name for name in reached if process.states[name].closed}
    grew = True
    while grew:
        more = {n for n in reached - ends if any(step.to in ends for step in process.leaving(n, chain))}
        grew = bool(more)
        ends |= more
    for index, (name, state) in enumerate(process.states.items()):
        if name not in reached:
            continue
        if name not in ends:
            top.reading.fault(("state", index, "name"), f"从状态 {name} 走不到任何终结状态{under}", "dead-end")
        if not state.closed:
            _check_seats(process, state, index, chain, top)


def _check_seats(process: Process, state: State, index: int, chain: str, top: Table) -> None:
    """Whatever once-steps of this state have been taken, a seat is open and somebody can go on: with every optional
    organ there, and with none."""
    everybody = frozenset(key for keys in process.joined.values() for key in keys)
    for organs in {everybody, frozenset[str]()}:
        if not _seats_lead_on(process, state, index, chain, organs, top):
            return


def _seats_lead_on(process: Process, state: State, index: int, chain: str, organs: frozenset[str], top: Table) -> bool:
    absent = process.absent(organs)
    steps = [step for step in process.leaving(state.name, chain) if step.name not in absent]
    once = [step.name for step in steps if step.once]
    for count in range(len(once) + 1):
        for done in combinations(once, count):
            if not seats_in(process, state.name, done, chain, organs):
                said = "、".join(done) or "刚到达时"
                top.reading.fault(("state", index, "seat"), f"状态 {state.name} 在 {said} 之后没有席位", "no-seat")
                return False
    everything = {*once, *absent}
    open_at_last = seats_in(process, state.name, once, chain, organs)
    seats, roles = {seat.id for seat in open_at_last}, {seat.role for seat in open_at_last}
    for step in steps:
        staying = {name for name in step.requires if process.steps[name].to is None}
        free = not step.seats and any(role not in process.seated for role in step.by)  # applicants, timers, a head
        held = seats & set(step.seats) if step.seats else roles & set(step.by)
        if step.to and staying <= everything and (held or free):
            return True
    top.reading.fault(("state", index, "name"), f"状态 {state.name} 的席位办完之后没有人能继续办理", "stuck")
    return False
