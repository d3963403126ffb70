"""Rules as loading a pack stores them, without a pack: for tests and benchmarks that need one or two of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import packs
from yiwang.matters import processes

LOADED_AT = datetime(2026, 1, 1, 10, tzinfo=SHANGHAI)


def store(declared: Mapping[str, Any], *, kind: str = "process") -> None:
    """Store one version of a rule from its table in the pack."""
    RuleVersion.objects.create(
        kind=kind,
        rule_id=declared["id"],
        version=declared["version"],
        title=declared["title"],
        from_on=declared["in_force"]["from"],
        until_on=declared["in_force"].get("until"),
        content=packs.canonical(declared),
        digest=packs.digest(declared),
        pack="test",
        loaded_at=LOADED_AT,
        loaded_by="system",
    )
    processes.forget()
