"""What a step does to a matter's clocks. Pure: clocks in, clocks out.

A clock starts on its ``starts_on`` steps, stops on its ``stops_on`` steps, stands still outside its ``runs_in``
states, and is paused, resumed and extended only by steps that say so (行政许可法 第四十二、四十五条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from yiwang.kernel.clocks import ARTICLE_45, Clock, Extension, Pause
from yiwang.kernel.process import Clock as Declared
from yiwang.kernel.process import Process, Step
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.matters.standing import RunningClock


class NoSuchBudget(Refusal):
    """The process counts days that whoever opens the matter has to give, and did not."""

    code = "no-budget"


def budget(declared: Declared, budgets: Mapping[str, Any]) -> tuple[int, str] | None:
    """Days and unit of a clock; ``None`` if it is optional and no such budget was given.

    A budget is ``days`` or ``(days, unit)``; its unit, if given, goes before the declared one (the guide decides).
    """
    if isinstance(declared.days, int):
        return declared.days, declared.unit
    given = budgets.get(declared.days)
    if given is None:
        if declared.optional:
            return None
        raise NoSuchBudget(f"办事指南没有给出“{declared.title or declared.id}”的天数（{declared.days}）。")
    if isinstance(given, int):
        return given, declared.unit
    days, unit = given
    return int(days), str(unit)


def advance(
    process: Process,
    step: Step,
    state: str,
    clocks: tuple[RunningClock, ...],
    *,
    on: date,
    counted_on: date,
    budgets: Mapping[str, Any],
    table: OrdinalTable,
    values: Mapping[str, Any],
    texts: Mapping[str, str],
    approver: str,
    notice: str,
) -> tuple[list[RunningClock], list[RunningClock]]:
    """Clocks that begin with this step, and clocks it changes. Refuses an unlawful pause or extension.

    ``state`` is where the step leads. ``values`` may carry ``ground`` (a pausing step) and ``days`` (an extending
    one); ``texts["opinion"]`` is the reason of an extension; ``notice`` the number of the written notice.
    """
    started: list[RunningClock] = []
    changed: list[RunningClock] = []
    known = {row.clock: row for row in clocks}
    paused = False
    for declared in process.clocks.values():
        row = known.get(declared.id)
        running = row is not None and row.stopped_on is None
        if row is not None and running:
            if step.name in declared.stops_on:
                changed.append(row._replace(stopped_on=max(on, row.started_on)))
                continue
            before = clock = row.pure()
            if step.pauses and values.get("ground") in declared.pauses:
                clock = clock.pause(values["ground"], notice, on, lawful=declared.pauses)
                paused = True
            if step.resumes:
                for pause in clock.pauses:
                    if pause.resumes_on is None and pause.ground in declared.pauses:
                        clock = clock.resume(pause.ground, on)
            if declared.id in step.extends:
                clock = _extended(clock, declared, step, on, budgets, table, values, texts, approver)
            clock = _standing_still(clock, declared, state, process, on)
            if clock is not before:
                changed.append(project(clock, table, row))
        elif step.name in declared.starts_on:
            found = budget(declared, budgets)
            if found is None:
                continue
            days, unit = found
            begins = counted_on if step.opening or step.as_of_receipt else on
            clock = _standing_still(Clock(days, Unit(unit), begins), declared, state, process, on)
            fresh = RunningClock(
                row.id if row else None, declared.id, declared.kind, unit, days, begins, None, (), None, None, False, 0
            )
            (changed if row else started).append(project(clock, table, fresh))
    if step.pauses and not paused:
        known_grounds = {g for declared in process.clocks.values() for g in declared.pauses}
        ground = values.get("ground")
        says = (
            "没有正在计时、可以因此中止的期限。"
            if ground in known_grounds
            else "该事由不是法律列明的不计入期限的情形。"
        )
        raise Refusal(says, code="clock-ground", field="ground", article="行政许可法 第四十五条")
    return started, changed


def project(clock: Clock, table: OrdinalTable, row: RunningClock) -> RunningClock:
    """The row with what the calendar makes of the clock now."""
    projection = clock.project(table)
    if not clock.pauses and clock.extension is None:
        return row._replace(
            pauses=(),
            extension=None,
            due_on=projection.due_on,
            provisional=projection.provisional,
            revision=table.revision,
        )
    dumped = clock.dump()
    return row._replace(
        pauses=tuple(dumped["pauses"]),
        extension=dumped["extension"],
        due_on=projection.due_on,
        provisional=projection.provisional,
        revision=table.revision,
    )


def _standing_still(clock: Clock, declared: Declared, state: str, process: Process, on: date) -> Clock:
    """Outside ``runs_in`` the clock stands still with the state's name as ground; back inside it goes on."""
    if not declared.runs_in:
        return clock
    idle = next((p for p in clock.pauses if p.resumes_on is None and p.ground in process.states), None)
    day = max(on, clock.started_on)
    if state in declared.runs_in:
        return clock if idle is None else clock.resume(idle.ground, max(day, idle.begins_on))
    if process.states[state].closed or idle is not None:
        return clock
    # a special procedure already stands in the ledger under its own lawful ground: nothing to add
    if any(p.resumes_on is None and p.ground in ARTICLE_45 for p in clock.pauses):
        return clock
    return replace(clock, pauses=(*clock.pauses, Pause(state, "", day)))


def _extended(
    clock: Clock,
    declared: Declared,
    step: Step,
    on: date,
    budgets: Mapping[str, Any],
    table: OrdinalTable,
    values: Mapping[str, Any],
    texts: Mapping[str, str],
    approver: str,
) -> Clock:
    most = declared.extension
    if isinstance(most, str):
        given = budgets.get(most, 0)
        most = given if isinstance(given, int) else int(given[0])
    if not most:
        raise Refusal(f"“{declared.title or declared.id}”没有可以延长的天数。", code="clock-extension-days")
    extension = Extension(int(values.get("days") or most), on, approver, texts.get("opinion", ""))
    return clock.extend(extension, most=most, table=table)
