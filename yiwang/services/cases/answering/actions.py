"""The respondent's deed: an answer with its evidence, sent within the term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yiwang.foundation.files import actions as files
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing
from yiwang.services.cases.answering import queries
from yiwang.services.cases.answering.rules import GIVEN, MOST_FILES, STEP


@transaction.atomic
def answer(*, reference: str, text: str, evidence: Sequence[tuple[bytes, str]], by: Doer, at: datetime) -> Standing:
    """Send the answer of the notified respondent: ``text``, and ``evidence`` as content and name of each file.

    Whoever answers has the notice: it counts as served with the answer, where that was not confirmed before. Refused:
    404 for anybody who was not notified (and acts for nobody who was), an empty answer, too many files, a file of a
    kind that is not taken, and an answer when none is waited for (the term passed, or it was given).
    """
    notice = queries.notice_to(by, reference)
    if len(evidence) > MOST_FILES:
        raise Refusal(f"一次最多上传{MOST_FILES}个文件。", code="too-many-files", field="evidence")
    if notice.served_at is None and notice.status == Letter.Status.SEALED:
        letters.serve(letter=notice, how=Letter.Served.OPENED, by=by, at=at)
    kept = [
        files.store(
            content=content,
            name=name,
            by=by,
            at=at,
            organ_id=notice.organ_id,
            party_id=notice.party_id,
            field="evidence",
        )
        for content, name in evidence
    ]
    told = {"respondent": f"party:{notice.party_id}", "answered-by": by.reference, "files": [one.pk for one in kept]}
    return matters.take(reference=reference, step=STEP, by=SYSTEM, at=at, values={"answer": text}, given={GIVEN: told})
