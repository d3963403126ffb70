"""What the government already holds (政府已有证照和数据), as packs declare it: it may not be asked for on paper.

Founded in 国务院关于在线政务服务的若干规定 第七条.
"""

from __future__ import annotations

from datetime import date

from yiwang.foundation.packs import queries as rules
from yiwang.kernel.packs import Row, Rule

KIND = "held-by-government"


class HeldThing(Row):
    """One certificate or dataset and the names under which lists of materials ask for it."""

    name: str
    also: tuple[str, ...] = ()


class Held(Rule):
    certificate: tuple[HeldThing, ...] = ()
    dataset: tuple[HeldThing, ...] = ()


def names_of(held: Held) -> dict[str, str]:
    """Every name and alias → the thing's own name."""
    things = (*held.certificate, *held.dataset)
    return {alias: thing.name for thing in things for alias in (thing.name, *thing.also)}


def held_names(on: date) -> dict[str, str]:
    """All declarations in force on that day together; empty if none is loaded."""
    found: dict[str, str] = {}
    for each in rules.rules(KIND, on).values():
        found |= names_of(each.value)
    return found
