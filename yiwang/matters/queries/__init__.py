"""Questions about matters, viewer first. What a viewer may not see is 404."""

from yiwang.kernel.permissions import Permission
from yiwang.matters.queries.explaining import explain, explanations, latest_day
from yiwang.matters.queries.inbox import FILTERS, Counts, Page, Waiting, counts, inbox, open_by_due
from yiwang.matters.queries.matter import (
    Available,
    Line,
    available_steps,
    children,
    jobs,
    matter,
    process_of,
    story,
    texts,
)
from yiwang.matters.queries.moving import Moves, may_move, moves

ASSIGN, SUPERVISE = Permission.MATTER_ASSIGN, Permission.CASE_SUPERVISE

__all__ = [
    "ASSIGN",
    "FILTERS",
    "SUPERVISE",
    "Available",
    "Counts",
    "Line",
    "Moves",
    "Page",
    "Waiting",
    "available_steps",
    "children",
    "counts",
    "explain",
    "explanations",
    "inbox",
    "jobs",
    "latest_day",
    "matter",
    "may_move",
    "moves",
    "open_by_due",
    "process_of",
    "story",
    "texts",
]
