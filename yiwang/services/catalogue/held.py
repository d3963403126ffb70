"""What the government already holds (政府已有证照和数据), as packs declare it: it may not be asked for on paper.

Founded in 国务院关于在线政务服务的若干规定 第七条.
"""

from __future__ import annotations

from datetime import date

from yiwang.foundation.packs import queries as rules
from yiwang.kernel.packs import Row, Rule

KIND = "held-by-government"


class HeldThing(Row):
    """One certificate or dataset and the names under which lists of materials ask for it. ``owner`` is the code of the
    organ that has to look into it when its data fail (数源部门); empty: the office that runs the hall finds out."""

    name: str
    also: tuple[str, ...] = ()
    owner: str = ""


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


def owners(on: date) -> dict[str, str]:
    """Every thing's own name → code of the organ that answers for its data."""
    found: dict[str, str] = {}
    for each in rules.rules(KIND, on).values():
        held: Held = each.value
        found |= {thing.name: thing.owner for thing in (*held.certificate, *held.dataset) if thing.owner}
    return found
