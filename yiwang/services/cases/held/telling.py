"""Lines of the ledger about a material of a case that are told elsewhere than in the case's own story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer
from yiwang.services.cases.models import Case


def tell(
    event: str, subject: str, case: Case, material: str, detail: Mapping[str, object], *, by: Doer, at: datetime
) -> None:
    """One line at ``subject``, naming the case and the material's code."""
    ledger.record(
        subject=subject,
        event=event,
        by=by,
        at=at,
        organ=str(case.organ_id),
        detail={"matter": case.matter.reference, "material": material, **detail},
    )
