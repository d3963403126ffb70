"""Questions to supervision, viewer first. Supervisors see everything, a unit what it is charged with; 404 otherwise."""

from yiwang.governance.supervision.queries.board import (
    SHOW,
    Row,
    appeal,
    board,
    card,
    clue_rows,
    clues,
    clues_shown,
    notices,
    read_state,
    rows_of,
    rule_of,
    signal,
    signals,
    tiles,
    units,
    unread,
)
from yiwang.governance.supervision.queries.counting import MonthRow, bulletin, months, public_counts
from yiwang.governance.supervision.queries.evidence import clue, evidence

__all__ = [
    "SHOW",
    "MonthRow",
    "Row",
    "appeal",
    "board",
    "bulletin",
    "card",
    "clue",
    "clue_rows",
    "clues",
    "clues_shown",
    "evidence",
    "months",
    "notices",
    "public_counts",
    "read_state",
    "rows_of",
    "rule_of",
    "signal",
    "signals",
    "tiles",
    "units",
    "unread",
]
