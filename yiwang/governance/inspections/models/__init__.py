"""Tables of supervision items and their claims, of checks and what was found, and of draws; one module for each."""

from yiwang.governance.inspections.models.draws import Draw, PlanLine, Replacement
from yiwang.governance.inspections.models.register import CheckList, Claim, Intake, SupervisionItem
from yiwang.governance.inspections.models.who import Inspector, Interest, Subject
from yiwang.governance.inspections.models.work import Attendance, Behaviour, Inspection, Part

__all__ = [
    "Attendance",
    "Behaviour",
    "CheckList",
    "Claim",
    "Draw",
    "Inspection",
    "Inspector",
    "Intake",
    "Interest",
    "Part",
    "PlanLine",
    "Replacement",
    "Subject",
    "SupervisionItem",
]
