"""What reports tell lower rooms by name."""

from __future__ import annotations

from yiwang.insight.reports.models import Return
from yiwang.insight.reports.queries import returns
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer


@names.hook("files.may-see.reports")
def evidence_seen(*, viewer: Doer, file_id: int) -> bool:
    """The evidence a unit handed in is seen by whoever sees its task: the drafters, and the unit itself."""
    rows = Return.objects.select_related("report").filter(evidence_id=file_id)
    return viewer.kind == "staff" and any(returns.may_see(viewer, row) for row in rows)
