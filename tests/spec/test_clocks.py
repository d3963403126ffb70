"""Clocks worked out by hand: pauses, extensions, and the spring festivals that make them hard."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.calendar import announced_table
from tests.spec.test_terms import rows
from yiwang.kernel.clock_words import explain
from yiwang.kernel.clocks import Clock, Extension, Pause
from yiwang.kernel.workdays import Unit


def read(row: dict[str, str]) -> Clock:
    pauses = [part.split() for part in row["pauses"].split(";") if part]
    extended = row["extension"].split()
    return Clock(
        int(row["days"]),
        Unit(row["unit"]),
        date.fromisoformat(row["start"]),
        tuple(Pause(g, "某号", date.fromisoformat(b), date.fromisoformat(r)) for g, b, r in pauses),
        Extension(int(extended[0]), date.fromisoformat(extended[1]), "staff:9", "复杂") if extended else None,
    )


@pytest.mark.parametrize("row", rows("clocks.csv"), ids=lambda row: f"{row['start']}+{row['days']} {row['why']}")
def test_a_clock_is_due_on_the_day_worked_out_by_hand(row):
    projection = read(row).project(announced_table())
    assert projection.due_on == date.fromisoformat(row["due"]), row["why"]
    assert projection.provisional == (row["due"] > "2026-12-31")  # 2026 is the last year that is announced


@pytest.mark.parametrize("row", rows("clocks.csv"), ids=lambda row: f"{row['start']}+{row['days']} {row['why']}")
def test_its_explanation_begins_with_the_start_and_ends_with_that_day(row):
    due = date.fromisoformat(row["due"])
    words = explain(read(row), announced_table())
    assert words[0].startswith(f"{int(row['start'][5:7])}月{int(row['start'][8:])}日受理（{row['days']}个")
    year = "" if row["start"][:4] == row["due"][:4] else f"{due.year}年"
    assert words[-1].startswith(f"{year}{due.month}月{due.day}日届满")
