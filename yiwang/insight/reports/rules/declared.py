"""What a template says about a figure before it has a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from yiwang.insight.reports.rules import printing
from yiwang.insight.reports.rules.cards import COMPUTED, KINDS, REPORTED
from yiwang.insight.reports.rules.tables import Table
from yiwang.insight.reports.rules.wording import GIVEN, NAME
from yiwang.kernel.refusal import Fault, Refusal

VALUE, NUMERATOR, DENOMINATOR = "value", "numerator", "denominator"
SHOWS = {VALUE: "数值", NUMERATOR: "分子", DENOMINATOR: "分母"}


@dataclass(frozen=True, slots=True)
class Declared:
    """One figure as a template declares it. ``shows`` says which number of the indicator is printed; ``scope`` is an
    organ's code; ``asks`` the organ that fills a reported one in; ``parts`` and ``of`` name other figures."""

    name: str
    title: str
    kind: str
    unit: str = ""
    indicator: str = ""
    shows: str = VALUE
    scope: str = ""
    places: int = 0
    scale: int = 1
    asks: str = ""
    parts: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def read(rows: Iterable[Mapping[str, Any]], *, indicators: Iterable[str] | None = None) -> list[Declared]:
    """The figures of a template; refuses with every fault: names used twice or ill-formed, kinds nobody knows, parts
    that are no figures, rates without two figures, computed ones without an indicator (or one unknown to
    ``indicators``), reported ones without a unit that fills them in."""
    faults: list[Fault] = []
    found: dict[str, Declared] = {}
    known = {field.name for field in fields(Declared)}
    for number, row in enumerate(rows, 1):
        where = f"figures.{number}"
        if unknown := sorted(set(row) - known):
            faults.append(Fault(where, f"不认识的栏目：{'、'.join(unknown)}。", "unknown"))
            continue
        try:
            one = Declared(**{**row, "parts": tuple(row.get("parts", ())), "of": tuple(row.get("of", ()))})
        except TypeError:
            faults.append(Fault(where, "每个数据须有 name、title、kind。", "missing"))
            continue
        faults += [Fault(f"{where}.{field}", says, "figure") for field, says in _faults(one, indicators)]
        if one.name in found:
            faults.append(Fault(f"{where}.name", f"数据名称 {one.name} 重复。", "duplicate"))
        found[one.name] = one
    for one in found.values():
        for name in (*one.parts, *one.of):
            if name not in found:
                faults.append(Fault(one.name, f"“{one.title}”用到的 {name} 没有登记。", "unknown-figure"))
    if faults:
        raise Refusal(faults[0].says, code="report-figures", faults=faults)
    return list(found.values())


def _faults(one: Declared, indicators: Iterable[str] | None) -> Iterable[tuple[str, str]]:
    if not NAME.fullmatch(one.name) or one.name in (*GIVEN, "bind"):
        yield "name", f"数据名称 {one.name} 只能用小写字母、数字和下划线，以字母开头，且不是保留名称。"
    if not one.title.strip():
        yield "title", "请写明数据标题。"
    if one.kind not in KINDS:
        yield "kind", f"数据来源须为：{'、'.join(KINDS)}。"
    if one.shows not in SHOWS:
        yield "shows", f"取数项须为：{'、'.join(SHOWS)}。"
    if one.scale not in printing.SCALES:
        yield "scale", "数量级须为 1、10000 或 100000000。"
    if not 0 <= one.places <= 6:
        yield "places", "小数位数须在 0 到 6 之间。"
    if one.of and (len(one.of) != 2 or one.unit != printing.PERCENT):
        yield "of", "比率须写明两个数据（分子、分母），单位为%。"
    if one.kind == COMPUTED and not one.indicator:
        yield "indicator", f"“{one.title}”由系统计算，须写明指标编号。"
    if one.kind == COMPUTED and indicators is not None and one.indicator and one.indicator not in set(indicators):
        yield "indicator", f"没有指标 {one.indicator}。"
    if one.kind == REPORTED and not one.asks:
        yield "asks", f"“{one.title}”由单位填报，须写明填报单位。"


def of_tables(shapes: Sequence[Table], given: Mapping[str, Declared], asks: str) -> list[Declared]:
    """A figure for every cell of every table: what a template declares itself stays, sums add up their parts, the rest
    is filled in by ``asks``."""
    found = []
    for table in shapes:
        for row, column, name in table.cells():
            if name in given:
                continue
            title = f"{row.title}·{column.title}"
            unit = column.unit or table.unit
            parts = table.parts(row, column)
            found.append(Declared(name, title[:120], REPORTED, unit, asks=asks, parts=parts))
    return found
