"""What the other departments were asked and what they said, as the page of a jointly handled case lists it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.kernel.process import Process
from yiwang.matters.queries import Line
from yiwang.matters.queries.explaining import Explained
from yiwang.matters.standing import Standing
from yiwang.services.cases import joint, words

VIEW_TONES = {"agree": "ok", "conditions": "soon", "disagree": "late"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One department that was asked: what it said, or how long it has; ``tone`` as pills are coloured."""

    department: str
    says: str
    tone: str
    due_on: date | None
    certain: bool


def asked_departments(
    standing: Standing,
    process: Process,
    story: Sequence[Line],
    clocks: Sequence[Explained],
    names: Mapping[int, str],
) -> list[Asked]:
    """Departments in the order of their seats, as the newest round of asking left them; none before anybody was asked.
    Pure: everything it tells is on the page already."""
    asked = max((line.ordinal for line in story if line.detail.get("step") == joint.ASK), default=None)
    if asked is None:
        return []
    said = {
        line.detail["step"].removeprefix(joint.VIEW): str(line.detail["view"])
        for line in story
        if line.ordinal > asked and str(line.detail.get("step", "")).startswith(joint.VIEW)
    }
    running = {clock.clock: clock for clock in clocks if clock.tone != "stopped"}
    found = []
    for key, organ_id in sorted(joint.seated(standing.settings).items()):
        number = key.removeprefix(joint.KEY)
        clock = running.get(joint.CLOCK + number)
        if number in said:
            view = said[number]
            titles = next(f for f in process.steps[joint.VIEW + number].fields if f.name == "view").choices
            says, tone = titles[view], VIEW_TONES.get(view, "calm")
        elif clock is not None:
            says, tone = f"待答复，{words.left_says(clock)}", words.CLOCK_TONES[clock.tone]
        else:
            says, tone = "没有答复", "late"
        found.append(
            Asked(names[organ_id], says, tone, clock.due_on if clock else None, clock.certain if clock else True)
        )
    return found
