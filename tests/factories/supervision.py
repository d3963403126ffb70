"""Supervision rules and the card process as stored rules, and sweeps of a day."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.factories import matters as cast
from tests.factories.rules import store
from yiwang.governance.supervision import actions


def store_rules() -> None:
    """Every rule of the national pack, and the process of cards."""
    for path in sorted((cast.NATIONAL / "supervision").glob("*.toml")):
        store(tomllib.loads(path.read_text(encoding="utf-8")), kind="supervision-rule")
    store(cast.declaration("governance.card"))


def swept(day: str, hour: int = 18) -> Any:
    """What the sweep of that evening raised."""
    return actions.sweep(at=cast.at(day, hour))
