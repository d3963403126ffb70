"""Strict reading of one declaration: every key asked for, every other key a fault, all faults at once.

A ``Table`` wraps one TOML table. Asking for a key checks its type and remembers it; ``done()`` reports what nobody
asked for. Faults are collected in the ``Reading``, never raised, so that a pack's author sees all of them. ``place``
called as ``place("step", 2, "to")`` answers what the fault names: ``file:line`` when the pack reader knows it,
otherwise the dotted path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

from yiwang.kernel.refusal import Fault

Path = tuple[str | int, ...]
Place = Callable[..., str]
MISSING: Any = object()
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*")

KEY = re.compile(r"[a-z][a-z0-9_-]*")


def dotted(*path: str | int) -> str:
    """``"step", 2, "to"`` → ``step[2].to``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


class Reading:
    """The faults of one declaration, each at its place."""

    def __init__(self, place: Place = dotted) -> None:
        self.place = place
        self.faults: list[Fault] = []

    def fault(self, path: Path, says: str, code: str = "invalid") -> None:
        self.faults.append(Fault(self.place(*path), says, code))


class Table:
    """One table being read. Every getter answers the value, or the default, or a harmless stand-in after a fault."""

    def __init__(self, data: Mapping[str, Any], reading: Reading, path: Path = ()) -> None:
        self.data, self.reading, self.path = data, reading, path
        self.asked: set[str] = set()

    def fault(self, key: str, says: str, code: str = "invalid") -> None:
        self.reading.fault((*self.path, key) if key else self.path, says, code)

    def _value(self, key: str, default: Any, kinds: type | tuple[type, ...], word: str) -> Any:
        self.asked.add(key)
        if key not in self.data:
            if default is MISSING:
                self.fault(key, f"缺少 {key}", "missing")
            return default
        value = self.data[key]
        # TOML's true is a Python int as well; a number must be a number
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            self.fault(key, f"{key} 须为{word}，实为 {value!r}", "type")
            return MISSING
        return value

    def text(self, key: str, default: Any = MISSING) -> str:
        value = self._value(key, default, str, "文字")
        if isinstance(value, str) and not value.strip() and default is MISSING:
            self.fault(key, f"{key} 不能为空", "missing")
        return "" if value is MISSING else value

    def identifier(self, key: str, default: Any = MISSING) -> str:
        value = self.text(key, default)
        if value and not IDENTIFIER.fullmatch(value):
            self.fault(key, f"{key} 只能用小写字母、数字、连字符和点：{value!r}", "identifier")
        return value

    def key(self, key: str) -> str:
        """A name used as a form field and a JSON key."""
        value = self.text(key)
        if value and not KEY.fullmatch(value):
            self.fault(key, f"{key} 只能用小写字母、数字、连字符和下划线：{value!r}", "identifier")
        return value

    def texts(self, key: str, default: Any = ()) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self._value(key, default, (list, str, tuple), "文字或文字列表")
        if value is MISSING:
            return ()
        items = [value] if isinstance(value, str) else list(value)
        if bad := [item for item in items if not isinstance(item, str)]:
            self.fault(key, f"{key} 的每一项须为文字，实为 {bad[0]!r}", "type")
            return ()
        if len(set(items)) != len(items):
            self.fault(key, f"{key} 有重复项", "duplicate")
        return tuple(items)

    def whole(self, key: str, default: Any = MISSING, *, least: int = 0) -> int:
        value = self._value(key, default, int, "整数")
        if value is MISSING:
            return least
        if value is not None and value < least:
            self.fault(key, f"{key} 不能小于 {least}", "range")
        return value  # type: ignore[no-any-return]

    def days(self, key: str, default: Any = MISSING) -> int | str | None:
        """A number of days, or the name of a budget given when the matter is opened (``guide.promised_days``)."""
        value = self._value(key, default, (int, str), "天数或预算名称")
        if value is MISSING:
            return 0
        if isinstance(value, int) and value < 0:
            self.fault(key, f"{key} 不能为负", "range")
        return value  # type: ignore[no-any-return]

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._value(key, default, bool, "true 或 false")
        return default if value is MISSING else value

    def day(self, key: str, default: Any = MISSING) -> date | None:
        value = self._value(key, default, date, "日期")
        return None if value is MISSING else value

    def hour(self, key: str, default: Any = MISSING) -> time | None:
        value = self._value(key, default, time, "时刻")
        return None if value is MISSING else value

    def choice(self, key: str, allowed: Iterable[str], default: Any = MISSING) -> str:
        value, allowed = self.text(key, default), tuple(allowed)
        if value and value not in allowed and (key in self.data):
            self.fault(key, f"{key} 只能是 {'、'.join(allowed)} 之一，实为 {value!r}", "choice")
        return value

    def table(self, key: str) -> Table | None:
        value = self._value(key, None, dict, "表")
        return Table(value, self.reading, (*self.path, key)) if isinstance(value, dict) else None

    def tables(self, key: str) -> list[Table]:
        value = self._value(key, [], list, "表的列表")
        if value is MISSING:
            return []
        found = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Table(item, self.reading, (*self.path, key, index)))
            else:
                self.reading.fault((*self.path, key, index), f"{key} 的每一项须为表", "type")
        return found

    def done(self) -> None:
        """Report every key nobody asked for: a misspelt key must not silently change a rule."""
        for key in self.data:
            if key not in self.asked:
                self.fault(key, f"不认识的键 {key}", "unknown-key")
