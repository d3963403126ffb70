"""The sweep: everything a rule speaks about by now, once. Twice in a row it finds nothing the second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.governance.supervision.actions import watching
from yiwang.governance.supervision.actions.raising import raise_signals
from yiwang.governance.supervision.actions.watching import Suspect
from yiwang.governance.supervision.actions.writing import Raised
from yiwang.matters.actions import reprojection

BATCH = 500


def sweep(*, at: datetime, most: int = 20_000) -> Raised:
    """Raise every warning, yellow and red card that is due by the day of ``at``, and keep the clues found.

    Few reads, however many clocks are open: clocks by due day (at most ``most`` that no rule has spoken about yet), and
    ledger lines since the last sweep, so that a limit exceeded and closed between two sweeps is found as well; then what was promised to the minute. Waits
    (``waiting``) while clocks are projected anew after a calendar revision. 暂定 days and matters on which our own clock
    did not run raise nothing. Killed halfway, the next sweep does the rest.
    """
    raised = Raised()
    if reprojection.running():
        raised.waiting = True
        return raised
    on = day_of(at)
    found, table = watching.in_force(on), calendar.table()

    def speak(suspects: Sequence[Suspect]) -> None:
        raised.suspects += len(suspects)
        for start in range(0, len(suspects), BATCH):
            raise_signals(suspects[start : start + BATCH], found, table, at, raised)

    speak(watching.due(found, table, on, most))
    for page in watching.lines(found, table, at):
        speak(page)
    speak(watching.pauses(found, on))
    speak(watching.moments(found, at))
    return raised
