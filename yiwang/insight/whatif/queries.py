"""Studies a viewer may see, and what may be asked: of the whole county by whoever supervises or leads, of an organ by its
own staff, as with every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs import queries as packs
from yiwang.insight.facts import reading as facts
from yiwang.insight.indicators import queries as indicators
from yiwang.insight.indicators.queries import NOTHING, Scope
from yiwang.insight.whatif import offering, studying
from yiwang.insight.whatif.asked import Asked
from yiwang.insight.whatif.kinds import KIND, RULE, WhatIfRule
from yiwang.insight.whatif.models import Study
from yiwang.insight.whatif.rules import scenarios
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process
from yiwang.kernel.refusal import NotFound

LISTED = 30
SHARE = 0.05  # of the cases: pairs of steps rarer than that are not offered


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be tried on a process's history: its limits, pairs of steps, steps with how many do them."""

    processes: Sequence[tuple[str, str]]
    process: str
    clocks: Sequence[tuple[str, str]]
    pairs: Sequence[tuple[str, str]]
    steps: Sequence[tuple[str, str]]
    since: date
    until: date
    rule: WhatIfRule


def scope(viewer: Doer, asked: str, on: date) -> Scope:
    """For whom: 404 for whoever sees no figures, and for an organ that is not his."""
    return indicators.scope(viewer, asked, on)


def offer(process_id: str, *, scope: Scope, on: date) -> Offer:
    """What may be asked of a process; of the largest one if none is named. 404 for one there is not."""
    snapshot = facts.current()
    since, until = year_before(day_of(snapshot.as_of))
    found = offering.processes(snapshot, scope.code, since, until)
    known = packs.rules("process", on)
    named = [(one, f"{known[one].value.title}（{many}件）") for one, many in found if one in known]
    rule: WhatIfRule = packs.rule(KIND, RULE, on).value
    if not named and not process_id:
        return Offer((), "", (), (), (), since, until, rule)
    chosen = process_id or named[0][0]
    if chosen not in dict(named):
        raise NotFound(NOTHING)
    process: Process = known[chosen].value
    asked = Asked(chosen, scope.code, since, until, snapshot.as_of)
    return Offer(
        named,
        chosen,
        [
            (clock, f"{process.clocks[clock].title}（现为{days}，{many}件）")
            for clock, days, many in offering.clocks(snapshot, asked)
            if clock in process.clocks
        ],
        [
            (f"{first}+{second}", f"“{step(process, first)}”和“{step(process, second)}”")
            for first, second in offering.pairs(snapshot, asked, share=SHARE)
        ],
        [
            (name, f"{step(process, name)}（现有{hands}人）")
            for name, hands in offering.steps(snapshot, asked, share=SHARE)
        ],
        since,
        until,
        rule,
    )


def year_before(on: date) -> tuple[date, date]:
    """The twelve months before a day: the history a study learns from."""
    return on.replace(year=on.year - 1, day=28 if (on.month, on.day) == (2, 29) else on.day), on


def step(process: Process, name: str) -> str:
    """What a step is called."""
    return process.steps[name].title if name in process.steps else name


def studies(viewer: Doer, on: date) -> list[Study]:
    """The newest studies the viewer may see."""
    seen = [code for code, _ in scope(viewer, "", on).choices]
    rows = Study.objects.defer("played", "answer").order_by("-pk")
    return list((rows if "" in seen else rows.filter(organ__in=seen))[:LISTED])


def study(viewer: Doer, study_id: int, on: date) -> Study:
    """One study. 404 for one there is not, and for whoever may not see figures of that scope."""
    found = Study.objects.filter(pk=study_id).defer("played").first()
    if (
        found is None or scope(viewer, found.organ, on).code != found.organ
    ):  # asked for all, an organ's staff gets his own
        raise NotFound(NOTHING)
    return found


def titled(found: Study, on: date) -> str:
    """The change in words."""
    return said(scenarios.change(found.change), packs.rule("process", found.process, on).value)


def said(change: scenarios.Change, process: Process) -> str:
    """A change in words."""
    if change.kind == scenarios.LIMIT:
        declared = process.clocks.get(change.clock)
        unit = "个工作日" if declared is None or declared.unit == "working-day" else "日"
        return f"{declared.title if declared else change.clock}长于{change.days}{unit}的，缩短到{change.days}{unit}"
    if change.kind == scenarios.PARALLEL:
        return f"“{step(process, change.first)}”和“{step(process, change.second)}”同时办"
    verb, many = ("减少", -change.number) if change.number < 0 else ("增加", change.number)
    return f"办“{step(process, change.step)}”的人{verb}{many}人"


def ready(found: Study) -> studying.Study:
    """A study made ready to be played, under the rules in force on the day of its facts."""
    on = day_of(found.cut_off)
    asked = Asked(found.process, found.organ, found.since, found.until, found.cut_off)
    setting = studying.setting(found.process, facts=facts.current(), table=calendar.table(), on=on)
    return studying.Study(setting, asked, scenarios.change(found.change), found.seed, found.rounds)
