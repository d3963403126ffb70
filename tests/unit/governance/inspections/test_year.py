"""A year as stated: the figures of the report's sentence come out of the indicators, counted from rows deeds wrote."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from tests.unit.config.test_year_building import YUANCHENG
from yiwang.config.year import profile, supervised
from yiwang.config.year.supervised import Supervised
from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.insight.facts import writing
from yiwang.insight.indicators import figures

NOW = datetime(2026, 9, 24, 10, tzinfo=SHANGHAI)


def test_the_profile_states_what_was_published_and_nothing_that_contradicts_itself():
    found = profile.read(YUANCHENG).supervision
    assert (found.organs, found.due, found.claimed, found.lists, found.complete) == (28, 822, 812, 363, 363)
    assert (found.here, found.busy, found.acts) == (263, 263, 901)
    assert list(supervised.contradictions(Supervised(2, 10, 11, 5, 4, 5, 6, 3))) != []
    assert list(supervised.contradictions(found.part(Fraction(1, 50)))) == []


@pytest.mark.usefixtures("county")
def test_figures_of_a_small_year_are_its_totals():
    stated = Supervised(organs=14, due=24, claimed=22, here=8, lists=11, complete=10, busy=7, acts=19)
    since, until = date(2025, 1, 1), date(2026, 1, 1)
    given = {"since": since, "until": until, "seed": 3, "table": calendar.table(), "at": NOW}
    assert supervised.write(stated, **given) == stated
    assert supervised.write(stated, **given) is None  # what departments claimed stays theirs
    writing.write(at=NOW)
    asked = {"period": (since, until), "cut_off": NOW}
    shown = {
        name: str(figures.figure(f"supervision.{name}", **asked).value)
        for name in ("organs", "due", "claimed", "here", "elsewhere", "lists", "lists-complete", "busy", "idle", "acts")
    }
    assert shown == {
        "organs": "14", "due": "24", "claimed": "22", "here": "8", "elsewhere": "14", "lists": "11",
        "lists-complete": "10", "busy": "7", "idle": "1", "acts": "19",
    }  # fmt: skip
    for name, share in (("claim-rate", (22, 24)), ("lists-rate", (10, 11)), ("coverage-rate", (7, 8))):
        found = figures.figure(f"supervision.{name}", **asked)
        assert (found.numerator, found.denominator) == share
        assert len(figures.rows(found)) == share[1]
    # the same proportions to the eight items supervised here, the nineteen acts there are counted
    twice = Supervised(organs=14, due=24, claimed=22, here=4, lists=5, complete=5, busy=4, acts=20)
    assert supervised.act_in(twice, **given) == 21
    there = supervised.counted(since, until)
    assert (there.busy, there.acts) == (8, 40)
    assert supervised.act_in(twice, **given) == 0
