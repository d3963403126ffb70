"""The report a deed is about, locked, with everything every deed asks first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.insight.reports import queries
from yiwang.insight.reports.models import Report
from yiwang.insight.reports.queries.editions import EDITABLE
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing


class Closed(Refusal):
    """The report left the drafters' hands: it has to be sent back, or a new version opened."""

    code = "report-not-editable"


def editable(by: Doer, reference: str) -> tuple[Report, Standing]:
    """The report, locked until the deed ends. 404 for whoever may not see it; refused for whoever may not edit, and once
    it is past 核稿. Runs in the deed's transaction."""
    found, _ = queries.report(by, reference)
    allow(by, Permission.REPORT_EDIT, about=found)
    locked = Report.objects.select_for_update(of=("self",)).select_related("matter").get(pk=found.pk)
    standing = queries.report(by, reference)[1]
    if standing.state not in EDITABLE:
        if locked.signed_on is not None:
            raise Closed("报告已经签发定稿，不能修改。需要更正的，另立新版。")
        raise Closed("报告已送审，不能修改。需要修改的，请审核人退回。")
    return locked, standing


def tell(event: str, report: Report, by: Doer, at: datetime, detail: Mapping[str, Any]) -> None:
    """One line in the matter's own ledger; codes and digests only."""
    matters.note(reference=report.matter.reference, event=event, detail=detail, by=by, at=at)
