"""The sheet of differences between a version and the one before it."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from yiwang.insight.reports.models import Frozen, Report
from yiwang.insight.reports.queries.drafting import draft_of
from yiwang.insight.reports.rules.wording import Paragraph


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure that is not what it was; an empty side: it was not there."""

    name: str
    title: str
    before: str
    after: str
    cut_off_before: str
    cut_off_after: str
    note: str


@dataclass(frozen=True, slots=True)
class Differences:
    """``lines``: (sign, paragraph): ``-`` was there, ``+`` is there now."""

    figures: list[Changed]
    lines: list[tuple[str, str]]
    before: Report
    after: Report


def any_change(report: Report) -> bool:
    return report.previous is not None


def differences(report: Report, on: date) -> Differences | None:
    """What a version changes against the frozen one it follows; ``None`` for a first version."""
    if report.previous is None:
        return None
    kept = Frozen.objects.get(pk=report.previous_id)
    old = json.loads(kept.manifest)
    after = draft_of(report, on)
    used = after.used()
    was = {one["name"]: one for one in old["figures"]}
    now = {name: card for name, card in after.cards.items() if name in used}
    figures = []
    for name in [*was, *(name for name in now if name not in was)]:
        before, card = was.get(name), now.get(name)
        printed = card.printed if card else ""
        if (before["printed"] if before else "") == printed:
            continue
        figures.append(
            Changed(
                name=name,
                title=card.title if card else str(before["title"] if before else name),
                before=before["printed"] if before else "",
                after=printed,
                cut_off_before=str(before["cut_off"])[:16].replace("T", " ") if before else "",
                cut_off_after=card.cut_off.astimezone().strftime("%Y-%m-%d %H:%M") if card else "",
                note=card.last_note or card.note if card else "",
            )
        )
    return Differences(figures, _lines(old["paragraphs"], after.body()), report.previous, report)


def _lines(old: list[dict[str, Any]], new: list[Paragraph]) -> list[tuple[str, str]]:
    before = ["".join(text for text, _ in one["pieces"]) for one in old]
    after = [one.text for one in new]
    return [(line[0], line[2:]) for line in difflib.ndiff(before, after) if line[0] in "+-"]
