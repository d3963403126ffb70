"""A process as a whole, after every table of it was read: names lead somewhere, and no matter is left nowhere.

Refused: names nobody declared, states nobody can reach or leave, states without a seat, joins that can never be met, a
pause without its written notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from yiwang.kernel import process as words
from yiwang.kernel.clocks import ARTICLE_45
from yiwang.kernel.declared import Table
from yiwang.kernel.process import Process, State, Step, seats_in


def names(process: Process, top: Table) -> None:
    """Every name used inside the file is declared in the file."""
    states, steps, clocks, chains = process.states, process.steps, process.clocks, process.chains

    def known(path: tuple[str | int, ...], used: Iterable[str], among: Iterable[str], word: str) -> None:
        for name in used:
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


def paths(process: Process, top: Table) -> None:
    """No sequence of steps leaves a matter without a seat or a closed state; every state is reached and left."""
    for chain in process.chains or {"": ""}:
        _chain(process, chain, top)


def _chain(process: Process, chain: str, top: Table) -> None:
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
            _seats(process, state, index, chain, top)


def _seats(process: Process, state: State, index: int, chain: str, top: Table) -> None:
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
