"""Dashboards: which figures stand on which, for the desk and for the wall. Every number and every mark leads to its records.

Seven of them: today's work, a department's month, the county's year, the quality of the catalogue, counters and towns, the hotline,
supervision items.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from yiwang.insight.facts import reading
from yiwang.insight.indicators import figures, queries, rules
from yiwang.insight.indicators.figures import Figure
from yiwang.insight.indicators.queries import Part, Scope
from yiwang.kernel.facts import Kind
from yiwang.kernel.refusal import NotFound

Period = rules.Period
MOST = 12  # marks of a chart by organ or place
IDLE_MONTHS = 12


def _day(on: date) -> Period:
    return on, on + timedelta(days=1)


def _month(on: date) -> Period:
    return on.replace(day=1), rules.after(on.replace(day=1))


def _year(on: date) -> Period:
    return date(on.year, 1, 1), date(on.year + 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard. ``charts`` are (indicator, ``month`` | ``organ`` | ``place``)."""

    id: str
    title: str
    period: Callable[[date], Period]
    tiles: tuple[str, ...]
    charts: tuple[tuple[str, str], ...]
    idle: bool = False


BOARDS = {
    board.id: board
    for board in (
        Board(
            "today",
            "今日运行",
            _day,
            (
                "cases.received",
                "cases.accepted",
                "cases.closed",
                "cases.open",
                "clocks.due",
                "clocks.overdue-open",
                "cards.warnings",
                "cards.yellow",
                "cards.red",
                "services.rated",
                "services.bad",
                "tickets.taken",
            ),
            (("cases.received", "organ"), ("cases.open", "organ"), ("clocks.overdue-open", "organ")),
        ),
        Board(
            "month",
            "部门月报",
            _month,
            (
                "cases.received",
                "cases.accepted",
                "cases.closed",
                "cases.closing-rate",
                "cases.on-time-rate",
                "cases.handling-days-mean",
                "cases.correction-rate",
                "cards.yellow",
                "cards.red",
                "services.coverage",
                "services.praise-rate",
                "services.bad",
            ),
            (("cases.handling-days-mean", "organ"), ("cases.on-time-rate", "organ"), ("cards.yellow", "organ")),
        ),
        Board(
            "year",
            "年度情况",
            _year,
            (
                "cases.accepted",
                "cases.closed",
                "cases.closing-rate",
                "cases.on-time-rate",
                "cases.online-rate",
                "cases.handling-days-median",
                "services.coverage",
                "services.praise-rate",
                "services.rectified-rate",
                "cards.yellow",
                "cards.red",
                "certificates.valid",
            ),
            (
                ("cases.accepted", "month"),
                ("cases.closing-rate", "month"),
                ("cases.accepted", "organ"),
                ("cards.yellow", "organ"),
            ),
        ),
        Board(
            "catalogue",
            "事项质量",
            _day,
            (
                "items.total",
                "items.guided-rate",
                "items.online-rate",
                "items.online-throughout-rate",
                "items.one-visit-rate",
                "items.on-the-spot-rate",
                "items.compression",
                "items.promise-over-law",
                "items.materials-held-share",
                "items.in-hall-rate",
            ),
            (("items.total", "organ"), ("items.compression", "organ"), ("items.online-rate", "organ")),
            idle=True,
        ),
        Board(
            "places",
            "窗口和镇街",
            _year,
            (
                "places.halls",
                "places.towns",
                "places.villages",
                "counters.total",
                "counters.comprehensive",
                "tickets.taken",
                "tickets.waited-median",
                "tickets.soon-rate",
                "terminals.count",
                "kiosk-transactions.count",
                "kiosk-visits.count",
                "relayed.received",
            ),
            (("cases.received", "place"), ("tickets.taken", "place"), ("kiosk-transactions.count", "place")),
        ),
        Board(
            "hotline",
            "12345热线",
            _year,
            (
                "orders.accepted",
                "orders.closed",
                "orders.closing-rate",
                "orders.on-time-rate",
                "orders.pleased-rate",
                "orders.pleased-after-rate",
                "orders.first-right-rate",
                "orders.returns-mean",
                "orders.redone-rate",
                "orders.unlisted",
                "order-rulings.reused-rate",
                "order-replies.vague-rate",
            ),
            (
                ("orders.accepted", "month"),
                ("orders.accepted", "organ"),
                ("orders.on-time-rate", "organ"),
                ("order-replies.vague-rate", "organ"),
            ),
        ),
        Board(
            "inspections",
            "互联网+监管",
            _year,
            (
                "supervision.due",
                "supervision.claim-rate",
                "supervision.here",
                "supervision.elsewhere",
                "supervision.lists-rate",
                "supervision.busy",
                "supervision.idle",
                "supervision.coverage-rate",
                "supervision.acts",
                "inspections.visits",
                "inspections.problem-share",
            ),
            (
                ("supervision.acts", "month"),
                ("supervision.coverage-rate", "organ"),
                ("supervision.claim-rate", "organ"),
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart with what its table says: ``links`` lead to the records behind each mark."""

    id: str
    figure: Figure
    by: str
    parts: Sequence[Part]
    links: Sequence[str]

    @property
    def data(self) -> dict[str, Any]:
        """What ``charts.js`` draws."""
        return {
            "title": self.figure.title,
            "unit": self.figure.unit,
            "across": self.by != "month",
            "labels": [part.name for part in self.parts],
            "values": [part.share for part in self.parts],
            "links": list(self.links),
        }

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def pairs(self) -> list[tuple[Part, str]]:
        return list(zip(self.parts, self.links, strict=True))


@dataclass(frozen=True, slots=True)
class Shown:
    """A dashboard as counted from facts as of ``as_of``. ``tiles`` are figures with the address of their records; ``idle`` items
    nobody asked for."""

    board: Board
    period: Period
    as_of: datetime
    tiles: Sequence[tuple[Figure, str]]
    charts: Sequence[Chart]
    idle: Sequence[str] = field(default=())


def shown(board_id: str, *, period: Period | None, scope: Scope, on: date) -> Shown:
    """Count a dashboard up to the newest facts. 404 for one there is not."""
    board = BOARDS.get(board_id)
    if board is None:
        raise NotFound(queries.NOTHING)
    period = period or board.period(on)
    facts, known = reading.current(), queries.indicators(on)

    def counted(name: str) -> Figure | None:
        declared, digest = known[name]
        if scope.code and not declared.declared_fact.of_kind(Kind.ORGAN):
            return None
        return figures.of(declared, digest, facts, period=period, scope=scope.code, cut_off=facts.as_of)

    tiles = [(one, address(one)) for name in board.tiles if name in known and (one := counted(name)) is not None]
    charts = [
        _chart(f"chart-{number}", one, by, on)
        for number, (name, by) in enumerate(board.charts)
        if name in known and not (scope.code and by == "organ") and (one := counted(name)) is not None
    ]
    return Shown(board, period, facts.as_of, tiles, charts, idle(scope, facts, on) if board.idle else ())


def address(figure: Figure) -> str:
    """Where the records behind a figure are listed."""
    scope = f"&scope={figure.scope}" if figure.scope else ""
    return f"/desk/indicators/{figure.indicator_id}/records/?period={rules.written(figure.period)}{scope}"


def _chart(chart_id: str, figure: Figure, by: str, on: date) -> Chart:
    if by == "month":
        parts: Sequence[Part] = queries.series(figure)
        column = "month"
    else:
        kind = Kind.ORGAN if by == "organ" else Kind.PLACE
        column = figure._indicator.declared_fact.of_kind(kind)
        split = queries.split(figure, column, on)
        parts = [part for part in split.parts if part.lines][:MOST]
    return Chart(chart_id, figure, by, parts, [f"{address(figure)}&{column}={part.code}" for part in parts])


def idle(scope: Scope, facts: reading.Snapshot, on: date) -> list[str]:
    """Codes of items in use today that nobody has asked for in twelve months: candidates for review (权责清单动态管理)."""
    since = on.replace(year=on.year - 1, day=min(on.day, 28) if on.month == 2 else on.day)
    found = facts.rows_again(
        "select distinct i.item from items i where i.state = 'in-use' and i.guided and i.begun_on <= $since"
        " and coalesce(i.ended_on > $on, true) and ($scope = '' or i.organ = $scope) and not exists"
        " (select 1 from cases c where c.item = i.item and c.received_on > $since) order by 1",
        {"since": since, "on": on, "scope": scope.code},
    )
    return [code for (code,) in found]
