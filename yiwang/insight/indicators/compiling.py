"""Expressions compiled once and kept: the SQL of an engine with named parameters in it.

Ibis writes parameters into the text as literals. Each is compiled with a value no question can have, and the text of
that value is then exchanged for a parameter; a value that is not found where it must be is an error at once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from yiwang.insight.facts import store
from yiwang.insight.indicators import grains
from yiwang.insight.indicators.declarations import Indicator
from yiwang.kernel import facts

SINCE, UNTIL = date(1583, 2, 3), date(1583, 4, 5)
CUT_OFF, SCOPE = datetime(1583, 6, 7, 8, 9, 10, tzinfo=UTC), "organ-of-no-county"
PARAMETERS: dict[str, Any] = {"since": SINCE, "until": UNTIL, "cut_off": CUT_OFF, "scope": SCOPE}
CLICKHOUSE = {"since": "Date32", "until": "Date32", "cut_off": "DateTime64(6, 'UTC')", "scope": "String"}
MARKS: dict[str, Callable[[str], str]] = {
    "duckdb": lambda name: f"${name}",
    "pyspark": lambda name: f":{name}",
    "clickhouse": lambda name: f"{{{name}:{CLICKHOUSE[name]}}}",
}


@lru_cache(maxsize=4096)
def sql(indicator_key: str, shape: str, column: str, scoped: bool, dialect: str) -> tuple[str, frozenset[str]]:
    """The text and the names of the parameters in it. ``indicator_key`` was given by ``keep``; a ``shape`` that ends in
    ``grains.GROUPED`` or ``DAILY`` is asked of groups of rows."""
    name = f"{indicator_key}/{shape}/{column}/{int(scoped)}/{dialect}"
    shelf = _shelf()
    if name not in shelf:
        _look_again()
    if name not in shelf:
        _put(name, compiled(_expression(indicator_key, shape, column, scoped), dialect))
    text, names = shelf[name]
    return text, frozenset(names)


def _expression(indicator_key: str, shape: str, column: str, scoped: bool) -> Any:
    from yiwang.insight.indicators import expressions

    indicator = _indicators[indicator_key]
    shape, at, of_groups = shape.partition("@")
    daily = at + of_groups == grains.DAILY
    grain = grains.grouped(indicator, shape, column, scoped, daily=daily) if of_groups else None
    build: dict[str, Callable[[], Any]] = {
        "figure": lambda: expressions.figure(indicator, scoped=scoped, grain=grain),
        "split": lambda: expressions.split(indicator, column, scoped=scoped, grain=grain),
        "series": lambda: expressions.series(indicator, scoped=scoped, grain=grain),
        "rows": lambda: expressions.rows(indicator, scoped=scoped),
    }
    return build[shape]()


# What is compiled is also kept beside the facts: a web process that finds it there never loads Ibis, which takes longer
# than any figure. The file's name carries the code it was compiled by, so no release reads another one's.


@lru_cache(maxsize=1)
def _shelf_file() -> Path:
    here = Path(__file__).parent
    code = hashlib.new("sm3", version("ibis-framework").encode())
    for part in ("expressions.py", "grains.py", "compiling.py"):
        code.update((here / part).read_bytes())
    return store.folder() / f"compiled-{code.hexdigest()[:16]}.json"


@lru_cache(maxsize=1)
def _shelf() -> dict[str, tuple[str, list[str]]]:
    try:
        found: dict[str, tuple[str, list[str]]] = json.loads(_shelf_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    return found


_seen: list[int] = [0]  # the file's age when this process last read it


def _look_again() -> None:
    """Take in what another process has compiled meanwhile: a page that starts before the worker has saved anything would
    otherwise load Ibis for questions that lie there compiled."""
    try:
        age = _shelf_file().stat().st_mtime_ns
        if age != _seen[0]:
            _seen[0] = age
            fresh: dict[str, tuple[str, list[str]]] = json.loads(_shelf_file().read_text(encoding="utf-8"))
            _shelf().update(fresh)
    except (OSError, ValueError):
        return


def _put(name: str, made: tuple[str, frozenset[str]]) -> None:
    _shelf()[name] = (made[0], sorted(made[1]))


def save() -> None:
    """Write what this process has compiled beside the facts, for the others and for the next start."""
    file = _shelf_file()
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(_shelf(), ensure_ascii=False), encoding="utf-8")
    os.replace(fresh, file)
    for old in file.parent.glob("compiled-*.json"):
        if old != file:
            old.unlink(missing_ok=True)


_indicators: dict[str, Indicator] = {}


def keep(indicator: Indicator, digest: str = "") -> str:
    """The name under which an indicator's expressions are kept: its id, version and content, and its fact's columns."""
    key = f"{indicator.id}@{indicator.version}#{digest or hash(repr(indicator))}#{_columns(indicator.fact)}"
    _indicators.setdefault(key, indicator)
    return key


@lru_cache(maxsize=256)
def _columns(fact_id: str) -> str:
    found = facts.fact(fact_id)
    assert found is not None
    text = " ".join(f"{column.name}:{column.kind}:{column.known}" for column in found.every)
    return hashlib.new("sm3", text.encode()).hexdigest()[:8]


def compiled(expression: Any, dialect: str) -> tuple[str, frozenset[str]]:
    """One expression as SQL with parameters."""
    import ibis

    from yiwang.insight.indicators.expressions import asked

    text = str(ibis.to_sql(expression, dialect=dialect, params=asked().values(SINCE, UNTIL, CUT_OFF, SCOPE)))
    found = set()
    for name, literal in _literals(dialect).items():
        if literal in text:
            text = text.replace(literal, MARKS[dialect](name))
            found.add(name)
    if "1583" in text or SCOPE in text:
        raise AssertionError(f"a parameter was compiled in an unknown way: {text}")
    return text, frozenset(found)


@lru_cache(maxsize=8)
def _literals(dialect: str) -> dict[str, str]:
    """How this engine's compiler writes each of the values."""
    import ibis

    from yiwang.insight.indicators.expressions import asked

    parameters = asked()
    found = {}
    for name in PARAMETERS:
        given = parameters.values(SINCE, UNTIL, CUT_OFF, SCOPE)
        text = str(
            ibis.to_sql(
                ibis.table({"x": "int64"}, name="t").select(y=getattr(parameters, name)), dialect=dialect, params=given
            )
        )
        chosen = text[len("SELECT") : text.upper().rindex("FROM")]
        found[name] = chosen.rpartition(" AS ")[0].strip()
    return found
