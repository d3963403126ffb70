"""What lower rooms ask by name and only the house as a whole can answer."""

from __future__ import annotations

from yiwang.foundation.calendar.today import today
from yiwang.foundation.packs import queries as packs
from yiwang.kernel import names


@names.hook("ledger.late-after")
def late_after() -> float | None:
    """Hours after which a deed counts as recorded late, from the pack rule in force; ``None`` before packs are loaded."""
    try:
        return float(packs.rule("ledger", "lateness", today()).value.late_after_hours)
    except packs.NoSuchRule:
        return None
