"""The shapes a pack is made of: rules and rows as schemas, what was read, what drifted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yiwang.kernel import names
from yiwang.kernel.refusal import Fault, Refusal

Parse = Callable[[dict[str, Any], Callable[..., str]], tuple[Any, Sequence[Fault]]]


class Broken(Refusal):
    """Packs that cannot be used as they stand; ``faults`` holds every fault of every file."""

    code = "broken-packs"


class Row(BaseModel):
    """One row of a register. Column names are field names (or aliases); a blank cell counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Period(Row):
    """``[from, until)``, legal days."""

    from_: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Period:
        if self.until is not None and self.until <= self.from_:
            raise ValueError("until 须晚于 from")
        return self


class Rule(Row):
    """What every rule carries. A schema adds its own keys; unknown ones are refused."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=80)]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    in_force: Period
    title: Annotated[str, Field(min_length=1)]
    basis: str = ""
    source: str = ""
    unverified: bool = False  # marked [U] in the rulebook: a county must confirm it before relying on it


class Envelope(Rule):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class PackFile(Row):
    """``pack.toml`` at the root of each pack."""

    id: str
    title: str
    note: str = ""
    needs: list[str] = []


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    folder: str
    schema: type[Rule] | None = None
    parse: Parse | None = None
    names: Mapping[str, names.Registry[Any]] = field(default_factory=dict)
    refers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Register:
    name: str
    pattern: str
    row: type[Row]
    key: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """One version of one rule as read from its file. ``content`` is the TOML data, ``digest`` SM3 (hex) over it."""

    kind: str
    id: str
    version: str
    title: str
    from_on: date
    until_on: date | None
    value: Any
    content: Mapping[str, Any]
    digest: str
    pack: str
    file: str
    where: Callable[..., str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row (or document) of a register. ``name`` is the file's stem, ``where`` is ``file:line``."""

    value: Any
    where: str
    pack: str
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class SeedReport:
    added: int
    present: int


@dataclass(frozen=True, slots=True)
class Drift:
    """Where a pack and the register differ: ``field`` empty means the whole row is missing in the register."""

    register: str
    key: str
    field: str
    pack: str
    stored: str
    where: str


@dataclass(slots=True)
class Reading:
    """Everything read from all packs."""

    declarations: list[Declaration] = field(default_factory=list)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def of(self, kind: str) -> list[Declaration]:
        return [declaration for declaration in self.declarations if declaration.kind == kind]
