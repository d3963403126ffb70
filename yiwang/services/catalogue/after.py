"""After-jobs the catalogue's processes name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.calendar.today import now
from yiwang.kernel import names
from yiwang.services.catalogue import publication


@names.after("catalogue.follow-publication", "更新办事指南状态")
def follow_publication(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Brings the guide to its matter's state when the step was taken from the matter's own page. Idempotent."""
    publication.follow(matter_id=matter_id, at=now())
