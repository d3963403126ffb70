"""What a ledger line can show: each finding is a plain function a rule names. Pure over lines, codes and days.

A finding answers the sentence that proves it, or nothing. It sees codes only: which materials were asked for, whether
reasons were written, how clocks stood; never anybody's words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.kernel.clocks import ARTICLE_45
from yiwang.kernel.names import Registry
from yiwang.kernel.workdays import OrdinalTable, Unit


@dataclass(frozen=True)
class Line:
    """One ledger line of a matter. ``clocks`` as the engine writes them: id → (days, first day, due day, stop); read once,
    since a sweep of a year asks millions of lines."""

    number: int
    reference: str
    ordinal: int
    at: datetime
    recorded_at: datetime
    event: str
    actor: str
    organ_id: int
    detail: Mapping[str, Any]

    @cached_property
    def step(self) -> str:
        return str(self.detail.get("step", ""))

    @cached_property
    def process_id(self) -> str:
        """``services.licence`` of ``services.licence.grant``."""
        return self.event.rpartition(".")[0]

    @cached_property
    def clocks(self) -> dict[str, tuple[int, date, date | None, date | None]]:
        moved = self.detail.get("clocks") or {}
        return {name: (row[0], date.fromisoformat(row[1]), _day(row[2]), _day(row[3])) for name, row in moved.items()}


@dataclass(frozen=True, slots=True)
class Looking:
    """What a finding may look at besides its line: the matter's ``earlier`` lines, the calendar, numbers of the rule, and
    when this actor closed matters, in order of time (``closings``, this line included)."""

    earlier: Sequence[Line]
    table: OrdinalTable
    thresholds: Mapping[str, int]
    texts: Sequence[str]
    late_hours: float
    closings: Sequence[datetime] = field(default_factory=tuple)
    grounds: Mapping[str, str] = field(default_factory=lambda: ARTICLE_45)


def _stood_still(line: Line) -> bool:
    return any(due_on is None and stopped_on is None for _, _, due_on, stopped_on in line.clocks.values())


# Findings that read the matter's earlier lines; the others see all they need in the line itself.
LOOKS_BACK = frozenset(
    {
        "supervision.new-demand",
        "supervision.special-unlisted",
        "supervision.sent-round",
        "supervision.paused-before-due",
    }
)
# What a line must show before a finding is asked at all: nearly every line of a year shows none of it. ``statements.LINES``
# asks the same of lines not read yet; a finding added here has its condition there.
SHOWS: dict[str, Callable[[Line], bool]] = {
    "supervision.paused-before-due": _stood_still,
    "supervision.fee-outside-list": lambda line: "fees_outside" in line.detail,
    "supervision.recorded-after-the-fact": lambda line: bool(line.clocks) and line.recorded_at > line.at,
    "supervision.closed-in-a-burst": lambda line: "to" in line.detail,
}


def concerned(name: str, line: Line) -> bool:
    """False where the finding could only find nothing in this line."""
    shows = SHOWS.get(name)
    return shows is None or shows(line)


finding: Registry[Callable[[Line, Looking], str]] = Registry("监察发现")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@finding("supervision.new-demand")
def new_demand(line: Line, looking: Looking) -> str:
    """第三十二条第一款第四项: everything is said at once. The same material may be found still wrong; a later notice may
    not ask for another one, and none may name nothing."""
    asked = set(line.detail.get("materials") or ())
    if not asked:
        return "补正告知没有列明需要补正的材料。"
    before = [set(one.detail.get("materials") or ()) for one in looking.earlier if one.step == line.step]
    fresh = sorted(asked - set().union(*before)) if before else []
    return f"第{len(before) + 1}次补正提出了此前没有告知的材料：{'、'.join(fresh)}。" if fresh else ""


@finding("supervision.words-missing")
def words_missing(line: Line, looking: Looking) -> str:
    """第三十八条第二款: a refusal without reasons, or without the remedies it has to name."""
    written = line.detail.get("texts") or {}
    missing = [name for name in looking.texts if name not in written]
    says = {"reason": "理由", "remedies": "救济途径"}
    return f"决定没有写明{'、'.join(says.get(name, name) for name in missing)}。" if missing else ""


@finding("supervision.outside-list")
def outside_list(line: Line, looking: Looking) -> str:
    """A material asked for that the published guide does not name (the step writes such codes as ``outside``)."""
    outside = line.detail.get("outside") or ()
    return f"要求提交办事指南以外的材料：{'、'.join(map(str, outside))}。" if outside else ""


CHARGED = {"no-published-fee": "办事指南没有公布收费", "above-published": "超过办事指南公布的金额"}


@finding("supervision.fee-outside-list")
def fee_outside_list(line: Line, looking: Looking) -> str:
    """第五十八条、第五十九条: a charge the guide does not publish, or above what it publishes (``fees_outside``)."""
    outside = line.detail.get("fees_outside") or ()
    return f"向申请人收费：{'、'.join(CHARGED.get(code, str(code)) for code in outside)}。" if outside else ""


@finding("supervision.special-unlisted")
def special_unlisted(line: Line, looking: Looking) -> str:
    """A special procedure the item does not list (``ground_unlisted``), or a second extension (第四十二条: one)."""
    if line.detail.get("ground_unlisted"):
        ground = str(line.detail.get("ground", ""))
        return f"特别程序“{looking.grounds.get(ground, ground)}”不在该事项公布的特别程序之列。"
    times = sum(one.step == line.step for one in looking.earlier) + 1
    return f"第{times}次延长办理期限，法律只允许一次。" if line.step == "extend" and times > 1 else ""


# -- clues: ways of keeping the clock quiet -----------------------------------------------------------------------------


@finding("supervision.paused-before-due")
def paused_before_due(line: Line, looking: Looking) -> str:
    """A clock made to stand still when at most ``days`` working days of it were left."""
    most = looking.thresholds.get("days", 1)
    on = day_of(line.at)
    for name, (_, _, due_on, stopped_on) in line.clocks.items():
        if due_on is not None or stopped_on is not None:
            continue
        was = next((one.clocks[name][2] for one in reversed(looking.earlier) if name in one.clocks), None)
        if was is not None and on <= was and looking.table.counted(on, was, Unit.WORKING_DAY) <= most:
            return f"{was.month}月{was.day}日到期，{on.month}月{on.day}日停止计时。"
    return ""


@finding("supervision.closed-in-a-burst")
def closed_in_a_burst(line: Line, looking: Looking) -> str:
    """One person closes at least ``times`` matters within ``minutes``. Said once, when the number is reached."""
    times, minutes = looking.thresholds.get("times", 20), looking.thresholds.get("minutes", 10)
    since = line.at - timedelta(minutes=minutes)
    count = bisect_right(looking.closings, line.at) - bisect_right(looking.closings, since)
    return f"{minutes}分钟内连续办结{count}件。" if count == times else ""


@finding("supervision.sent-round")
def sent_round(line: Line, looking: Looking) -> str:
    """The same matter is taken up and returned again and again: this step for the ``times``-th time."""
    times = sum(one.step == line.step for one in looking.earlier) + 1
    return f"本件第{times}次退回。" if times == looking.thresholds.get("times", 3) else ""


@finding("supervision.recorded-after-the-fact")
def recorded_after_the_fact(line: Line, looking: Looking) -> str:
    """A step written down late that, by its stated day, stopped a clock in time which had run out when it was written."""
    if line.recorded_at - line.at <= timedelta(hours=looking.late_hours):
        return ""
    on, written = day_of(line.at), day_of(line.recorded_at)
    for _, _, due_on, stopped_on in line.clocks.values():
        if due_on and stopped_on and stopped_on <= due_on < written:
            return f"记为{on.month}月{on.day}日办理，实际{written.month}月{written.day}日补录，期限{due_on.month}月{due_on.day}日届满。"
    return ""
