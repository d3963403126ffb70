"""What cases tell lower rooms by registered name: who may open the files of a case."""

from __future__ import annotations

from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.services.cases.models import CaseMaterial


@names.hook("files.may-see.cases")
def may_see_file(*, viewer: Doer, file_id: int) -> bool:
    """Staff of the hall that received a case see what was handed in there, as the department does."""
    if viewer.kind != "staff":
        return False
    halls = CaseMaterial.objects.filter(files=file_id).values_list("matter__case__hall_id", flat=True)
    return any(viewer.may(Permission.CASE_SEE, hall) for hall in halls if hall is not None)
