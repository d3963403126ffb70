"""What follows when a letter of a case was served: the correction term begins with the service, not with the writing."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.matters import actions as matters
from yiwang.matters import processes
from yiwang.matters.models import Matter
from yiwang.services.cases import hearing_papers, papers, payment_papers, respondents
from yiwang.services.cases.models import Case

SERVED = "letters.served"
ELSEWHERE = "letters.upon."  # slots under which rooms above say it of their own notices
# Which step each notice's service is: 补正告知 starts the correction term, 听证权利告知 the five days to ask for a hearing,
# 缴费通知书 the term to pay, 答辩通知书 (served on the other side) the term to answer.
UPON = {
    papers.CORRECTION: "correction-served",
    papers.PUBLIC_NOTICE: "correction-served",
    hearing_papers.HEARING_RIGHT: "hearing-right-served",
    payment_papers.NOTICE: "payment-notice-served",
    respondents.NOTICE: "answer-notice-served",
}


def notice_served(*, letter_id: int, matter_reference: str, at: datetime) -> bool:
    """Start the term with the day ``at`` when the letter is the newest notice of a matter that waits for whom it is about; answers whether it did. A notice nobody received starts nothing (行政许可法 第三十二条第一款第四项、第四十四条).

    An older notice, one the applicant has answered already, letters of other kinds and of other matters change nothing.
    Asked of the matter, not of the case: a respondent who confirms a letter does not see the applicant's case.
    """
    served = Letter.objects.filter(pk=letter_id).values_list("kind", flat=True).first()
    kinds = UPON | {
        name.removeprefix(ELSEWHERE): names.slot[name]() for name in names.slot if name.startswith(ELSEWHERE)
    }
    wanted = kinds.get(served or "")
    if wanted is None:
        return False
    alike = [kind for kind, step in kinds.items() if step == wanted]
    newest = (
        Letter.objects.filter(matter_reference=matter_reference, kind__in=alike)
        .order_by("-issued_at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if newest != letter_id:
        return False
    matter = Matter.objects.get(reference=matter_reference)
    process = processes.bound(matter.process_id, matter.process_version)
    if process.detail not in {Case._meta.db_table, ""}:
        return False
    if not any(one.upon == SERVED and one.name == wanted for one in process.leaving(matter.state, matter.chain)):
        return False
    matters.take(reference=matter_reference, step=wanted, by=SYSTEM, at=at)
    return True


def result_handed_over(*, matter_reference: str, party_id: int, by: Doer, at: datetime) -> int:
    """The decision and the certificate were put into the applicant's hands: they are served now, at the counter.

    Letters without a file yet and those confirmed online before stay as they are. Answers how many were served.
    """
    waiting = Letter.objects.filter(
        matter_reference=matter_reference,
        kind__in=papers.RESULTS,
        party_id=party_id,
        status=Letter.Status.SEALED,
        served_at=None,
        issued_at__lte=at,
    )
    found = list(waiting)
    for letter in found:
        letters.serve(letter=letter, how=Letter.Served.COUNTER, by=by, at=at)
    return len(found)
