"""A result whose certificate has ended before it reached anybody stays where it is."""

from __future__ import annotations

from datetime import datetime

from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters
from yiwang.matters import processes
from yiwang.matters.models import Matter
from yiwang.services.cases.models import Case

UPON = "certificates.ended"


def stop(*, matter_reference: str, at: datetime) -> bool:
    """Take the case off the window's list; answers whether it was on its way. What was handed out stays handed out, and so
    does a case of a version that knows no such step: its guard alone keeps the certificate back."""
    matter = Matter.objects.filter(reference=matter_reference, closed_at=None).first()
    if matter is None:
        return False
    process = processes.bound(matter.process_id, matter.process_version)
    if process.detail != Case._meta.db_table:
        return False
    step = next((one for one in process.leaving(matter.state, matter.chain) if one.upon == UPON), None)
    if step is None:
        return False
    matters.take(reference=matter_reference, step=step.name, by=SYSTEM, at=at)
    return True
