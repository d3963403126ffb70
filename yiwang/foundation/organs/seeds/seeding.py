"""The way every register of this module is seeded: find the key, add what is absent, say what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import models

from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault

Key = tuple[str, ...]


class Seeder(Protocol):
    """What a register says about itself; ``key`` and the values of ``says`` are text, so that both sides compare."""

    def key(self, row: Any) -> Key: ...

    def says(self, row: Any) -> Mapping[str, str]:
        """What the pack says of the row, without the key."""

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        """What the database holds, by key; one query."""

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        """Insert rows whose key is absent."""


def serve(register: str, seeder: Seeder) -> None:
    """Register the seed and diff hooks of one register."""

    @names.hook(f"packs.seed.{register}")
    def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
        stored = seeder.stored()
        absent = [entry for entry in entries if seeder.key(entry.value) not in stored]
        if absent:
            seeder.add(absent, at=at)
        return packs.SeedReport(added=len(absent), present=len(entries) - len(absent))

    @names.hook(f"packs.diff.{register}")
    def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
        stored = seeder.stored()
        drift = []
        for entry in entries:
            key, row = " ".join(seeder.key(entry.value)), stored.get(seeder.key(entry.value))
            if row is None:
                drift.append(packs.Drift(register, key, "", "有", "无", entry.where))
                continue
            says = seeder.says(entry.value)
            drift += [
                packs.Drift(register, key, field, said, row[field], entry.where)
                for field, said in says.items()
                if row[field] != said
            ]
        return drift


class Lookup:
    """Rows of another register by code; an unknown code is a fault at the entry that named it."""

    def __init__(self, word: str, rows: Mapping[Any, Any]) -> None:
        self.word, self.rows, self.faults = word, rows, list[Fault]()

    def __call__(self, code: Any, where: str) -> Any:
        """The row, or ``None`` with a fault noted (raised by ``refuse_unknown`` once all rows were looked at)."""
        if code in self.rows:
            return self.rows[code]
        self.faults.append(Fault(where, f"没有{self.word} {code}", "unknown-reference"))
        return None


def refuse_unknown(*lookups: Lookup) -> None:
    """Refuse with every unknown reference of every lookup at once."""
    faults = [fault for lookup in lookups for fault in lookup.faults]
    if faults:
        raise packs.Broken(f"登记表引用了{len(faults)}个不存在的代号，未载入任何内容。", faults=faults)


def by_code(word: str, rows: models.QuerySet[Any], field: str = "code") -> Lookup:
    """A lookup over a table by its stable code."""
    return Lookup(word, {getattr(row, field): row for row in rows})


def text(value: object) -> str:
    """A stored or declared value as text; nothing is the empty text."""
    return "" if value is None else str(value)


def texts(row: Any, fields: Mapping[str, Callable[[Any], object]]) -> dict[str, str]:
    return {field: text(read(row)) for field, read in fields.items()}
