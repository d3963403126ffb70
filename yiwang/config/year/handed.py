"""面对面 as a year's profile states it: issues handed over by one hand, closed, closed for a stage, and under which themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from yiwang.config.year.praise import nearest
from yiwang.governance.meetings.models import Source
from yiwang.kernel.declared import Table


@dataclass(frozen=True, slots=True)
class Handed:
    """Issues handed over together by one hand: of ``issues`` are ``closed`` and, apart from those, closed for a ``stage``; the rest is
    still open. They spread over ``themes`` evenly, a batch each; a theme names the units that answer for it."""

    handed_by: str
    source: str
    issues: int
    closed: int
    stage: int
    themes: Mapping[str, tuple[str, ...]]

    @property
    def totals(self) -> tuple[int, int, int]:
        return self.issues, self.closed, self.stage

    def part(self, share: Fraction) -> Handed:
        """Every total times ``share``; where nothing is open, nothing of a part is."""
        issues = nearest(self.issues * share)
        closed = min(nearest(self.closed * share), issues)
        done = self.closed + self.stage == self.issues
        stage = issues - closed if done else min(nearest(self.stage * share), issues - closed)
        return Handed(self.handed_by, self.source, issues, closed, stage, self.themes)


def read(tables: Iterable[Table]) -> tuple[Handed, ...]:
    """The tables ``[[meetings]]``; faults go to their reading."""
    return tuple(_read(one) for one in tables)


def _read(table: Table) -> Handed:
    themes = table.table("themes")
    found = Handed(
        handed_by=table.text("handed_by"),
        source=table.choice("source", Source.values),
        issues=table.whole("issues", least=0),
        closed=table.whole("closed", least=0),
        stage=table.whole("stage", least=0),
        themes={name: themes.texts(name) for name in themes.data} if themes else {},
    )
    if not found.themes or not all(found.themes.values()):
        table.fault("themes", "写明主题和每个主题的承办单位", "missing")
    table.done()
    return found


def contradictions(found: Sequence[Handed]) -> Iterable[tuple[str, str]]:
    """What the totals cannot be together: (field, sentence)."""
    for number, one in enumerate(found):
        if one.closed + one.stage > one.issues:
            yield (
                f"meetings[{number}].closed",
                f"办结{one.closed}宗、阶段性办结{one.stage}宗，合计多于交办的{one.issues}宗",
            )
