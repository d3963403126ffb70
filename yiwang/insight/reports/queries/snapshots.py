"""Batches of other systems, for those who read or draft the organ's reports."""

from __future__ import annotations

from yiwang.insight.reports.models import Snapshot
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound


def no_such_snapshot() -> NotFound:
    return NotFound("没有这个批次，或者您无权查看。", code="no-such-snapshot")


def snapshots(viewer: Doer) -> list[Snapshot]:
    """Newest first, without their rows. 404 for whoever is not of the staff."""
    if viewer.kind not in ("staff", "system"):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = Snapshot.objects.defer("rows").order_by("-taken_at")
    seen = viewer.organs_of(Permission.REPORT_SEE)
    return list((rows if seen is None else rows.filter(organ_id__in=seen))[:200])


def snapshot(viewer: Doer, snapshot_id: int) -> Snapshot:
    """One batch; 404 for whoever may not see the organ's reports."""
    found = Snapshot.objects.select_related("file").filter(pk=snapshot_id).first()
    if found is None or viewer.kind not in ("staff", "system"):
        raise no_such_snapshot()
    if not viewer.may(Permission.REPORT_SEE, found.organ_id):
        raise no_such_snapshot()
    return found
