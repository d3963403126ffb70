"""One lawful guide to break, and the demo county's guides as their files declare them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.factories.calendar import announced_table
from yiwang.kernel import packs
from yiwang.services.catalogue import gate
from yiwang.services.catalogue.declarations import Declaration, read
from yiwang.services.catalogue.held import Held, names_of

PACKS = Path(__file__).resolve().parents[4] / "packs"
DEMO = PACKS / "demo-county"
TODAY = date(2026, 9, 24)


@cache
def demo_data() -> Mapping[str, dict[str, Any]]:
    """File stem → what the file says, of every guide of the demo county."""
    return {path.stem: tomllib.loads(path.read_text()) for path in sorted((DEMO / "guides").glob("*.toml"))}


@cache
def demo(stem: str) -> Declaration:
    return read(demo_data()[stem])


def all_demo() -> list[Declaration]:
    return [demo(stem) for stem in demo_data()]


@cache
def roles() -> frozenset[str]:
    return frozenset(path.stem for path in (PACKS / "national" / "roles").glob("*.toml"))


@cache
def held() -> dict[str, str]:
    value, faults = packs.validate(
        Held, tomllib.loads((DEMO / "held" / "yunxi-held.toml").read_text()), lambda *path: str(path)
    )
    assert faults == []
    return names_of(value)


def surroundings(**changes: Any) -> gate.Surroundings:
    """A county in which everything a demo guide names exists; ``changes`` take something away."""
    given: dict[str, Any] = {
        "table": announced_table(),
        "first": TODAY,
        "last": date(2026, 12, 31),
        "resolve": lambda citation: None,
        "processes": {"services.licence"},
        "roles": roles(),
        "held": held(),
    }
    return gate.Surroundings(**given | changes)


def changed(guide: Declaration, **fields: Any) -> Declaration:
    """The guide with other top-level fields, read anew (so that what is tested could be written in a file)."""
    return read(guide.as_data() | fields)


def codes(guide: Declaration, **changes: Any) -> list[tuple[str, str]]:
    """(field, code) of every fault."""
    return [(fault.field, fault.code) for fault in gate.faults(guide, surroundings(**changes))]
