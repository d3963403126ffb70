"""After how many days an applicant is reminded by the house itself, as packs declare it: no law sets these days."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from yiwang.foundation.packs import queries as packs_queries
from yiwang.kernel import packs

KIND = "reminders"
Days = Annotated[int, Field(ge=1, le=365)]


class Reminders(packs.Rule):
    """All in natural days. ``unread_after`` the issue of a correction notice nobody opened; ``uncollected`` after a result
    came to the window, each once, rising: past the last one it stands on the list of what nobody collected."""

    unread_after: Days
    uncollected: Annotated[tuple[Days, ...], Field(min_length=1, max_length=5)]

    @model_validator(mode="after")
    def _rising(self) -> Reminders:
        if list(self.uncollected) != sorted(set(self.uncollected)):
            raise ValueError("催领的天数须由小到大、互不相同")
        return self

    @property
    def forgotten(self) -> int:
        """Days at the window after which a result counts as collected by nobody."""
        return self.uncollected[-1]


def reminders(on: date) -> Reminders:
    """The days in force that day; one indexed read."""
    found: Reminders = packs_queries.rule(KIND, KIND, on).value
    return found


packs.kind(KIND, folder="reminders", schema=Reminders)
