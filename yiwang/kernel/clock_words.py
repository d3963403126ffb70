"""Why a clock is due on its day, in the words a clerk and a citizen read. Names every step that moved the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from yiwang.kernel.clocks import ARTICLE_45, Clock, Pause, Projection
from yiwang.kernel.workdays import SATURDAY, OrdinalTable, Span, Unit

DAY = timedelta(days=1)
ARROW = " → "
SPOKEN = {"国庆节": "国庆", "中秋节": "中秋", "清明节": "清明", "端午节": "端午"}


def explain(
    clock: Clock,
    table: OrdinalTable,
    *,
    began: str = "受理",
    ended: str = "办结",
    grounds: Mapping[str, str] = ARTICLE_45,
) -> list[str]:
    """Each step that moved the due day as a short Chinese sentence, in order of days: first the start, last the due day
    or how matters stand. ``one_line`` joins them.

    ``began`` and ``ended`` name the deeds that started and stopped this clock; ``grounds`` gives the words for pause
    grounds.
    """
    projection = clock.project(table)
    unit = clock.unit.says
    steps: list[tuple[date, str]] = []
    if clock.unit is Unit.WORKING_DAY:
        for start, end in _running(clock, projection):
            steps += [(span.first, _moved(span, clock)) for span in table.special(start + DAY, end) if _moves(span)]
    for begins, resumes in projection.effective:
        stopped = table.counted(begins, resumes, clock.unit)
        why = _grounds(clock, begins, resumes, grounds)
        steps.append((begins, f"{_stretch(begins, resumes, clock)}{why[0]}停{stopped}个{unit}{why[1]}"))
    if (granted := clock.extension) is not None:
        said = f"{_day(granted.on, clock)}经{granted.capacity}批准延长{granted.days}个{unit}（{granted.reason}）"
        steps.append((granted.on, said))
    for pause in _too_late(clock, projection):
        name = grounds.get(pause.ground, pause.ground)
        steps.append((pause.begins_on, f"{_day(pause.begins_on, clock)}{name}停止计时时期限已届满，不改变届满日"))
    steps.sort(key=lambda step: step[0])
    first = f"{_day(clock.started_on, clock)}{began}（{clock.days}个{unit}）"
    return [first, *(text for _, text in steps), *_outcome(clock, projection, table, ended, grounds)]


def one_line(steps: Iterable[str]) -> str:
    """The steps as the one line a card, an API answer or a message quotes."""
    return ARROW.join(steps)


def _running(clock: Clock, projection: Projection) -> Iterator[tuple[date, date]]:
    """The stretches in which days were counted: each ``(start, end]``."""
    start = clock.started_on
    for begins, resumes in projection.effective:
        yield start, begins
        start = max(start, resumes)
    end = projection.due_on or projection.paused_since
    if end is not None and end > start:
        yield start, end


def _moves(span: Span) -> bool:
    """A holiday that only covers a weekend moves nothing."""
    length = (span.last - span.first).days
    return span.works or any((span.first + timedelta(days=i)).weekday() < SATURDAY for i in range(length + 1))


def _moved(span: Span, clock: Clock) -> str:
    days = _stretch(span.first, span.last, clock)
    if span.works:
        return f"{days}调休上班计入"
    return f"{days}{'、'.join(SPOKEN.get(part, part) for part in span.name.split('、'))}不计"


def _grounds(clock: Clock, begins: date, resumes: date, grounds: Mapping[str, str]) -> tuple[str, str]:
    """Names of the pauses inside one stretch, and their notices."""
    inside = [p for p in _by_day(clock) if p.begins_on <= resumes and (p.resumes_on or date.max) >= begins]
    named = "、".join(dict.fromkeys(grounds.get(p.ground, p.ground) for p in inside))
    return named, _notices(inside)


def _notices(pauses: list[Pause]) -> str:
    """A clock that merely stands still in a state (no special procedure) has no written notice to name."""
    numbers = dict.fromkeys(p.notice for p in pauses if p.notice)
    return f"（通知书{'、'.join(numbers)}）" if numbers else ""


def _too_late(clock: Clock, projection: Projection) -> list[Pause]:
    due_on = projection.due_on
    return [p for p in _by_day(clock) if due_on is not None and p.begins_on > due_on]


def _by_day(clock: Clock) -> list[Pause]:
    return sorted(clock.pauses, key=lambda p: (p.begins_on, p.resumes_on or date.max, p.ground, p.notice))


def _outcome(
    clock: Clock, projection: Projection, table: OrdinalTable, ended: str, grounds: Mapping[str, str]
) -> Iterator[str]:
    unit = clock.unit.says
    if projection.due_on is None:
        since = projection.paused_since
        assert since is not None
        yield (
            f"{_day(since, clock)}起{'、'.join(_open(clock, grounds))}停止计时，"
            f"已用{clock.used(table, since)}个{unit}，剩{clock.left(table, since)}个{unit}，恢复之日起续算"
        )
    else:
        if projection.rolled_from is not None:
            yield f"{_day(projection.rolled_from, clock)}为休息日，顺延至次一工作日"
        unknown = "、".join(f"{year}年" for year in _unannounced(clock, projection.due_on, table))
        doubt = f"（暂定，{unknown}放假安排尚未公布，公布后重新推算）" if projection.provisional else ""
        yield f"{_day(projection.due_on, clock)}届满{doubt}"
    if clock.stopped_on is not None:
        over = clock.overdue(table, clock.stopped_on)
        late = f"，超期{over}个{unit}" if over else ""
        yield f"{_day(clock.stopped_on, clock)}{ended}，实用{clock.used(table, clock.stopped_on)}个{unit}{late}"


def _unannounced(clock: Clock, due_on: date, table: OrdinalTable) -> list[int]:
    return [year for year in range(clock.started_on.year, due_on.year + 1) if year not in table.announced]


def _open(clock: Clock, grounds: Mapping[str, str]) -> list[str]:
    return [f"{grounds.get(p.ground, p.ground)}{_notices([p])}" for p in _by_day(clock) if p.resumes_on is None]


def _day(day: date, clock: Clock) -> str:
    year = "" if day.year == clock.started_on.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def _stretch(first: date, last: date, clock: Clock) -> str:
    """``10月1日至8日``, ``9月29日至10月6日``, ``12月31日至2027年1月2日``."""
    if first == last:
        return _day(first, clock)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_day(first, clock)}至{last.day}日"
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{_day(first, clock)}至{year}{last.month}月{last.day}日"
