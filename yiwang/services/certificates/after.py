"""After-jobs the endings of certificates name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.names import after
from yiwang.services.certificates import actions


@after("certificates.carry-out", "登记证照状态并出具决定书")
def carry_out(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """The register says what was decided, and the holder gets the decision. Idempotent."""
    actions.carry_out(matter_id=matter_id, ordinal=ordinal)
