"""Facts: what a module publishes about its own rows so that figures can be counted without reading its tables.

A fact states its grain, its key and its columns. Columns hold references, codes, numbers, days and moments, **never a
name, a number of a person or any text**; the SQL beside each is run in PostgreSQL by ``insight.facts``, so a day is a
Shanghai day there and nowhere else. A module publishes in its ``facts.py``::

    facts.publish(Fact(id="cases", title="办件", …))

Nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from yiwang.kernel import names

SHANGHAI_DAY = "({} at time zone 'Asia/Shanghai')::date"
DAY_BEGINS = "({}::timestamp at time zone 'Asia/Shanghai')"  # the first moment of a day
YEAR_OF = "extract(year from {} at time zone 'Asia/Shanghai')::int"


class Kind(StrEnum):
    """What a column may hold. There is no kind for text."""

    CODE = "code"  # a reference or a code: ASCII letters, digits and a few marks
    ORGAN = "organ"  # an organ's code
    PLACE = "place"  # a place's code
    WHOLE = "whole"
    FLAG = "flag"
    DAY = "day"  # a DATE in Asia/Shanghai
    MOMENT = "moment"  # a moment, UTC


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``values`` are the words of its codes; ``known`` is the moment from which its value stands (a decision's
    outcome is not known before the decision was recorded)."""

    name: str
    title: str
    kind: Kind
    sql: str
    values: Mapping[str, str] = field(default_factory=dict)
    known: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens once to a row: three columns ``<name>_on``, ``<name>_at`` and ``<name>_recorded_at``.

    ``at`` and ``recorded`` are SQL of type timestamptz, empty until it happened. ``on`` is the day where the statute's day
    is not the day of ``at`` (a deemed acceptance counts from the receipt).
    """

    name: str
    title: str
    at: str
    recorded: str
    on: str = ""

    def columns(self) -> tuple[Column, Column, Column]:
        return (
            Column(f"{self.name}_on", f"{self.title}日", Kind.DAY, self.on or SHANGHAI_DAY.format(self.at)),
            Column(f"{self.name}_at", f"{self.title}时间", Kind.MOMENT, self.at),
            Column(f"{self.name}_recorded_at", f"{self.title}登记时间", Kind.MOMENT, self.recorded),
        )


def on_day(name: str, title: str, day: str, recorded: str = "") -> Moment:
    """A moment of which only the day is known; recorded as that day began unless ``recorded`` says when."""
    begins = DAY_BEGINS.format(f"({day})")
    return Moment(
        name, title, begins, f"case when ({day}) is not null then {recorded} end" if recorded else begins, on=day
    )


@dataclass(frozen=True)
class Fact:
    """One fact.

    ``key`` is the column that names a row, ``opens`` the one whose value goes into ``page`` in the place of ``{}``, the
    address of the page a row is explained on (empty: none). Moments called ``begun`` and ``ended`` make rows that stand
    for a time.
    ``source`` is what follows ``from``; with ``year`` (a moment's name) the fact is kept in partitions by the year of that
    moment's day, ``source`` has ``%(since)s`` and ``%(until)s`` (timestamptz) in its condition, ``years`` is SQL answering
    ``(year, rows)`` of every partition, and ``touched`` SQL answering the years of the rows that ledger lines from
    transaction ``%(xid)s`` on speak about. Without ``touched`` every run writes the fact anew.
    """

    id: str
    title: str
    unit: str
    grain: str
    columns: tuple[Column, ...]
    moments: tuple[Moment, ...]
    source: str
    key: str = "reference"
    page: str = ""
    opens: str = ""
    yearly: bool = False
    years: str = ""
    touched: str = ""

    def __post_init__(self) -> None:
        known = [column.name for column in self.every]
        if len(set(known)) != len(known):
            raise ValueError(f"fact {self.id} names a column twice")
        if gone := {self.key, self.opens or self.key} - set(known):
            raise ValueError(f"fact {self.id} has no column {sorted(gone)}")
        moments = {moment.name for moment in self.moments}
        if wrong := {column.known for column in self.columns if column.known} - moments:
            raise ValueError(f"fact {self.id} has no moment {sorted(wrong)}")
        if self.yearly and not (self.years and "%(since)s" in self.source and "%(until)s" in self.source):
            raise ValueError(f"fact {self.id} is not ready to be kept by year")

    @cached_property
    def every(self) -> tuple[Column, ...]:
        """All columns in order, those of the moments last."""
        return (*self.columns, *(column for moment in self.moments for column in moment.columns()))

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.every}

    def moment(self, name: str) -> Moment | None:
        return next((moment for moment in self.moments if moment.name == name), None)

    def of_kind(self, kind: Kind) -> str:
        """The first column of that kind, or nothing: what a figure is split and scoped by."""
        return next((column.name for column in self.columns if column.kind is kind), "")

    @property
    def digest_text(self) -> str:
        """What a stored partition depends on: another declaration means writing it anew."""
        return "\n".join([self.source, *(f"{column.name} {column.kind} {column.sql}" for column in self.every)])


def publish(fact: Fact) -> Fact:
    """Make a fact known under its id; another one under the same id is a programming error."""
    names.fact(fact.id)(lambda: fact)
    return fact


def published() -> Iterator[Fact]:
    """Every published fact, by id."""
    for name in names.fact:
        yield names.fact[name]()


def fact(fact_id: str) -> Fact | None:
    """The fact of that id, or ``None``."""
    return names.fact[fact_id]() if fact_id in names.fact else None
