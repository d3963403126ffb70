"""Supervision rules and the card process as stored rules, and sweeps of a day."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.factories import matters as cast
from yiwang.foundation.packs.models import RuleVersion
from yiwang.governance.supervision import actions
from yiwang.kernel import packs


def store_rules() -> None:
    """Every rule of the national pack, and the process of cards."""
    for path in sorted((cast.NATIONAL / "supervision").glob("*.toml")):
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
        RuleVersion.objects.create(
            kind="supervision-rule",
            rule_id=declared["id"],
            version=declared["version"],
            title=declared["title"],
            from_on=declared["in_force"]["from"],
            content=packs.canonical(declared),
            digest=packs.digest(declared),
            pack="test",
            loaded_at=cast.at("2026-01-01"),
            loaded_by="system",
        )
    cast.store(cast.declaration("governance.card"))


def swept(day: str, hour: int = 18) -> Any:
    """What the sweep of that evening raised."""
    return actions.sweep(at=cast.at(day, hour))
