"""What follows when a letter of a case was served: the correction term begins with the service, not with the writing."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions as matters
from yiwang.matters import processes
from yiwang.matters.models import Matter
from yiwang.services.cases import papers

SERVED = "letters.served"
NOTICES = (papers.CORRECTION, papers.PUBLIC_NOTICE)


def notice_served(*, letter_id: int, matter_reference: str, at: datetime) -> bool:
    """Start the correction term with the day ``at`` when the letter is the newest notice of a case that waits for its
    applicant; answers whether it did. A notice nobody received starts nothing (行政许可法 第三十二条第一款第四项、第四十四条).

    An older notice, one the applicant has answered already, and letters of other kinds change nothing.
    """
    newest = (
        Letter.objects.filter(matter_reference=matter_reference, kind__in=NOTICES)
        .order_by("-issued_at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if newest != letter_id:
        return False
    matter = Matter.objects.get(reference=matter_reference)
    process = processes.bound(matter.process_id, matter.process_version)
    step = next((one for one in process.leaving(matter.state, matter.chain) if one.upon == SERVED), None)
    if step is None:
        return False
    matters.take(reference=matter_reference, step=step.name, by=SYSTEM, at=at)
    return True
