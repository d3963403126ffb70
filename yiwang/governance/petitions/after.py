"""What follows a step of a petition: whoever petitions hears of it, by message where there is an account, and by letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.governance.petitions import papers
from yiwang.governance.petitions.models import Petition
from yiwang.kernel.names import after


@after("petitions.inform", "通知信访人")
def inform(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Told once a step: a message by its key, a letter by its kind and its step's line."""
    papers.inform(Petition.objects.select_related("matter").get(matter_id=matter_id), ordinal)
