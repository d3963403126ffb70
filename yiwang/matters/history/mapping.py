"""The mapping: which column is what, which activity is which step. Strict: all faults at once, each with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from yiwang.foundation.ledger.rules import sm3
from yiwang.kernel import unread
from yiwang.kernel.declarations.places import Places
from yiwang.kernel.declared import Place, Reading, Table, dotted
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters.history.times import usable

COLUMNS = (
    *("case", "activity", "time", "started", "resource", "organ", "channel", "event", "lifecycle"),
    *("planned_end", "legal_end"),
)
NEEDED = ("case", "activity", "time")
XES = {
    "case": "case:concept:name",
    "activity": "concept:name",
    "time": "time:timestamp",
}  # IEEE 1849 standard extensions


class BadMapping(Refusal):
    """The mapping says something that cannot be meant."""

    code = "history-mapping"


@dataclass(frozen=True, slots=True)
class Bound:
    """What an activity of the log is in our process: a step, with values the log implies."""

    step: str
    values: MappingOf[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryMapping:
    """Everything the importer has to be told about a log. ``process`` empty: read off the log."""

    name: str
    title: str
    process: str
    version: str
    item: str
    chain: str
    organ: str
    role: str
    columns: MappingOf[str, str]
    attributes: tuple[str, ...]
    zone: ZoneInfo
    formats: tuple[str, ...]
    delimiter: str
    encoding: str
    organs: MappingOf[str, str]
    activities: MappingOf[str, Bound]
    budgets: MappingOf[str, int]
    ends: tuple[str, ...]
    ends_with_last: bool
    lifecycle: tuple[str, ...]
    digest: str
    place: Place = field(default=dotted, compare=False, repr=False)  # where in the file a key stands

    @property
    def foreign(self) -> bool:
        """True if the log follows a process of its own."""
        return not self.process


def read(path: Path) -> HistoryMapping:
    """The mapping in a TOML file. ``BadMapping`` names every fault with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise BadMapping(f"读不到映射文件 {path.name}：{unread.why(error)}。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"映射文件 {path.name} 不是合格的 TOML：{error}。") from error
    return parse(data, place=Places(path.name, text))


def parse(data: MappingOf[str, Any], *, place: Any = None) -> HistoryMapping:
    """The mapping in a table; see ``docs/how-to/history.md`` for every key."""
    reading = Reading(place) if place else Reading()
    top = Table(data, reading)
    columns, attributes = _columns(top)
    zone, formats = _time(top)
    delimiter, encoding = _csv(top)
    foreign = top.table("foreign")
    ends: tuple[str, ...] = ()
    ends_with_last = False
    if foreign is not None:
        ends, ends_with_last = foreign.texts("ends"), foreign.flag("ends_with_last")
        foreign.done()
    lifecycle = top.table("lifecycle")
    take: tuple[str, ...] = ()
    if lifecycle is not None:
        take = lifecycle.texts("take")
        lifecycle.done()
        if "lifecycle" not in columns:
            lifecycle.fault("take", "选取生命周期须先在 [columns] 写明 lifecycle 列", "missing")
    found = HistoryMapping(
        name=top.identifier("name"),
        title=top.text("title"),
        process=top.text("process", ""),
        version=top.text("version", ""),
        item=top.text("item", ""),
        chain=top.text("chain", ""),
        organ=top.text("organ"),
        role=top.identifier("role", "reviewer"),
        columns=columns,
        attributes=attributes,
        zone=zone,
        formats=formats,
        delimiter=delimiter,
        encoding=encoding,
        organs=_named(top, "organs"),
        activities=_activities(top),
        budgets=_budgets(top),
        ends=ends,
        ends_with_last=ends_with_last,
        lifecycle=tuple(one.casefold() for one in take),
        digest=sm3(repr(sorted(data.items())).encode()).hex(),
        place=reading.place,
    )
    if found.process and foreign is not None:
        top.fault("foreign", "写了 process（按本系统流程导入），就不能再写 [foreign]", "both")
    if not found.process and found.activities:
        top.fault("activities", "没有写 process：活动与步骤的对应须写明流程", "missing")
    if found.process and not found.activities:
        top.fault("activities", "按本系统流程导入，须写明活动与步骤的对应", "missing")
    if len(found.name) > 40:
        top.fault("name", "name 最多40个字符", "too-long")
    top.done()
    if reading.faults:
        raise BadMapping(f"映射有 {len(reading.faults)} 处错误，未导入任何内容。", faults=reading.faults)
    return found


def _columns(top: Table) -> tuple[dict[str, str], tuple[str, ...]]:
    table = top.table("columns")
    if table is None:
        return dict(XES), ()
    found = {name: text for name in COLUMNS if (text := table.text(name, XES.get(name, "")))}
    attributes = table.texts("attributes")
    table.done()
    return found, attributes


def _csv(top: Table) -> tuple[str, str]:
    """Delimiter and encoding; no encoding: a byte order mark decides, else UTF-8."""
    table = top.table("csv")
    if table is None:
        return ",", ""
    delimiter, encoding = table.text("delimiter", ","), table.text("encoding", "")
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        table.fault("delimiter", "delimiter 须为一个字符，且不能是引号或换行", "range")
        delimiter = ","
    try:
        encoding and "".encode(encoding)
    except (LookupError, ValueError):
        table.fault("encoding", f"不认识的字符编码 {encoding}", "unknown")
    table.done()
    return delimiter, encoding


def _time(top: Table) -> tuple[ZoneInfo, tuple[str, ...]]:
    table, zone = top.table("time"), "Asia/Shanghai"
    formats: tuple[str, ...] = ("iso",)
    if table is not None:
        zone, formats = table.text("zone", zone), table.texts("formats", ("iso",))
        for pattern in formats:
            if not usable(pattern):
                table.fault("formats", f"按 {pattern!r} 读不出一个日期时间", "unknown")
        table.done()
    try:
        return ZoneInfo(zone), formats
    except (ZoneInfoNotFoundError, ValueError, OSError):
        top.reading.fault(("time", "zone"), f"不认识的时区 {zone}", "unknown")
        return ZoneInfo("Asia/Shanghai"), formats


def _named(top: Table, key: str) -> dict[str, str]:
    table = top.table(key)
    return {} if table is None else {name: table.text(name) for name in table.data}


def _budgets(top: Table) -> dict[str, int]:
    table = top.table("budgets")
    return {} if table is None else {name: table.whole(name) for name in table.data}


def _activities(top: Table) -> dict[str, Bound]:
    table = top.table("activities")
    found: dict[str, Bound] = {}
    if table is None:
        return found
    for name, value in table.data.items():
        if isinstance(value, dict):
            bound = table.table(name)
            assert bound is not None
            given = bound.table("values")
            found[name] = Bound(bound.identifier("step"), dict(given.data) if given else {})
            bound.done()
        else:
            found[name] = Bound(table.identifier(name))
    return found


def refuse(says: str, *faults: Fault) -> BadMapping:
    """A fault that only shows beside the log or the register."""
    return BadMapping(says, faults=list(faults))
