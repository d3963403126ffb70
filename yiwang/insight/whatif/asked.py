"""Which history is asked for, and the cases it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

WARM_UP = timedelta(days=60)  # what was in the house when the period began

OWN = """
select reference, organ, item, process, received_at, received_on,
  case when decided_recorded_at <= $cut_off then decided_at end as decided_at,
  case when decided_recorded_at <= $cut_off then decided_on end as decided_on
from cases
where process = $process and ($organ = '' or organ = $organ) and not imported
  and received_on >= $since and received_on < $until and received_recorded_at <= $cut_off
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which history: a process, an organ (empty: all), cases received in ``[since, until)`` as known at ``cut_off``."""

    process: str
    organ: str
    since: date
    until: date
    cut_off: datetime

    @property
    def given(self) -> dict[str, Any]:
        return {
            "process": self.process,
            "organ": self.organ,
            "since": self.since - WARM_UP,
            "until": self.until,
            "cut_off": self.cut_off.astimezone(UTC),
        }
