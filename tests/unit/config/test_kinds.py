"""What the house says a kind of matter costs is what is counted."""

from __future__ import annotations

import re
from pathlib import Path

from yiwang.config import kinds

HOUSE = Path(__file__).resolve().parents[3] / "docs/explanation/house.md"
ROW = re.compile(r"^\| `([a-z.-]+)` \|(.+)\|$", re.M)


def test_the_table_of_what_kinds_cost_is_within_a_tenth_of_what_is_counted():
    told = {kind: [int(one) for one in row.split("|")] for kind, row in ROW.findall(HOUSE.read_text(encoding="utf-8"))}
    found = {
        one.process: [one.pack, one.table, one.named, one.views, one.templates]
        for one in kinds.costs()
        if one.process.startswith("governance.")
    }
    assert set(told) == set(found)
    far = {
        kind: (told[kind], counted)
        for kind, counted in found.items()
        for said, now in zip(told[kind], counted, strict=True)
        if abs(said - now) > max(8, now / 10)
    }
    assert far == {}


def test_a_kind_without_a_page_or_a_table_of_its_own_is_no_kind():
    counted = {one.process for one in kinds.costs()}
    assert "governance.card" not in counted  # its row is a register's
    assert {"services.licence", "governance.petition"} <= counted
