"""One study from its question to its answer, round by round: what a job, the command line and the tests all run.

A round is known by its number and the study's seed and by nothing else, so a study that was interrupted goes on where it
was, and one that is run again gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.packs import queries as packs
from yiwang.insight.facts.reading import Snapshot
from yiwang.insight.whatif import reading
from yiwang.insight.whatif.asked import WARM_UP, Asked
from yiwang.insight.whatif.kinds import KIND, RULE, WhatIfRule
from yiwang.insight.whatif.rules import judging, measuring, rounds, trial
from yiwang.insight.whatif.rules.histories import History, Way
from yiwang.insight.whatif.rules.hours import WorkTime
from yiwang.insight.whatif.rules.reckoning import Watch, watches
from yiwang.insight.whatif.rules.scenarios import CLERKS, LIMIT, Change, staffed
from yiwang.kernel.process import Process
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable

SUPERVISION = "supervision-rule"  # the kind under which supervision's rules are stored
TRIED, TODAY, CHANGED = "tried", "today", "changed"  # rounds of the trial on the past, of today, of the change
Rounds = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything a study runs on: the rules in force, the calendar, the facts."""

    facts: Snapshot
    table: OrdinalTable
    rule: WhatIfRule
    process: Process
    supervision: tuple[Any, ...]


def setting(process_id: str, *, facts: Snapshot, table: OrdinalTable, on: date) -> Setting:
    """What is in force on a day. 404 for a process there is not."""
    return Setting(
        facts,
        table,
        packs.rule(KIND, RULE, on).value,
        packs.rule("process", process_id, on).value,
        tuple(found.value for found in packs.rules(SUPERVISION, on).values()),
    )


class Study:
    """A question made ready: the history read, the past half year set aside to be foretold."""

    def __init__(self, given: Setting, asked: Asked, change: Change | None, seed: int, many: int) -> None:
        rule = given.rule
        self.asked, self.change, self.seed, self.many, self.rule = asked, change, seed, many, rule
        self.time = WorkTime(
            given.table, rule.sessions, since=asked.since - 2 * WARM_UP, until=asked.until + timedelta(days=730)
        )
        watched = watches(given.supervision, asked.process)
        reader = reading.Reader(given.facts, asked, process=given.process, time=self.time)
        whole = self._measured(reader, watched)
        self.stage = rounds.Stage(whole, self.time, watched)
        self.ways = rounds.Ways(whole.cases, given.table)
        if not len(self.ways):
            raise reading.NoHistory("这段时间里没有办结的办件，无从模拟。请换一个流程、单位或期间。")
        self.middle = asked.since + (asked.until - asked.since) / 2
        known = day_of(asked.cut_off)
        settled = given.table.workday(given.table.ordinal(known) - rule.settled_days)
        self.end = min(asked.until, settled)
        early = Asked(asked.process, asked.organ, asked.since, self.middle, min(asked.cut_off, _midnight(self.middle)))
        try:
            half = self._measured(reading.Reader(given.facts, early, process=given.process, time=self.time), watched)
        except reading.NoHistory:
            half = History((), (), whole.hands)
        self.half = rounds.Stage(half, self.time, watched)
        early_ones = [case for case in half.cases if case.on >= asked.since.toordinal()]
        self.learned = rounds.Ways(early_ones, given.table)
        before = rounds.happened(self.stage, whole.cases, since=asked.since, until=self.middle)
        self.learned_cards = int(judging.cards(before.ledger))
        self.real = rounds.happened(self.stage, whole.cases, since=self.middle, until=self.end)
        self.days = rounds.Days(half, self.time, since=asked.since, until=self.middle)
        self.refuse_nonsense()

    def _measured(self, reader: reading.Reader, watched: Sequence[Watch]) -> History:
        """The history with as much of the gaps between tasks taken for work as its own past bears."""
        for part in measuring.CALIBRATED:
            found = reader.history(replace(self.rule.work, share=part))
            if rounds.longer(rounds.Stage(found, self.time, watched)) <= self.rule.longer:
                break
        return found

    def refuse_nonsense(self) -> None:
        """Refused: a change that changes nothing here, or takes away the last pair of hands."""
        change, history = self.change, self.stage.history
        if change is None:
            return
        ways = [case.way for case in history.own() if case.way is not None]
        if change.kind == LIMIT:
            longer = [one for way in ways for one in way.limits if one.clock == change.clock and one.days > change.days]
            if not longer:
                raise Refusal("没有办件的这个期限比您填的长，改了也没有变化。", code="whatif-no-limit", field="days")
        elif change.kind == CLERKS:
            queues = history.queues_of(change.step)
            if not queues:
                raise Refusal("这个环节没有工作人员办理的记录。", code="whatif-no-step", field="step")
            staffed(history.hands, queues, change.number, np.random.default_rng(0))
        else:
            known: dict[int, Way] = {}
            if not any(rounds.beside(way, change, known) is not way for way in ways):
                raise Refusal("这两个环节在办件中不是一前一后，不能改成并行。", code="whatif-no-pair", field="pair")

    @property
    def total(self) -> int:
        """Rounds there are to play."""
        return self.tries + self.many

    @property
    def tries(self) -> int:
        """Rounds of the trial on the past: none where there is nothing to compare."""
        least = self.rule.demands.least
        return self.many if min(len(self.learned), judging.cases(self.real.ledger)) >= least else 0

    def play(self, number: int) -> dict[str, dict[str, Any]]:
        """Round ``number`` (0 … ``total`` - 1): first those of the trial, then those of the change."""
        few = self.rule.demands.least // 10
        if number < self.tries:
            chance = self._chance(0, number)
            arrivals = self.days.foretold(
                self.learned, chance, warm=self.middle - timedelta(days=28), since=self.middle, until=self.end, few=few
            )
            return {TRIED: rounds.play(self.half, arrivals, None, chance)[0]}
        chance = self._chance(1, number - self.tries)
        arrivals = rounds.as_it_was(
            self.stage.history,
            self.ways,
            chance,
            since=self.asked.since,
            until=self.asked.until,
            day=self.time.day,
            few=few,
        )
        today, changed = rounds.play(self.stage, arrivals, self.change, chance)
        return {TODAY: today} if changed is None else {TODAY: today, CHANGED: changed}

    def answer(self, played: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
        """Everything the page says."""
        today, changed = played.get(TODAY, []), played.get(CHANGED, [])
        whole = rounds.happened(self.stage, self.stage.history.cases, since=self.asked.since, until=self.asked.until)
        real, half = whole.ledger, self.real.ledger
        past = trial.Past(half, real, whole.reckoned, self.real.undecided, len(self.learned), self.learned_cards)
        before, after = judging.described(today), judging.described(changed)
        return {
            "trial": {
                **trial.judged(played.get(TRIED, []), today, past, self.rule.demanded),
                "since": self.asked.since.isoformat(),
                "middle": self.middle.isoformat(),
                "end": self.end.isoformat(),
                "predicted_days": judging.described(played.get(TRIED, [])).get("days", {}),
                "happened_days": _per_cent(half["days"]),
            },
            "real": {
                "cases": judging.cases(real),
                "open": whole.undecided,
                "median": judging.quantile(real, 0.5),
                "mean": judging.mean(real),
                "nine_of_ten": judging.quantile(real, 0.9),
                "on_time": judging.share(real),
                **real["signals"],
                "days": _per_cent(real["days"]),
            },
            "today": before,
            "changed": after,
            "difference": judging.differences(today, changed) if changed else {},
            "bottleneck": [judging.bottleneck(one.get("steps", {})) for one in (before, after)],
            "queues": [
                {"organ": q.organ, "step": q.step, "hands": q.hands, "minutes": round(q.minutes, 1), "gaps": q.gaps}
                for q in self.stage.history.queues
            ],
        }

    def _chance(self, part: int, number: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(part, number)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _per_cent(days: Mapping[str, int]) -> dict[str, float]:
    total = max(1, sum(days.values()))
    return {value: round(100 * count / total, 3) for value, count in days.items()}
