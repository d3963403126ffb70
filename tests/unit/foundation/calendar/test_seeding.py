"""Notices that packs bring: read strictly, entered once, compared with the register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from yiwang.foundation.calendar import documents, queries, seeds
from yiwang.foundation.calendar.models import CalendarNotice
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import SYSTEM

NEXT_YEAR = """
year = 2027
title = "国务院办公厅关于2027年部分节假日安排的通知"
document_number = "国办发明电〔2026〕9号"
issued_on = 2026-11-04
source = "示例"

[[holiday]]
name = "元旦"
off = [2027-01-01, 2027-01-03]

[[holiday]]
name = "春节"
off = [2027-02-05, 2027-02-11]
work = [2027-02-14, 2027-02-20]

[[holiday]]
name = "清明节"
off = [2027-04-03, 2027-04-05]

[[holiday]]
name = "劳动节"
off = [2027-05-01, 2027-05-05]
work = [2027-04-25]

[[holiday]]
name = "端午节"
off = [2027-06-09, 2027-06-09]

[[holiday]]
name = "中秋节"
off = [2027-09-15, 2027-09-15]

[[holiday]]
name = "国庆节"
off = [2027-10-01, 2027-10-07]
work = [2027-09-26, 2027-10-09]
"""


def entries(*roots: Path) -> list[packs.Entry]:
    reading = packs.read(roots)
    assert [f for f in reading.faults if "calendar" in f.field] == []
    return reading.entries[seeds.REGISTER]


def pack_of(folder: Path, **files: str) -> Path:
    (folder / "calendar" / "notices").mkdir(parents=True)
    (folder / "pack.toml").write_text('id = "more"\ntitle = "补充"\n')
    for name, text in files.items():
        (folder / "calendar" / "notices" / f"{name}.toml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("off = [2027-06-09, 2027-06-09]", "off = [2027-06-09, 2027-06-08]"),
        ("off = [2027-06-09, 2027-06-09]", "off = [2027-06-09]"),
        ("off = [2027-06-09, 2027-06-09]", 'off = ["端午", "端午"]'),
        ("issued_on = 2026-11-04", "issued_on = 2026-11-04\nunknown = 1"),
        ('source = "示例"', ""),
    ],
)
def test_a_broken_notice_is_a_fault_with_file_and_line(tmp_path, line, broken):
    root = pack_of(tmp_path / "more", **{"2027": NEXT_YEAR.replace(line, broken)})
    found = [fault for fault in packs.read([root]).faults if "calendar/notices/2027.toml:" in fault.field]
    assert found


def test_the_same_year_twice_is_a_fault(tmp_path):
    root = pack_of(tmp_path / "more", **{"2027": NEXT_YEAR, "2027-again": NEXT_YEAR})
    assert [fault for fault in packs.read([root]).faults if "2027" in fault.field]


@pytest.mark.django_db
def test_a_fresh_register_already_holds_what_the_packs_bring(november):
    lines = LedgerEntry.objects.count()
    report = names.hook["packs.seed.calendar.notices"](entries(*settings.PACKS), by=SYSTEM, at=november)
    assert (report.added, report.present) == (0, 10)
    assert LedgerEntry.objects.count() == lines
    assert seeds.diff(entries(*settings.PACKS)) == []


@pytest.mark.django_db
def test_a_notice_shipped_later_comes_in_as_a_deed_of_the_system(tmp_path, november):
    lines = LedgerEntry.objects.count()
    found = entries(pack_of(tmp_path / "more", **{"2027": NEXT_YEAR}))
    assert [drift.key for drift in seeds.diff(found)] == ["2027-0"]
    assert seeds.seed(found, by=SYSTEM, at=november).added == 1
    assert seeds.seed(found, by=SYSTEM, at=november).added == 0
    assert queries.is_announced(2027)
    assert LedgerEntry.objects.count() == lines + 1
    assert seeds.diff(found) == []


@pytest.mark.django_db
def test_a_register_that_says_something_else_is_reported_as_drift():
    found = entries(*settings.PACKS)
    CalendarNotice.objects.get(year=2026).days.filter(day="2026-10-10").delete()
    (drift,) = seeds.diff(found)
    assert (drift.key, drift.field) == ("2026-0", "days")
    assert drift.where.startswith("packs/national/calendar/notices/2026.toml")


def test_a_document_gives_every_day_of_a_stretch():
    notice = next(n for n in documents.read_all(settings.PACKS) if (n.year, n.supplement) == (2020, 1))
    assert sorted(day.isoformat() for day in notice.off) == ["2020-01-31", "2020-02-01", "2020-02-02"]
    assert replace(notice, makeup={}) == notice
