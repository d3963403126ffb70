"""Expressions compiled once and kept: the SQL of an engine with named parameters in it.

Ibis writes parameters into the text as literals. Each is compiled with a value no question can have, and the text of
that value is then exchanged for a parameter; a value that is not found where it must be is an error at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from yiwang.insight.indicators.declarations import Indicator

SINCE, UNTIL = date(1583, 2, 3), date(1583, 4, 5)
CUT_OFF, SCOPE = datetime(1583, 6, 7, 8, 9, 10, tzinfo=UTC), "organ-of-no-county"
PARAMETERS: dict[str, Any] = {"since": SINCE, "until": UNTIL, "cut_off": CUT_OFF, "scope": SCOPE}
MARKS: dict[str, Callable[[str], str]] = {"duckdb": lambda name: f"${name}", "pyspark": lambda name: f":{name}"}


@lru_cache(maxsize=4096)
def sql(indicator_key: str, shape: str, column: str, scoped: bool, dialect: str) -> tuple[str, frozenset[str]]:
    """The text and the names of the parameters in it. ``indicator_key`` was given by ``keep``."""
    from yiwang.insight.indicators import expressions

    indicator = _indicators[indicator_key]
    build: dict[str, Callable[[], Any]] = {
        "figure": lambda: expressions.figure(indicator, scoped=scoped),
        "split": lambda: expressions.split(indicator, column, scoped=scoped),
        "series": lambda: expressions.series(indicator, scoped=scoped),
        "rows": lambda: expressions.rows(indicator, scoped=scoped),
    }
    return compiled(build[shape](), dialect)


_indicators: dict[str, Indicator] = {}


def keep(indicator: Indicator, digest: str = "") -> str:
    """The name under which an indicator's expressions are kept: its id, version and content."""
    key = f"{indicator.id}@{indicator.version}#{digest or hash(repr(indicator))}"
    _indicators.setdefault(key, indicator)
    return key


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
