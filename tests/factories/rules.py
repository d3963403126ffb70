"""The shipped packs, read once a process; and rules as loading stores them, for whoever needs one or two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import packs
from yiwang.matters import processes

LOADED_AT = datetime(2026, 1, 1, 10, tzinfo=SHANGHAI)


@cache
def shipped(*names: str) -> packs.Reading:
    """The packs of these names, or all that are configured; whoever wants less of it copies it first."""
    return packs.read([settings.ROOT / "packs" / name for name in names] or settings.PACKS)


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
