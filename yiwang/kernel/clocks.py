"""A statutory clock as a ledger of intervals: budget, pauses, one extension, a stop. Its due day is a projection.

Nothing here is ever a stored date: a clock keeps what happened, and ``project`` reads the calendar. So a new holiday
notice moves every clock it touches and no other, and ``clock_words.explain`` names each step that moved the day.

How days count (domain of 行政许可法 第四十二、四十五、八十二条 and 民法典 第二百零一、二百零三条):

- the day a clock starts is never counted;
- the day a pause begins counts as used, the day it resumes does not: what is left runs from the day after resuming;
- pauses that overlap stop the clock once; the order in which they were written does not matter;
- a pause that begins after the due day comes too late and moves nothing;
- a pause that begins on the due day leaves nothing to run: the clock is due on the day of resuming (or the next working
  day, if that is a rest day);
- one extension, with approver and reason, adds days of the clock's own unit.

**As a row** (for whoever stores clocks): ``dump()`` gives ``{"days", "unit", "started_on", "stopped_on", "pauses",
"extension"}``, JSON-ready, some 110 bytes without pauses; ``load()`` reads it back. Store ``due_on`` and
``provisional`` of ``project()`` beside it with ``table.revision``. In PostgreSQL the same projection is
``calendar_due(started_on, days + extension days, unit, pauses)``; for clocks without pauses it is one join (see
``foundation.calendar.queries``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from yiwang.kernel.refusal import Fault, Refusal
from yiwang.kernel.workdays import OrdinalTable, Unit

ARTICLE_45 = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert-review": "专家评审",
}
"""The only grounds on which the legal clock of a licence stops (行政许可法 第四十五条): code → the statute's word."""

MOST_DAYS = 3650


class ClockRefusal(Refusal):
    """The interval ledger of this clock does not take that entry."""

    code = "clock"
    article = "《行政许可法》第四十五条"


@dataclass(frozen=True, slots=True)
class Pause:
    """Time not counted: from the end of ``begins_on`` to the end of ``resumes_on`` (``None``: still paused).

    ``ground`` is a code (``ARTICLE_45`` or one the guide publishes), ``notice`` the number of the written notice.
    """

    ground: str
    notice: str
    begins_on: date
    resumes_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """The one extension: days of the clock's unit, decided on a day by an approver (a reference), for a reason.

    ``capacity`` is the office in which the approver decided, as a reader sees it (``本机关负责人``).
    """

    days: int
    on: date
    approver: str
    reason: str
    capacity: str = "本机关负责人"


@dataclass(frozen=True, slots=True)
class Projection:
    """What the calendar makes of a clock. ``due_on`` is ``None`` while it is paused with time left: it cannot be known.

    ``effective`` are the pauses that moved the day, merged and in order; ``rolled_from`` is the rest day from which the
    due day was moved on, if it was; ``provisional`` means a year not yet announced is touched: 暂定.
    """

    due_on: date | None
    provisional: bool
    effective: tuple[tuple[date, date], ...] = ()
    paused_since: date | None = None
    rolled_from: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Budget in days of a unit, the day it started, and everything that happened to it since. Immutable."""

    days: int
    unit: Unit
    started_on: date
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    stopped_on: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.days <= MOST_DAYS:
            raise ClockRefusal(f"期限须为0至{MOST_DAYS}天。", field="days", code="clock-days", article="")

    @property
    def budget(self) -> int:
        """Days granted in all, extension included."""
        return self.days + (self.extension.days if self.extension else 0)

    @property
    def paused_since(self) -> date | None:
        """The day since which the clock stands still, if it does now."""
        opened = [pause.begins_on for pause in self.pauses if pause.resumes_on is None]
        return min(opened) if opened and self.stopped_on is None else None

    # -- projection ---------------------------------------------------------------------------------------------------

    def project(self, table: OrdinalTable) -> Projection:
        """The due day as of this calendar, and whether it is 暂定. One pass over the pauses, two lookups each."""
        anchor, left = self.started_on, self.budget
        effective: list[tuple[date, date]] = []
        for begins, resumes in self._merged():
            if begins > self._end(table, anchor, left)[0]:
                break  # the due day was already past when this pause began
            if resumes is None:
                return Projection(None, not table.certain(self.started_on, begins), tuple(effective), begins)
            # On a rest day to which the law moved the due day, more natural days have passed than there were left.
            left -= min(left, table.counted(anchor, begins, self.unit))
            anchor = resumes
            effective.append((begins, resumes))
        due_on, rolled_from = self._end(table, anchor, left)
        return Projection(due_on, not table.certain(self.started_on, due_on), tuple(effective), None, rolled_from)

    def used(self, table: OrdinalTable, on: date) -> int:
        """Days used up to the end of ``on`` (or of the day the clock stopped), pauses left out."""
        until = min(on, self.stopped_on) if self.stopped_on else on
        if until <= self.started_on:
            return 0
        used, anchor = 0, self.started_on
        for begins, resumes in self._merged():
            if begins >= until:
                break
            used += table.counted(anchor, begins, self.unit)
            if resumes is None or resumes >= until:
                return used
            anchor = resumes
        if used == self.budget and self.unit is Unit.WORKING_DAY:
            # Nothing was left when it resumed: the working day to which a rest day moved the end is due, not used.
            anchor = min(until, self._end(table, anchor, 0)[0])
        return used + table.counted(anchor, until, self.unit)

    def left(self, table: OrdinalTable, on: date) -> int:
        """Days left at the end of ``on``; never below 0. 0 on the due day itself: it may still be done that day."""
        return max(0, self.budget - self.used(table, on))

    def overdue(self, table: OrdinalTable, on: date) -> int:
        """Days of the clock's unit by which it is exceeded at the end of ``on`` (or of the day it stopped).

        0 while it stands still before its due day, and on a rest day to which the law moved the due day.
        """
        until = min(on, self.stopped_on) if self.stopped_on else on
        due_on = self.project(table).due_on
        return max(0, table.counted(due_on, until, self.unit)) if due_on and until > due_on else 0

    def _end(self, table: OrdinalTable, anchor: date, left: int) -> tuple[date, date | None]:
        """Where ``left`` days after ``anchor`` end, and the rest day it was moved from."""
        if self.unit is Unit.WORKING_DAY and left:
            return table.add(anchor, left), None
        due_on = table.add_natural(anchor, left)
        asked = anchor + timedelta(days=left)
        return due_on, (asked if due_on != asked else None)

    def _merged(self) -> list[tuple[date, date | None]]:
        """Pauses sorted and joined where they overlap or touch; an open end swallows everything after it."""
        merged: list[tuple[date, date | None]] = []
        for pause in sorted(self.pauses, key=lambda p: p.begins_on):
            begins, resumes = max(pause.begins_on, self.started_on), pause.resumes_on
            if resumes is not None and resumes <= self.started_on:
                continue
            if merged:
                last_begins, last_resumes = merged[-1]
                if last_resumes is None:
                    break
                if begins <= last_resumes:
                    merged[-1] = (last_begins, None if resumes is None else max(resumes, last_resumes))
                    continue
            merged.append((begins, resumes))
        return merged

    # -- entries in the ledger of intervals ---------------------------------------------------------------------------

    def pause(self, ground: str, notice: str, on: date, *, lawful: Collection[str] = tuple(ARTICLE_45)) -> Clock:
        """Stop counting at the end of ``on``. ``lawful`` are the grounds this clock's rule allows.

        Refused: a ground outside the list, no written notice, before the start, after the stop, the same ground twice
        at the same time. Whether it is too late (overdue) is for the guard of the step to say: here it moves nothing.
        """
        faults = []
        if ground not in lawful:
            faults.append(Fault("ground", "该事由不在法定的不计入期限情形之列，不能停止计时。", "clock-ground"))
        if not notice.strip():
            faults.append(Fault("notice", "停止计时须书面告知申请人，请先制发通知书并填写文号。", "clock-notice"))
        if on < self.started_on:
            faults.append(Fault("on", "停止计时的日期早于期限起算之日。", "clock-before-start"))
        if any(p.ground == ground and p.resumes_on is None for p in self.pauses):
            faults.append(Fault("ground", "该事由已在停止计时中，尚未恢复。", "clock-paused"))
        self._refuse(faults)
        return replace(self, pauses=(*self.pauses, Pause(ground, notice, on)))

    def resume(self, ground: str, on: date) -> Clock:
        """End the open pause on that ground; counting goes on with the day after ``on``."""
        found = [p for p in self.pauses if p.ground == ground and p.resumes_on is None]
        if not found:
            self._refuse([Fault("ground", "没有以该事由停止计时的记录，无从恢复。", "clock-not-paused")])
        if on < found[0].begins_on:
            self._refuse([Fault("on", "恢复计时的日期早于停止计时的日期。", "clock-resumes-before")])
        self._refuse([])
        return replace(self, pauses=tuple(replace(p, resumes_on=on) if p in found else p for p in self.pauses))

    def extend(self, extension: Extension, *, most: int, table: OrdinalTable) -> Clock:
        """Grant the one extension of at most ``most`` days, before the term has run out (行政许可法 第四十二条)."""
        faults = []
        if self.extension is not None:
            faults.append(Fault("days", "办理期限只能延长一次，本件已经延长。", "clock-extended"))
        if not 1 <= extension.days <= most:
            faults.append(Fault("days", f"延长期限须为1至{most}个{self.unit.says}。", "clock-extension-days"))
        if not extension.reason.strip():
            faults.append(Fault("reason", "延长期限须写明理由，并告知申请人。", "clock-extension-reason"))
        if not extension.approver.strip():
            faults.append(Fault("approver", "延长期限须经负责人批准。", "clock-extension-approver"))
        due_on = self.project(table).due_on
        if due_on is not None and extension.on > due_on:
            faults.append(Fault("on", "期限已经届满，不能再延长。", "clock-overdue"))
        self._refuse(faults, article="《行政许可法》第四十二条")
        return replace(self, extension=extension)

    def stop(self, on: date) -> Clock:
        """The deed the clock waited for was done on ``on``."""
        faults = []
        if on < self.started_on:
            faults.append(Fault("on", "终止计时的日期早于期限起算之日。", "clock-before-start"))
        self._refuse(faults)
        return replace(self, stopped_on=on)

    def _refuse(self, faults: Sequence[Fault], article: str = ClockRefusal.article) -> None:
        if self.stopped_on is not None:
            faults = [Fault("on", "本期限已经终止计时。", "clock-stopped"), *faults]
        if faults:
            raise ClockRefusal(faults[0].says, code=faults[0].code, article=article, faults=faults)

    # -- as a row -----------------------------------------------------------------------------------------------------

    def dump(self) -> dict[str, Any]:
        """JSON-ready: days as ISO text, pauses as ``[begins_on, resumes_on | null, ground, notice]``, extension as
        ``[days, on, approver, reason, capacity]`` or ``null``."""
        extension = self.extension
        return {
            "days": self.days,
            "unit": self.unit.value,
            "started_on": self.started_on.isoformat(),
            "stopped_on": self.stopped_on.isoformat() if self.stopped_on else None,
            "pauses": [
                [p.begins_on.isoformat(), p.resumes_on.isoformat() if p.resumes_on else None, p.ground, p.notice]
                for p in self.pauses
            ],
            "extension": extension
            and [extension.days, extension.on.isoformat(), extension.approver, extension.reason, extension.capacity],
        }

    @classmethod
    def load(cls, row: Mapping[str, Any]) -> Clock:
        """The clock that ``dump`` wrote; days may also be ``date`` objects, as a database driver gives them."""
        extended = row["extension"]
        return cls(
            days=row["days"],
            unit=Unit(row["unit"]),
            started_on=_day(row["started_on"]),
            stopped_on=_day(row["stopped_on"]) if row["stopped_on"] else None,
            pauses=tuple(
                Pause(ground, notice, _day(begins), _day(resumes) if resumes else None)
                for begins, resumes, ground, notice in row["pauses"]
            ),
            extension=Extension(extended[0], _day(extended[1]), *extended[2:]) if extended else None,
        )


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
