"""One lawful guide to break, and the demo county's guides as their files declare them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.factories.calendar import announced_table
from tests.factories.rules import shipped
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
def roles() -> dict[str, str]:
    return {path.stem: path.stem for path in (PACKS / "national" / "roles").glob("*.toml")}


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
        "processes": {path.stem for path in (PACKS / "national" / "processes").glob("services.*.toml")},
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


def stock(*, guides: tuple[str, ...] = ()) -> None:
    """Load what guides stand on from the shipped packs: calendar, organs, staff, laws, processes, what is held; and
    publish the named guides. Items are left out: guides whose item no list carries bring their own."""
    from yiwang.foundation.packs import actions
    from yiwang.kernel import names
    from yiwang.kernel.permissions import SYSTEM

    reading = shipped()
    at = moment(TODAY)
    kinds = [one for one in reading.declarations if one.kind in {"process", "held-by-government", "guidance", "role"}]
    actions.load(reading=packs.Reading(declarations=kinds), by=SYSTEM, at=at, seed=False)
    wanted = {"organs.divisions", "organs.organs", "organs.names", "organs.staff", "organs.places", "organs.counters"}
    wanted |= {"organs.posts", "catalogue.laws", "calendar.notices"}
    people = staff_for(guides)
    for register in packs.seed_order():
        if register in wanted:
            entries = reading.entries[register]
            if register in {"organs.staff", "organs.posts"}:
                entries = [entry for entry in entries if entry.value.username in people]
            names.hook[f"packs.seed.{register}"](entries, by=SYSTEM, at=at)
    from yiwang.services.catalogue import guides as register_of_guides

    pairs = [(demo(stem), f"guides/{stem}.toml:1") for stem in guides]
    register_of_guides.seed(pairs, by=SYSTEM, at=at, on=TODAY)


def staff_for(guides: tuple[str, ...]) -> set[str]:
    """The catalogue's own people, and those of the departments whose guides are loaded."""
    organs = {demo(stem).organ for stem in guides}
    codes_of = {entry.value.organ for entry in shipped().entries["organs.names"] if entry.value.name in organs}
    staff = {entry.value.username for entry in shipped().entries["organs.staff"] if entry.value.organ in codes_of}
    return staff | {"su", "bian", "song", "zhao"}


def moment(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
