"""Every indicator of the packs, by its own example: a plain loop and the engine must both come to what is written there."""

from __future__ import annotations

import pytest

from tests.factories.indicators import Tables, declared, table
from tests.spec import counting
from yiwang.insight.indicators import figures

pytestmark = pytest.mark.once
EXAMPLES = [(indicator, example) for indicator in declared().values() for example in indicator.examples]
NAMED = [indicator.id for indicator, _ in EXAMPLES]


@pytest.mark.parametrize(("indicator", "example"), EXAMPLES, ids=NAMED)
def test_an_indicator_counted_row_by_row_comes_to_its_example(indicator, example):
    top, bottom, value, _ = counting.count(indicator, example)
    assert (top, bottom, value) == (example.numerator, example.denominator, example.value)


@pytest.mark.parametrize(("indicator", "example"), EXAMPLES, ids=NAMED)
def test_an_indicator_counted_by_the_engine_comes_to_its_example_and_to_the_same_rows(indicator, example):
    facts = Tables({indicator.fact: table(indicator.declared_fact, example.rows)})
    period = (example.since, example.until)
    found = figures.of(indicator, "", facts, period=period, cut_off=example.cut_off)
    assert (int(found.numerator), found.denominator, str(found.value)) == (
        example.numerator,
        example.denominator,
        example.value,
    )
    behind = figures.rows(found)
    assert sorted(behind[indicator.declared_fact.key].to_pylist()) == counting.count(indicator, example)[3]
    if indicator.measure == "share":
        assert sum(behind["counted"].to_pylist()) == example.numerator


@pytest.mark.parametrize("indicator", declared().values(), ids=declared())
def test_an_example_has_a_row_that_is_not_counted(indicator):
    """An example in which every row counts explains nothing."""
    for example in indicator.examples:
        assert len(counting.count(indicator, example)[3]) < len(example.rows)
