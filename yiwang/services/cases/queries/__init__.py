"""Questions about cases, viewer first. What a viewer may not see is 404."""

from yiwang.services.cases.queries.desk import DeskRow, desk_cases
from yiwang.services.cases.queries.handing_out import ResultRow, hand_out
from yiwang.services.cases.queries.known import known
from yiwang.services.cases.queries.mine import MyCase, drafts_of, my_cases
from yiwang.services.cases.queries.progress import Progress, progress, public_progress, seen
from yiwang.services.cases.queries.review import Review, review
from yiwang.services.cases.queries.supervision import Load, load_by_organ, supervised, wall
from yiwang.services.cases.queries.visitor import EarlierCase, earlier_cases

__all__ = [
    "DeskRow",
    "EarlierCase",
    "Load",
    "MyCase",
    "Progress",
    "ResultRow",
    "Review",
    "desk_cases",
    "drafts_of",
    "earlier_cases",
    "hand_out",
    "known",
    "load_by_organ",
    "my_cases",
    "progress",
    "public_progress",
    "review",
    "seen",
    "supervised",
    "wall",
]
