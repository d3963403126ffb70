"""An indicator's declaration only names things, and every name is checked at its line."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.factories.indicators import FOLDER, declared
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.insight.indicators import rules
from yiwang.kernel import packs
from yiwang.kernel.refusal import Refusal

GOOD = (FOLDER / "cases.closing-rate.toml").read_text(encoding="utf-8")
pytestmark = pytest.mark.once


def faults(text, tmp_path):
    """(line, what is said) of every fault of one file."""
    folder = tmp_path / "pack" / "indicators"
    folder.mkdir(parents=True, exist_ok=True)
    (tmp_path / "pack" / "pack.toml").write_text('id = "pack"\ntitle = "试"\n', encoding="utf-8")
    (folder / "cases.closing-rate.toml").write_text(text, encoding="utf-8")
    found = packs.read([tmp_path / "pack"]).faults
    return [(fault.field.partition(":")[2], fault.says) for fault in found if "indicators" in fault.field]


def line(text, start):
    return str(next(number for number, one in enumerate(text.splitlines(), 1) if one.startswith(start)))


def test_every_fault_of_a_file_is_named_at_its_line(tmp_path):
    wrong = (
        GOOD.replace('day = "accepted"', 'day = "acepted"')
        .replace("of = { closed = true }", 'of = { closed = "yes" }\namong = { chanel = "portal" }')
        .replace('better = "more"', 'better = "best"\nsum = "organ"')
        .replace('owner = "政务服务和数据管理局"\n', "")
    )
    said = dict(faults(wrong, tmp_path))
    assert "acepted" in said[line(wrong, "day")]
    assert "true" in said[line(wrong, "of")]
    assert "chanel" in said[line(wrong, "among")]
    assert "best" in said[line(wrong, "better")]
    assert any("owner" in says for says in said.values())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('fact = "cases"', 'fact = "case"', "没有这种统计事实"),
        ('measure = "share"', 'measure = "rate"', "measure 只能是"),
        ("of = { closed = true }\n", "", "占比须写明 of"),
        ("of = { closed = true }", 'of = { channel = "letter" }', "没有这个代码"),
        ("of = { closed = true }", "of = { handling_days = { atleast = 1 } }", "只能写 least"),
        ("of = { closed = true }", "of = { channel = { least = 1 } }", "不是数值"),
        ('day = "accepted"', 'standing = ["accepted"]', "起、止两个时间"),
        ('unit = "%"', 'unit = "%"\nquery = "select 1"', "不认识的键 query"),
        ("numerator = 3", 'numerator = "3"', "numerator 须为整数"),
        ("accepted = 2026-03-02,", "acepted = 2026-03-02,", "没有这一列"),
    ],
)
def test_what_an_indicator_may_not_say(tmp_path, old, new, says):
    assert old in GOOD
    assert any(says in said for _, said in faults(GOOD.replace(old, new), tmp_path))


def test_the_indicators_as_they_are_have_no_fault(tmp_path):
    assert faults(GOOD, tmp_path) == []
    assert len(declared()) >= 90


def test_periods_are_written_as_people_write_them():
    on = date(2026, 9, 24)
    assert rules.period("", on) == rules.period("2026", on) == (date(2026, 1, 1), date(2027, 1, 1))
    assert rules.period("2026-12", on) == (date(2026, 12, 1), date(2027, 1, 1))
    halves = rules.period("2026-01-01--2026-06-30", on)
    assert halves == (date(2026, 1, 1), date(2026, 7, 1))  # both days are meant
    assert (rules.said(halves), rules.written(halves)) == ("2026年1月1日至2026年6月30日", "2026-01-01--2026-06-30")
    today = rules.period("2026-09-24", on)
    assert (rules.said(today), rules.written(today)) == ("2026年9月24日", "2026-09-24")
    assert rules.period("2026-09-24--2026-09-24", on) == today
    for wrong in ("26", "2026-13", "2026-07-01--2026-01-01", "x", "--", "9999-12-31"):
        with pytest.raises(Refusal):
            rules.period(wrong, on)


def test_last_year_is_compared_up_to_the_same_day():
    year = (date(2026, 1, 1), date(2027, 1, 1))
    assert rules.same_days_last_year(year, date(2026, 9, 24)) == (date(2025, 1, 1), date(2025, 9, 25))
    assert rules.same_days_last_year(year, date(2027, 3, 1)) == (date(2025, 1, 1), date(2026, 1, 1))
    leap = (date(2024, 2, 29), date(2024, 3, 1))
    assert rules.same_days_last_year(leap, date(2024, 2, 29)) == (date(2023, 2, 28), date(2023, 3, 1))
    assert datetime(2024, 2, 29, tzinfo=SHANGHAI).date() == leap[0]
