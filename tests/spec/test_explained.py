"""What a clerk and a citizen read about a clock, whole sentences written by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.calendar import announced_table
from tests.spec.test_terms import rows
from yiwang.kernel.clock_words import explain, one_line
from yiwang.kernel.clocks import ARTICLE_45, Clock, Extension, Pause
from yiwang.kernel.workdays import Unit

DAY = date.fromisoformat
NOTICE = "云市监特〔2025〕1号"
GROUNDS = {**ARTICLE_45, "site-visit": "现场核查"}


def read(row: dict[str, str]) -> Clock:
    pauses = [part.split() for part in row["pauses"].split(";") if part]
    extended = row["extension"].split()
    return Clock(
        int(row["days"]),
        Unit(row["unit"]),
        DAY(row["start"]),
        tuple(Pause(ground, NOTICE, DAY(begins), DAY(resumes)) for ground, begins, resumes in pauses),
        Extension(int(extended[0]), DAY(extended[1]), "staff:9", "需外省核实") if extended else None,
        DAY(row["stopped"]) if row["stopped"] else None,
    )


@pytest.mark.parametrize("row", rows("explained.csv"), ids=lambda row: row["says"][:60])
def test_a_clock_says_what_was_written_by_hand(row):
    said = explain(read(row), announced_table(), began=row["began"], ended=row["ended"], grounds=GROUNDS)
    assert one_line(said) == row["says"]
