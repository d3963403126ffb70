"""The calendar as the national pack declares it, without a database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from yiwang.foundation.calendar import documents, rules
from yiwang.kernel.workdays import OrdinalTable

NATIONAL = Path(__file__).resolve().parents[2] / "packs" / "national"


@cache
def announced_table() -> OrdinalTable:
    """2019-2026 as announced, the other years by weekends and fixed days."""
    return rules.build(documents.read_all([NATIONAL]))


def as_known_in(year: int) -> OrdinalTable:
    """The table with only the notices up to that year: what an office knew before the next one came."""
    return rules.build([notice for notice in documents.read_all([NATIONAL]) if notice.year <= year])
