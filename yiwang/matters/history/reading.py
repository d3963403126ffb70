"""Rows of an event log, streamed: CSV with a header, XES (IEEE 1849), either of them gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, ParseError, iterparse

from yiwang.kernel.refusal import Refusal

LONGEST_CELL = 1 << 20
Row = tuple[int, list[str]]  # row (CSV line, XES event number) and the wanted cells, "" where there is none


class BadLog(Refusal):
    """The file cannot be read as an event log at all."""

    code = "history-log"


def rows(path: Path, wanted: Sequence[str], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> Iterator[Row]:
    """The wanted columns of every event, in the order of the file. ``BadLog`` if a column or the file is not there.

    Attributes of an XES trace are columns that begin with ``case:``.
    """
    kind = _kind(path)
    try:
        with _opened(path) as stream:
            if kind == "xes":
                yield from _xes(stream, wanted)
            else:
                text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
                yield from _csv(text, wanted, delimiter)
    except OSError as error:
        raise BadLog(f"读不了日志文件 {path.name}：{error.strerror or error}。") from error
    except (EOFError, zlib.error) as error:
        raise BadLog(f"日志文件 {path.name} 的压缩内容不完整。") from error
    except ParseError as error:
        raise BadLog(f"日志文件 {path.name} 不是完整的 XES：{error}。") from error
    except LookupError as error:
        raise BadLog(f"不认识的字符编码 {encoding}。") from error


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    if last not in {".csv", ".txt", ".xes"}:
        raise BadLog(f"只认 .csv、.xes 和它们的 .gz，不认 {path.name}。")
    return "xes" if last == ".xes" else "csv"


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def _csv(text: IO[str], wanted: Sequence[str], delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
    try:
        header = [cell.strip() for cell in next(reader)]
    except StopIteration:
        raise BadLog("日志文件是空的。") from None
    missing = [name for name in wanted if name not in header]
    if missing:
        raise BadLog(f"日志没有这些列：{'、'.join(missing)}。现有：{'、'.join(header[:40])}。")
    places = [header.index(name) for name in wanted]
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:  # one row out of shape is one row refused: it has neither case nor time
            yield reader.line_num, [""] * len(places)
            continue
        if row:
            width = len(row)
            yield reader.line_num, [row[place].strip() if place < width else "" for place in places]


def _xes(stream: IO[bytes], wanted: Sequence[str]) -> Iterator[Row]:
    number = 0
    root: Element | None = None
    depth = 0
    for what, element in iterparse(stream, events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if what == "start":
            root = element if root is None else root
            depth += tag == "trace"
            continue
        if tag == "trace":
            depth -= 1
            about = {f"case:{key}": value for key, value in _attributes(element)}
            for event in element:
                if event.tag.rpartition("}")[2] == "event":
                    number += 1
                    said = dict(about)
                    said.update(_attributes(event))
                    yield number, [said.get(name, "") for name in wanted]
            if root is not None:
                root.clear()  # a log is far larger than a trace: what has been read is let go
        elif tag == "event" and not depth:  # an event outside any trace has no case
            number += 1
            said = dict(_attributes(element))
            yield number, [said.get(name, "") for name in wanted]


def _attributes(element: Element) -> Iterator[tuple[str, Any]]:
    for child in element:
        key = child.get("key")
        if key is not None:
            yield key, (child.get("value") or "").strip()
