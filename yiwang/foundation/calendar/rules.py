"""What a holiday notice may say, which days are fixed by law, and the ordinal table both make. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from yiwang.foundation.calendar.lunar import BY_YEAR, FIRST_YEAR, LAST_YEAR
from yiwang.kernel.refusal import Fault
from yiwang.kernel.workdays import DAY, SATURDAY, OrdinalTable

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
ALARM_FROM = (11, 1)  # the notice usually comes between late October and early December
ALL_NAMES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """What one notice arranges. ``off`` and ``makeup`` map a day to the holiday's name.

    ``supplement`` 0 is the year's own notice; 1, 2 … adjust it, and the later one prevails day by day.
    """

    year: int
    off: Mapping[date, str]
    makeup: Mapping[date, str] = field(default_factory=dict)
    supplement: int = 0
    title: str = ""
    document_number: str = ""
    issued_on: date | None = None
    source: str = ""

    def digest(self) -> str:
        """SM3 (hex) of what the notice arranges: what the ledger line points to."""
        text = json.dumps(
            {
                "year": self.year,
                "supplement": self.supplement,
                "document_number": self.document_number,
                "off": {day.isoformat(): name for day, name in sorted(self.off.items())},
                "makeup": {day.isoformat(): name for day, name in sorted(self.makeup.items())},
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.new("sm3", text.encode()).hexdigest()


def fixed_days(year: int) -> dict[date, str]:
    """Days on which all citizens have a holiday by the edition of 放假办法 in force that year.

    Editions: 1999 (10 days), 2008 (清明, 端午, 中秋 added, 春节 from 除夕, 劳动节 one day), 2014 (春节 from 初一), 2025
    (除夕 and 5月2日 added, 13 days). Two holidays on one day share it: ``中秋节、国庆节``.
    """
    movable = BY_YEAR[year]
    days: dict[date, list[str]] = {}

    def add(name: str, first: date, count: int) -> None:
        for i in range(count):
            days.setdefault(first + timedelta(days=i), []).append(name)

    add("元旦", date(year, 1, 1), 1)
    from_eve = 2008 <= year < 2014 or year >= 2025
    add("春节", movable.new_year - (DAY if from_eve else timedelta()), 4 if year >= 2025 else 3)
    add("劳动节", date(year, 5, 1), 3 if year < 2008 else 2 if year >= 2025 else 1)
    if year >= 2008:
        add("清明节", movable.qingming, 1)
        add("端午节", movable.dragon_boat, 1)
        add("中秋节", movable.mid_autumn, 1)
    add("国庆节", date(year, 10, 1), 3)
    return {day: "、".join(names) for day, names in sorted(days.items())}


def arranged(notices: Iterable[Notice]) -> tuple[dict[date, str], dict[date, str]]:
    """Days off and working weekends of all notices together; a later notice prevails over an earlier one."""
    off: dict[date, str] = {}
    makeup: dict[date, str] = {}
    for notice in sorted(notices, key=lambda n: (n.year, n.supplement)):
        for day, name in notice.off.items():
            makeup.pop(day, None)
            off[day] = name
        for day, name in notice.makeup.items():
            off.pop(day, None)
            makeup[day] = name
    return off, makeup


def build(notices: Sequence[Notice], *, revision: int = 0) -> OrdinalTable:
    """The ordinal table of 2000-2060: announced years by their notices, all others by weekends and fixed days.

    A fixed day on a weekend is not moved to a working day: where it would go is exactly what the notice decides.
    """
    announced = {notice.year for notice in notices}
    off, makeup = arranged(notices)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        if year not in announced:
            off.update((day, name) for day, name in fixed_days(year).items() if day not in makeup and day not in off)
    return OrdinalTable(FIRST_DAY, LAST_DAY, off=off, makeup=makeup, announced=announced, revision=revision)


def faults(notice: Notice, known: Sequence[Notice], *, today: date) -> list[Fault]:
    """Everything wrong with a notice about to be entered, given those already in the register."""
    found = list(_document_faults(notice, known, today))
    if not FIRST_YEAR < notice.year < LAST_YEAR:
        return [*found, Fault("year", f"年份须在{FIRST_YEAR + 1}年至{LAST_YEAR - 1}年之间。", "outside-calendar")]
    found += _day_faults(notice, known)
    if notice.supplement and not any(f.field in {"off", "makeup"} for f in found):
        before, after = build(known), build([*known, notice])
        if not before.differences(after):
            found.append(Fault("off", "与已录入的安排完全一致，没有需要调整的日期。", "nothing-changes"))
    return found


def _document_faults(notice: Notice, known: Sequence[Notice], today: date) -> Iterator[Fault]:
    years = {other.year for other in known}
    if not notice.supplement and notice.year in years:
        says = f"{notice.year}年的放假安排已经录入。如国务院另发通知调整，请勾选“补充通知”。"
        yield Fault("year", says, "already-announced")
    if notice.supplement and notice.year not in years:
        yield Fault("year", f"{notice.year}年的放假通知尚未录入，不能先录补充通知。", "nothing-to-supplement")
    if notice.year > today.year + 1:
        yield Fault("year", f"{notice.year}年的放假安排尚未公布，不能提前录入。", "not-announced-yet")
    if not notice.title.strip():
        yield Fault("title", "请填写通知标题。", "missing")
    if not notice.document_number.strip():
        yield Fault("document_number", "请填写通知文号，如“国办发明电〔2025〕7号”。", "missing")
    elif any(other.document_number == notice.document_number.strip() for other in known):
        yield Fault("document_number", f"{notice.document_number}已经录入过。", "already-entered")
    if not notice.source.strip():
        yield Fault("source", "请填写通知出处（网址或文件来源），无正式通知不得录入。", "missing")
    if notice.issued_on is None:
        yield Fault("issued_on", "请填写发文日期。", "missing")
    elif notice.issued_on > today:
        yield Fault("issued_on", "发文日期晚于今天，请核对。", "future")
    elif notice.issued_on.year not in {notice.year - 1, notice.year}:
        yield Fault("issued_on", f"发文日期与{notice.year}年的放假安排不符，请核对。", "wrong-year")


def _day_faults(notice: Notice, known: Sequence[Notice]) -> Iterator[Fault]:
    earlier_off, earlier_makeup = arranged(known)
    if not notice.off:
        yield Fault("off", "请至少填写一个放假日期。", "missing")
    for which, days in (("off", notice.off), ("makeup", notice.makeup)):
        for day, name in sorted(days.items()):
            if not date(notice.year - 1, 12, 1) <= day <= date(notice.year, 12, 31):
                says = f"{_says(day)}不在{notice.year}年（含上年12月）之内。"
                yield Fault(which, says, "outside-year")
            if not name.strip() or len(name) > ALL_NAMES_AT_MOST:
                yield Fault(which, f"{_says(day)}须注明节日名称（不超过{ALL_NAMES_AT_MOST}字）。", "name")
    for day in sorted(notice.off.keys() & notice.makeup.keys()):
        yield Fault("makeup", f"{_says(day)}既列为放假又列为上班，请核对。", "off-and-makeup")
    for day in sorted(notice.makeup.keys() - notice.off.keys()):
        # A supplement may call people back to work on a weekday that an earlier notice had given off.
        if day.weekday() < SATURDAY and day not in earlier_off:
            yield Fault("makeup", f"{_says(day)}是周一至周五，本来就上班，不能列为调休上班。", "makeup-on-weekday")
        elif day in earlier_makeup:
            yield Fault("makeup", f"{_says(day)}已经是调休上班日。", "already-makeup")
    if not notice.supplement:
        for day in sorted(notice.off.keys() & earlier_off.keys()):
            yield Fault("off", f"{_says(day)}已在其他通知中列为放假。", "already-off")
        for day, name in fixed_days(notice.year).items() if FIRST_YEAR < notice.year < LAST_YEAR else ():
            if day not in notice.off:
                says = f"{_says(day)}是法定节假日（{name}），须列入放假日期。"
                yield Fault("off", says, "fixed-day-missing")


def balance(notice: Notice) -> int:
    """Weekdays off beyond what the law gives and the working weekends make up for: 0 in every ordinary year.

    A hint for whoever types a notice in, no rule: 2020's extension gave two days more without making them up.
    """
    weekdays_off = sum(day.weekday() < SATURDAY for day in notice.off)
    granted = sum(len(names.split("、")) for names in fixed_days(notice.year).values())  # two on one day still give two
    return weekdays_off - len(notice.makeup) - granted


def missing_year(announced: Iterable[int], today: date) -> int | None:
    """The year whose notice is overdue: this year at any time, the next one from 1 November on; none otherwise."""
    years = set(announced)
    if today.year not in years:
        return today.year
    return today.year + 1 if (today.month, today.day) >= ALARM_FROM and today.year + 1 not in years else None


def _says(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
