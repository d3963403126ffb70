"""What 面对面 offers to lower rooms: a step of an issue, and whoever may see one opens the evidence its unit handed in."""

from __future__ import annotations

from yiwang.governance.meetings import actions, queries
from yiwang.governance.meetings.models import Issue
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound

names.hook("matters.take.meetings_issue")(actions.take)


@names.hook("files.may-see.meetings")
def sees_file(*, viewer: Doer, file_id: int) -> bool:
    found = Issue.objects.select_related("matter").filter(evidence_id=file_id).first()
    if found is None:
        return False
    try:
        queries.issue(viewer, found.matter.reference)
    except NotFound:
        return False
    return True
