"""What every new case is known by: its 办件编号, the 查询码 of its public page, its guide."""

from __future__ import annotations

from datetime import date
from typing import Any

from yiwang.foundation.organs.models import Organ
from yiwang.kernel.enquiry import enquiry_code
from yiwang.matters.standing import Standing
from yiwang.services.cases import rules
from yiwang.services.catalogue.models import Guide


def identity(matter: Standing, guide: Guide, organ: Organ, *, received_on: date) -> dict[str, Any]:
    """Columns of the detail row for a matter about to be written; ``guide`` comes with its item."""
    item = guide.item
    return {
        "number": rules.case_number(
            handle_code=item.handle_code,
            uscc=organ.uscc or "",
            level=item.exercise_level,
            item_id=guide.item_id,
            received_on=received_on,
            serial=int(matter.reference.partition("-")[2]),
        ),
        "enquiry_code": enquiry_code(),
        "guide_id": guide.pk,
    }
