"""What a batch, its lines, a stage closure and a visit must say."""

from __future__ import annotations

from datetime import date

import pytest

from yiwang.governance.meetings import rules
from yiwang.kernel.refusal import Refusal

ON = date(2026, 9, 1)
SOURCES, UNITS = {"现场提出": "meeting", "网上征集": "online"}, {"云溪县城市管理和综合执法局": 7}
UNIT = "云溪县城市管理和综合执法局"


def faults(text):
    with pytest.raises(Refusal) as caught:
        rules.lines_of(text, sources=SOURCES, units=UNITS)
    return [fault.code for fault in caught.value.faults] or [caught.value.code]


def test_every_faulty_line_is_named_at_once():
    assert faults(
        f"\n占道摆卖｜现场提出｜{UNIT}\n占道摆卖|网上征集|{UNIT}\n无来源｜{UNIT}\n甲｜听说｜没有的局\n｜现场提出｜{UNIT}"
    ) == [
        "same",
        "shape",
        "source",
        "unit",
        "content",
    ]
    assert faults("\n \n") == ["lines"]
    assert faults("\n".join(f"{n}｜现场提出｜{UNIT}" for n in range(501))) == ["lines"]


def test_a_line_gives_what_where_and_whose():
    assert rules.lines_of(f" 占道摆卖 ｜网上征集｜{UNIT}", sources=SOURCES, units=UNITS) == [
        rules.Line("占道摆卖", "online", 7)
    ]


@pytest.mark.parametrize(
    ("until", "refused"),
    [(date(2026, 9, 1), True), (date(2026, 9, 2), False), (date(2027, 2, 28), False), (date(2027, 3, 1), True)],
)
def test_a_stage_closure_says_a_day_ahead_and_not_too_far(until, refused):
    assert (rules.stage_until(until, on=ON, longest=180) is not None) == refused


def test_nobody_went_there_before_the_report_or_tomorrow():
    assert rules.visited(date(2026, 8, 30), reported_on=date(2026, 8, 31), on=ON)
    assert rules.visited(date(2026, 9, 2), reported_on=date(2026, 8, 31), on=ON)
    assert rules.visited(date(2026, 8, 31), reported_on=date(2026, 8, 31), on=ON) is None


def test_a_batch_says_its_theme_who_handed_it_over_and_a_day_ahead():
    with pytest.raises(Refusal) as caught:
        rules.batch_of("", "x" * 61, "", date(2026, 9, 2), date(2026, 9, 1), ON)
    assert [one.field for one in caught.value.faults] == ["theme", "handed_by", "received_on", "due_on"]
    rules.batch_of("菜篮子", "市专班", "", ON, date(2026, 9, 30), ON)
