"""Days: data after the date of signing, days the calendar does not have, printing before signing."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from yiwang.insight.checker import numerals
from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import Quantity

DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?(?!\d)")
SHORT_DAY = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})[日号]")
CUTOFF = re.compile(
    r"截[至止]+(?:到|于)?(?:(今年|本年|当年|目前|(?:19|20)\d\d年)(?:度)?)?(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?(底|末)?"
)
# 统计期限自1月1日起至12月31日止
ENDED = re.compile(r"起?[至到](?:((?:19|20)\d\d年)(?:度)?)?(\d{1,2})月(\d{1,2})[日号](?:为)?止()")
OF_DATA = re.compile(r"(?:统计|数据|报告)[^。\n]*$")  # what campaigns last until is no cut-off
WRITTEN = re.compile(r"([一二三四五六七八九〇零○]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
SIGNED = re.compile(r"成文日期[：\s]*$|(?:局|府|委|办|会|室|院|中心|处|队|所)\n?$")
PRINTED = re.compile(r"^日?印发?|^日?印\n?")


def find(text: Text, quantities: Sequence[Quantity]) -> Iterator[Claim]:
    """Cut-offs against the day of signing, impossible days, and a printing day before the day of signing."""
    yield from _impossible(text)
    signed, printed = _signing(text)
    if signed is None:
        return
    year = report_year(text) or signed[0].year
    ended = [
        one for one in ENDED.finditer(text.flat) if OF_DATA.search(text.flat[max(0, one.start() - 40) : one.start()])
    ]
    for match in sorted((*CUTOFF.finditer(text.flat), *ended), key=lambda match: match.start()):
        claim = _after(match, signed, year)
        if claim is not None:
            yield claim
    if printed and printed[0] < signed[0]:
        yield Claim(
            kind="date",
            verdict="inconsistent",
            start=min(signed[1], printed[1]),
            end=max(signed[2], printed[2]),
            says=f"请核对：印发日期{_said(printed[0])}早于成文日期{_said(signed[0])}。",
            stated=printed[0].isoformat(),
            computed=signed[0].isoformat(),
        )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _impossible(text: Text) -> Iterator[Claim]:
    for match in DAY.finditer(text.flat):
        year, month, day = (int(one) for one in match.groups())
        if _day(year, month, day) is None and "年" in match.group():
            yield _no_day(match, match.group())
    for match in SHORT_DAY.finditer(text.flat):
        month, day = int(match[1]), int(match[2])
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(2024, month)[1]:
            yield _no_day(match, match.group())


def _no_day(match: re.Match[str], written: str) -> Claim:
    return Claim(
        kind="date",
        verdict="infeasible",
        start=match.start(),
        end=match.end(),
        says=f"请核对：没有“{written}”这一天。",
        stated=written,
    )


def _signing(text: Text) -> tuple[tuple[date, int, int] | None, tuple[date, int, int] | None]:
    """The day of signing and of printing: a line of its own at the end, or named in the head of a published page."""
    signed = printed = None
    length = len(text.flat)
    for match in DAY.finditer(text.flat):
        day = _day(*(int(one) for one in match.groups()))
        if day is None:
            continue
        before, behind = text.flat[max(0, match.start() - 24) : match.start()], text.flat[match.end() : match.end() + 4]
        found = day, match.start(), match.end()
        if re.match(r"印", behind):
            printed = found
        elif re.search(r"成文日期[：\s]*$", before) or (
            "年" in match.group() and match.end() > length * 0.3 and _alone(text.flat, match)
        ):
            signed = found
    for match in WRITTEN.finditer(text.flat):  # 二〇二三年十二月十五日
        parts = [numerals.read(one) for one in match.groups()]
        day = _day(*(int(one) for one in parts if one is not None)) if None not in parts else None
        if day is not None and match.end() > length * 0.3 and _alone(text.flat, match):
            signed = day, match.start(), match.end()
    return signed or printed, printed


def _alone(flat: str, match: re.Match[str]) -> bool:
    """True for a date on a line of its own, or right behind the name of an organ that ends a line or a sentence."""
    begin = flat.rfind("\n", 0, match.start()) + 1
    line = flat[begin : match.start()]
    ends = flat[match.end() : match.end() + 1] in ("", "\n", "(", "抄", "公")
    stop = max(line.rfind(sign) for sign in "。，；、")
    return ends and not re.search(r"截|至|于|自|从|，", line[stop + 1 :]) and len(line[stop + 1 :]) < 30


def report_year(text: Text) -> int | None:
    """The year the report is about: 2023年法治政府建设, or the year named most."""
    title = re.search(
        r"((?:19|20)\d\d)年?(?:度|上半年)?[^。\n]{0,24}(?:法治政府|工作总结|工作报告|年度报告|工作情况|述职|总结)",
        text.flat,
    )
    if title:
        return int(title[1])
    years = Counter(re.findall(r"((?:19|20)\d\d)年", text.flat))
    return int(years.most_common(1)[0][0]) if years else None


def _after(match: re.Match[str], signed: tuple[date, int, int], year: int) -> Claim | None:
    which, month, day, end = match.groups()
    if which == "目前" or (month is None and not (end and which)):
        return None
    named = int(which[:4]) if which and which[0].isdigit() else year
    number = int(month) if month else 12
    if not 1 <= number <= 12:
        return None
    last = monthrange(named, number)[1]
    until = _day(named, number, int(day) if day else (last if end else 1))
    if until is None:
        return None
    if until > signed[0] and not (
        which is None and until.replace(year=until.year - 1) <= signed[0] and signed[0].year > year
    ):
        written = match.group()
        return Claim(
            kind="date",
            verdict="inconsistent",
            start=match.start(),
            end=match.end(),
            says=f"请核对：成文日期为{_said(signed[0])}，文中数据却“{written}”（{_said(until)}），数据截止日晚于成文日期。",
            stated=until.isoformat(),
            computed=signed[0].isoformat(),
        )
    return None
