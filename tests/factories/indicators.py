"""Indicators of the packs, and small tables of facts an engine can be asked about."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from yiwang.insight.facts.partitions import schema
from yiwang.insight.indicators import declarations
from yiwang.insight.indicators.declarations import Indicator
from yiwang.kernel.declared import dotted
from yiwang.kernel.facts import Column, Fact, Kind

FOLDER = Path(__file__).resolve().parents[2] / "packs" / "national" / "indicators"


@lru_cache(maxsize=1)
def declared() -> dict[str, Indicator]:
    """Every indicator of the national pack, by id."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        indicator, faults = declarations.parse(tomllib.loads(file.read_text(encoding="utf-8")), dotted)
        assert indicator is not None, (file.name, faults)
        found[indicator.id] = indicator
    return found


def table(fact: Fact, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a fact's Parquet has them; a column not given is empty."""
    return pa.Table.from_pylist([{name: row.get(name) for name in fact.by_name} for row in rows], schema=schema(fact))


def invented(fact: Fact, chance: random.Random, many: int, mark: str = "row-") -> list[dict[str, Any]]:
    """Rows nobody arranged: some values missing, some moments after the cut-off, some recorded late, some at a day's very end."""
    asked: dict[str, set[Any]] = {}
    for indicator in declared().values():
        if indicator.fact == fact.id:
            for condition in (*indicator.among, *indicator.of):
                asked.setdefault(condition.name, set()).update(condition.values)

    def value(column: Column) -> Any:
        if chance.random() < 0.05:
            return None
        if column.kind is Kind.WHOLE:
            return chance.randint(-3, 40)
        if column.kind is Kind.FLAG:
            return chance.random() < 0.5
        return chance.choice(sorted(column.values) or ["market", "health", "", *sorted(asked.get(column.name, ()))])

    rows = []
    for number in range(many):
        row = {column.name: value(column) for column in fact.columns}
        for moment in fact.moments:
            at = datetime.combine(date(2025, 11, 1), time(20), UTC) + timedelta(hours=chance.randint(0, 24 * 480))
            there = chance.random() < 0.7
            row[f"{moment.name}_at"] = at if there else None
            row[f"{moment.name}_on"] = (at + timedelta(hours=8)).date() if there else None
            row[f"{moment.name}_recorded_at"] = at + timedelta(days=chance.choice((0, 0, 0, 40))) if there else None
        row[fact.key] = f"{mark}{number:04}"
        rows.append(row)
    return rows


class Tables:
    """What ``facts.reading.Snapshot`` promises, over rows in memory."""

    as_of = datetime(2100, 1, 1, tzinfo=UTC)
    name, beside = "", None

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        for name, rows in tables.items():
            self.connection.register(f"given-{name}", rows)
            self.connection.execute(f'create table "{name}" as select * from "given-{name}"')
            self.connection.unregister(f"given-{name}")

    def rows(self, sql: str, given: Mapping[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        return self.connection.execute(sql, dict(given or {})).fetchall()

    rows_again = rows

    def table(self, sql: str, given: Mapping[str, Any] | None = None) -> pa.Table:
        return self.connection.sql(sql, params=dict(given or {})).to_arrow_table()
