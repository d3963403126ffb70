"""A list or a table of totals another system handed over, and how its list compares with ours. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yiwang.insight.reports.rules import printing
from yiwang.kernel.refusal import Fault, Refusal

NUMBER = ("办件编号", "业务编号", "申报号", "案件编号", "工单编号")
DAY = ("办结日期", "办结时间", "受理日期", "受理时间", "日期")
ORGAN = ("单位", "部门", "办理单位", "承办单位")
STATE = ("状态", "办件状态", "结果")
TOTAL, VALUE, UPPER, LOWER = ("指标", "指标名称"), ("数值", "数量", "值"), ("分子",), ("分母",)
MOST_ROWS = 2_000_000
SHOWN = 500  # references kept of each heap of a comparison


class Unusable(Refusal):
    """The sheet is neither a list of cases nor a table of totals."""

    code = "batch-unusable"


@dataclass(frozen=True, slots=True)
class Listed:
    """One case of their list: number, day, organ and state as they write them; no person, whatever else the sheet had."""

    number: str
    on: date | None
    organ: str
    state: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet was: a list of cases, or totals by name. ``left_out`` are heads whose columns were not taken."""

    cases: tuple[Listed, ...]
    totals: Mapping[str, Mapping[str, str]]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A case number is in both lists and alike, in one of them, or in both and different."""

    matched: int
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    differing: tuple[tuple[str, str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Counts, and the first references of each heap."""
        return {
            "matched": self.matched,
            "ours": len(self.ours),
            "theirs": len(self.theirs),
            "differing": len(self.differing),
            "ours_shown": list(self.ours[:SHOWN]),
            "theirs_shown": list(self.theirs[:SHOWN]),
            "differing_shown": [list(one) for one in self.differing[:SHOWN]],
        }


def read(rows: Sequence[Sequence[Any]]) -> Sheet:
    """A sheet by its heads: the first row that has a known one. Refuses a sheet without, a number twice, no rows."""
    for place, row in enumerate(rows[:20]):
        heads = [str(cell or "").strip() for cell in row]
        if any(head in NUMBER for head in heads):
            return _list(heads, rows[place + 1 :], place + 2)
        if any(head in TOTAL for head in heads) and any(head in VALUE for head in heads):
            return _totals(heads, rows[place + 1 :], place + 2)
    wanted = "、".join((NUMBER[0], TOTAL[0]))
    raise Unusable(
        f"没有找到表头：清单须有“{NUMBER[0]}”一列，合计表须有“指标”“数值”两列（找过：{wanted}）。", field="file"
    )


def _list(heads: Sequence[str], rows: Sequence[Sequence[Any]], first: int) -> Sheet:
    number, day, organ, state = (_place(heads, names) for names in (NUMBER, DAY, ORGAN, STATE))
    found: dict[str, Listed] = {}
    faults = []
    for line, row in enumerate(rows[:MOST_ROWS], first):
        key = _cell(row, number)
        if not key:
            continue
        if key in found:
            faults.append(Fault("file", f"第{line}行：办件编号重复。", "duplicate"))
            continue
        found[key[:80]] = Listed(key[:80], _day(row, day), _cell(row, organ)[:80], _cell(row, state)[:40])
    if faults:
        raise Unusable(f"清单里有{len(faults)}个重复的办件编号，请核实后再导入。", faults=faults[:20])
    if not found:
        raise Unusable("清单里没有办件。", field="file")
    taken = {number, day, organ, state}
    return Sheet(tuple(found.values()), {}, tuple(h for p, h in enumerate(heads) if h and p not in taken))


def _totals(heads: Sequence[str], rows: Sequence[Sequence[Any]], first: int) -> Sheet:
    name, value, upper, lower = (_place(heads, names) for names in (TOTAL, VALUE, UPPER, LOWER))
    found: dict[str, dict[str, str]] = {}
    faults = []
    for line, row in enumerate(rows[:2000], first):
        title = _cell(row, name)[:120]
        if not title:
            continue
        cells = {"value": _cell(row, value), "numerator": _cell(row, upper), "denominator": _cell(row, lower)}
        try:
            found[title] = {part: printing.plain(printing.number(said)) for part, said in cells.items() if said}
        except ValueError:
            faults.append(Fault("file", f"第{line}行“{title}”的数看不懂。", "number"))
    if faults:
        raise Unusable(faults[0].says, faults=faults[:20])
    if not found:
        raise Unusable("合计表里没有数。", field="file")
    return Sheet((), found, ())


def _place(heads: Sequence[str], names: Sequence[str]) -> int:
    return next((heads.index(name) for name in names if name in heads), -1)


def _cell(row: Sequence[Any], place: int) -> str:
    if place < 0 or place >= len(row) or row[place] is None:
        return ""
    value = row[place]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _day(row: Sequence[Any], place: int) -> date | None:
    if place < 0 or place >= len(row):
        return None
    value = row[place]
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    said = str(value or "").strip()[:10].replace("/", "-").replace("年", "-").replace("月", "-").rstrip("日")
    try:
        year, month, day = (int(part) for part in said.split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def compare(
    ours: Mapping[str, tuple[date | None, str]], theirs: Sequence[Listed], organs: Mapping[str, str]
) -> Comparison:
    """Their list against ours by case number. ``ours``: number → (day, organ's code); ``organs``: name → code, for the
    names they write. A day or an organ that one side does not state makes no difference."""
    listed = {one.number: one for one in theirs}
    differing = []
    matched = 0
    for number, one in listed.items():
        if number not in ours:
            continue
        day, organ = ours[number]
        code = organs.get(one.organ, "")
        if day and one.on and day != one.on:
            differing.append((number, day.isoformat(), one.on.isoformat()))
        elif organ and code and organ != code:
            differing.append((number, organ, one.organ))
        else:
            matched += 1
    return Comparison(
        matched,
        tuple(sorted(ours.keys() - listed.keys())),
        tuple(sorted(listed.keys() - ours.keys())),
        tuple(sorted(differing)),
    )


def decimals(numbers: Mapping[str, str]) -> dict[str, Decimal]:
    """Numbers as text, as numbers."""
    return {part: Decimal(said) for part, said in numbers.items() if said}
