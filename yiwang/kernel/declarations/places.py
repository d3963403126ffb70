"""On which line of a TOML text a key path stands, so that every fault names file and line.

``tomllib`` parses but forgets lines. This scan runs only over texts ``tomllib`` has accepted, so it needs to know
where statements and array elements begin, nothing more.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*""")
QUOTES = ('"""', "'''", '"', "'")


def split_key(text: str) -> list[str]:
    """``a."b c".d`` → ``["a", "b c", "d"]``."""
    parts, position = [], 0
    while match := KEY.match(text, position):
        part = match.group(1)
        parts.append(next(iter(tomllib.loads(f"{part} = 0"))))  # undoes quotes and escapes as TOML does
        position = match.end()
        if position >= len(text) or text[position] != ".":
            break
        position += 1
    return parts


def _after_string(text: str, position: int) -> int:
    """The index behind the string that begins at ``position``."""
    quote = next(q for q in QUOTES if text.startswith(q, position))
    end = position + len(quote)
    while not text.startswith(quote, end):
        end += 2 if quote[0] == '"' and text[end] == "\\" else 1
    end += len(quote)
    while len(quote) == 3 and end < len(text) and text[end] == quote[0]:  # """" ends with a quote of its own
        end += 1
    return end


def _equals(text: str, position: int) -> int:
    """The index of the ``=`` behind the key that begins at ``position``; a quoted key may hold one itself."""
    while text[position] != "=":
        position = _after_string(text, position) if text[position] in "\"'" else position + 1
    return position


def _value(text: str, start: int) -> tuple[int, list[tuple[Path, int]]]:
    """The index behind the value that begins at ``start``, and where its elements and inline keys begin."""
    inside: list[tuple[Path, int]] = []
    stack: list[tuple[str, int]] = []  # opening bracket, index of the element being read
    keys: list[str] = []
    position, fresh = start, False
    while position < len(text):
        char = text[position]
        if char == "#":
            position = text.find("\n", position)
            position = len(text) if position < 0 else position
            continue
        if not stack and char == "\n":
            break
        if char in " \t\r\n":
            position += 1
            continue
        if fresh and char not in "]}":
            fresh = False
            path: Path = tuple(
                index if opening == "[" else key for (opening, index), key in zip(stack, [*keys, ""], strict=False)
            )
            if stack[-1][0] == "[":
                inside.append((path, position))
            else:
                end = _equals(text, position)
                names = split_key(text[position:end])
                keys[-1] = names[0]
                inside.append(((*path[:-1], *names), position))
                position = end + 1
                continue
        if char in "\"'":
            position = _after_string(text, position)
            continue
        if char in "[{":
            stack.append((char, 0))
            keys.append("")
            fresh = True
        elif char in "]}":
            stack.pop()
            keys.pop()
            fresh = False
        elif char == "," and stack:
            stack[-1] = (stack[-1][0], stack[-1][1] + 1)
            fresh = True
        position += 1
    return position, inside


def _statements(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    counts: dict[Path, int] = {}
    position = 0
    while position < len(text):
        if text[position] in " \t\r\n":
            position += 1
            continue
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if text[position] == "#":
            position = end
        elif text[position] == "[":
            array = text.startswith("[[", position)
            names = split_key(text[position + (2 if array else 1) : end])
            table = ()
            for name in names[:-1]:
                table = (*table, name)
                if table in counts:
                    table = (*table, counts[table] - 1)
            table = (*table, names[-1])
            if array:
                counts[table] = counts.get(table, 0) + 1
                table = (*table, counts[table] - 1)
            yield table, position
            position = end
        else:
            equals = _equals(text, position)
            path = (*table, *split_key(text[position:equals]))
            yield path, position
            position, inside = _value(text, equals + 1)
            for inner, where in inside:
                yield (*path, *inner), where


@dataclass(slots=True)
class Places:
    """Lines of one file. Calling it with a key path answers ``file:line``; an absent key answers its nearest parent."""

    file: str
    text: str = ""
    _lines: dict[Path, int] | None = field(default=None)

    def line(self, *path: str | int) -> int:
        if self._lines is None:
            self._lines = {}
            for known, position in _statements(self.text):
                self._lines.setdefault(known, self.text.count("\n", 0, position) + 1)
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines[path] if path else 1

    def __call__(self, *path: str | int | Path) -> str:
        """``where("step", 2, "to")`` or, for readers that keep paths, ``where(("step", 2, "to"))``."""
        parts = path[0] if len(path) == 1 and isinstance(path[0], tuple) else path
        return f"{self.file}:{self.line(*parts)}"  # type: ignore[arg-type]
