"""Terms worked out by hand from the notices of the State Council, forwards and backwards."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.factories.calendar import announced_table
from yiwang.kernel.workdays import Unit

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("terms.csv"), ids=lambda row: f"{row['start']}+{row['days']} {row['unit']}")
def test_a_term_ends_on_the_day_worked_out_by_hand(row):
    due = announced_table().due(date.fromisoformat(row["start"]), int(row["days"]), Unit(row["unit"]))
    assert due.isoformat() == row["due"], row["why"]


@pytest.mark.parametrize(
    "row", rows("terms_backwards.csv"), ids=lambda row: f"{row['before']}-{row['days']} {row['unit']}"
)
def test_a_term_counted_backwards_ends_on_the_day_worked_out_by_hand(row):
    latest = announced_table().latest_before(
        date.fromisoformat(row["before"]), int(row["days"]), Unit(row["unit"]), earlier=row["roll"] == "earlier"
    )
    assert latest.isoformat() == row["latest"], row["why"]
