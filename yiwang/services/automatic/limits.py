"""What publishing asks, as packs declare it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from yiwang.foundation.packs import queries as rules
from yiwang.kernel.packs import Rule

KIND = "automatic-limits"


class Limits(Rule):
    """``least_cases`` past cases in a dry run no older than ``trial_days`` natural days; ``most_cases`` are tried."""

    least_cases: Annotated[int, Field(ge=1, le=100_000)]
    most_cases: Annotated[int, Field(ge=1, le=100_000)]
    trial_days: Annotated[int, Field(ge=1, le=365)]


def limits(on: date) -> Limits:
    """The limits in force that day."""
    found: Limits = rules.rule(KIND, "automatic", on).value
    return found
