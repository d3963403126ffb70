"""What a study's page says: the answer's numbers as lines and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yiwang.foundation.packs import queries as packs
from yiwang.insight.whatif import queries
from yiwang.insight.whatif.models import Study
from yiwang.insight.whatif.rules import trial
from yiwang.kernel.process import Process

HOUR = 60
LINES = (
    (trial.DAYS, "median", "用时中位数", "个工作日", 1),
    (trial.DAYS, "mean", "平均用时", "个工作日", 2),
    (trial.DAYS, "nine_of_ten", "九成办件在几日内决定", "个工作日", 1),
    (trial.ON_TIME, "on_time", "按时办结率", "%", 2),
    (trial.WARNINGS, "warning", "预警", "次", 1),
    (trial.CARDS, "yellow", "黄牌", "张", 1),
    (trial.CARDS, "red", "红牌", "张", 1),
)


DOUBTS = {trial.POOR: "不可信", trial.TOO_FEW: "样本不足"}


@dataclass(frozen=True, slots=True)
class Line:
    """One number: as it really was, as simulated today and changed (mean and interval); ``doubt`` says where the trial did
    not bear it out."""

    title: str
    unit: str
    real: str
    today: str
    changed: str
    doubt: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """Where cases wait at a step: hours a case lies, queues and is worked on, today and changed; how busy its hands are."""

    name: str
    hands: int
    today: Sequence[str]
    changed: Sequence[str]
    worst: bool
    worst_changed: bool


def lines(answer: Mapping[str, Any]) -> list[Line]:
    """The comparison, number by number."""
    real, today, changed = answer["real"], answer["today"], answer["changed"]
    return [
        Line(
            title,
            unit,
            f"{real[name]:.{min(digits, 2)}f}",
            _said(today.get(name), digits),
            _said(changed.get(name), digits),
            doubt(answer, promise),
        )
        for promise, name, title, unit, digits in LINES
    ]


def doubt(answer: Mapping[str, Any], promise: str) -> str:
    """What is to be said beside a number whose promise the trial did not bear out; empty where it did."""
    return DOUBTS.get(answer["trial"]["promises"][promise], "")


def differences(answer: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What the change does, round by round, with its interval, and whether that may be doubted."""
    asked = (
        (trial.DAYS, "mean", "平均用时", "个工作日", 2),
        (trial.ON_TIME, "on_time", "按时办结率", "个百分点", 2),
        (trial.CARDS, "cards", "黄牌和红牌", "张", 1),
    )
    found = []
    for promise, name, title, unit, digits in asked:
        if name in answer["difference"]:
            mean, low, high = answer["difference"][name]
            verb = (
                "不变" if round(mean, digits) == 0 else f"{'增加' if mean > 0 else '减少'}{abs(mean):.{digits}f}{unit}"
            )
            found.append((title, f"{verb}（{low:+.{digits}f} 至 {high:+.{digits}f}）", doubt(answer, promise)))
    return found


def steps(found: Study, answer: Mapping[str, Any], on: date) -> list[StepLine]:
    """Steps in the order of how long cases wait at them today."""
    process: Process = packs.rule("process", found.process, on).value
    hands: dict[str, int] = {}
    for queue in answer["queues"]:
        hands[queue["step"]] = hands.get(queue["step"], 0) + queue["hands"]
    today, changed = answer["today"].get("steps", {}), answer["changed"].get("steps", {})
    worst, worst_changed = answer["bottleneck"]
    names = sorted(
        (name for name in today if name and today[name][0] >= 0.5), key=lambda name: -today[name][1] - today[name][2]
    )
    return [
        StepLine(
            queries.step(process, name),
            hands.get(name, 0),
            _hours(today.get(name)),
            _hours(changed.get(name)),
            name == worst,
            name == worst_changed,
        )
        for name in names
    ]


def bottlenecks(found: Study, answer: Mapping[str, Any], on: date) -> tuple[str, str]:
    """Where cases wait longest, today and changed."""
    process: Process = packs.rule("process", found.process, on).value
    first, second = (queries.step(process, name) if name else "" for name in answer["bottleneck"])
    return first, second


def distribution(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The chart of days: happened, as today, as changed; shares in per cent."""
    named = [("当年实际", answer["real"]["days"]), ("按现状推演", answer["today"].get("days", {}))]
    named.append(("按改变推演", answer["changed"].get("days", {})))
    return chart("收件到决定的用时分布", named)


def trial_chart(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The chart of the trial: foretold and happened."""
    said = answer["trial"]
    return chart("后半段：推算与实际", [("实际", said["happened_days"]), ("推算", said["predicted_days"])])


def chart(title: str, named: Sequence[tuple[str, Mapping[str, float]]]) -> dict[str, Any]:
    """Distributions side by side; a long tail of rare days is one last mark."""
    longest = max((int(day) for _, days in named for day in days), default=0)
    last = min(longest, 40)
    labels = [str(day) for day in range(last + 1)]
    if longest > last:
        labels[-1] = f"{last}以上"
    series = []
    for name, days in named:
        values = [0.0] * (last + 1)
        for day, share in days.items():
            values[min(int(day), last)] += share
        if days:
            series.append({"name": name, "values": [round(value, 2) for value in values]})
    return {"title": title, "unit": "%", "across": False, "labels": labels, "values": series[0]["values"] if series else [],
            "series": series, "links": []}  # fmt: skip


def rows(chart: Mapping[str, Any]) -> list[tuple[str, list[float]]]:
    """The chart as its table says it."""
    return [
        (label, [one["values"][place] for one in chart["series"]])
        for place, label in enumerate(chart["labels"])
        if any(one["values"][place] for one in chart["series"])
    ]


def _said(found: Sequence[float] | None, digits: int) -> str:
    if not found:
        return "—"
    mean, low, high = found
    return f"{mean:.{digits}f}（{low:.{digits}f}–{high:.{digits}f}）"


def _hours(line: Sequence[float] | None) -> list[str]:
    """Hours a case lies, queues, is worked on; per cent of office hours its hands are at work."""
    if not line or not line[0]:
        return ["—"] * 4
    tasks, lay, queued, worked, busy = line
    return [
        f"{lay / tasks / HOUR:.1f}",
        f"{queued / tasks / HOUR:.2f}",
        f"{worked / tasks / HOUR:.2f}",
        f"{100 * busy:.0f}%",
    ]
