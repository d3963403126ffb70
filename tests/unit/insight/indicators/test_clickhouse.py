"""The same declarations are ClickHouse SQL: compiled and parsed, not run (no ClickHouse is among what the tests need)."""

from __future__ import annotations

import random

import pytest
import sqlglot
from sqlglot import exp

from tests.factories.indicators import declared
from yiwang.insight.indicators import compiling, grains

ASKED = {"since", "until", "cut_off", "scope"}


def asked(indicator, shape, column, scoped):
    """(tree of the ClickHouse text, names of its placeholders, names it must have by the text for DuckDB)."""
    key = compiling.keep(indicator, "clickhouse")
    text, names = compiling.sql(key, shape, column, scoped, "clickhouse")
    other = compiling.sql(key, shape, column, scoped, "duckdb")[1]
    return sqlglot.parse_one(text, dialect="clickhouse"), names, other


def columns(tree):
    """What the outermost query answers, seen through ``select *``."""
    while isinstance(tree.selects[0], exp.Star):
        tree = tree.find(exp.From).this.this
    return [one.alias_or_name for one in tree.selects]


@pytest.mark.parametrize("fact", sorted({one.fact for one in declared().values()}))
def test_every_indicator_of_a_fact_is_clickhouse_sql_that_asks_for_the_same(fact):
    chance = random.Random(fact)
    for number, indicator in enumerate(one for one in declared().values() if one.fact == fact):
        questions = [("rows", "", False), *grains.questions(indicator)]
        others = [chance.choice(questions)] if not number else []  # the shapes differ by fact, hardly by indicator
        for shape, column, scoped in (("figure", "", False), *others):
            tree, names, other = asked(indicator, shape, column, scoped)
            placed = {one.name for one in tree.find_all(exp.Placeholder)}
            assert placed == names == other, (indicator.id, shape)
            assert placed <= ASKED
            read = {one.name for one in tree.find_all(exp.Table)}
            assert read == {fact}, (indicator.id, shape)
            if shape != "rows":
                wanted = ["value", "lines"] if indicator.measure == "median" else ["top", "bottom", "lines"]
                assert columns(tree)[-len(wanted) :] == wanted, (indicator.id, shape)


def test_what_is_not_known_is_asked_as_null_and_never_as_a_default():
    """ClickHouse fills a missing value with a default unless a type says otherwise; what was not known must stay unknown."""
    tree, _, _ = asked(declared()["cases.closing-rate"], "rows", "", False)
    casts = [one.to.sql("clickhouse") for one in tree.find_all(exp.Cast)]
    assert casts
    assert all(one.startswith("Nullable(") for one in casts)
