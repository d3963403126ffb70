"""Rows of an event log, streamed: CSV with a header, XES (IEEE 1849), either of them gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError, iterparse

from yiwang.kernel import unread
from yiwang.kernel.refusal import Refusal
from yiwang.matters.history import tables

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
KINDS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xes": "xes"}

# row (CSV line, XES event number) and the wanted cells, "" where there is none; ``None`` for a row out of shape
Row = tuple[int, list[str] | None]


class BadLog(Refusal):
    """The file cannot be read as an event log at all."""

    code = "history-log"


def rows(
    path: Path, wanted: Sequence[str], *, delimiter: str = ",", encoding: str = "", seen: Counter[str] | None = None
) -> Iterator[Row]:
    """The wanted columns of every event, in the order of the file. ``BadLog`` if a column or the file is not there.

    Attributes of an XES trace are columns that begin with ``case:``. Without an encoding a byte order mark decides, else
    UTF-8; a byte that is no text in it stays as ``\\xNN``, and ``seen["garbled"]`` counts such lines.
    """
    kind = _kind(path)
    seen = Counter() if seen is None else seen
    try:
        with _opened(path) as stream:
            if kind == "xes":
                yield from _xes(stream, wanted)
            else:
                text = io.TextIOWrapper(stream, _encoding(stream, encoding), errors="surrogateescape", newline="")
                yield from _csv(text, wanted, delimiter, seen)
    except OSError as error:
        raise BadLog(f"读不了日志文件 {path.name}：{unread.why(error)}。") from error
    except (EOFError, zlib.error) as error:
        raise BadLog(f"日志文件 {path.name} 的压缩内容不完整。") from error
    except ParseError as error:
        raise BadLog(f"日志文件 {path.name} 不是完整的 XES：{error}。") from error
    except LookupError as error:
        raise BadLog(f"不认识的字符编码 {encoding}。") from error
    except ValueError as error:  # an encoding that cannot be what the file is written in
        raise BadLog(f"日志文件 {path.name} 的字符编码读不了：{error}。") from error


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    kind = KINDS.get(suffixes[-1] if suffixes else "")
    if kind is None:
        raise BadLog(f"只认 .csv、.tsv、.txt、.xes 和它们的 .gz，不认 {path.name}。")
    return kind


def _opened(path: Path) -> io.BufferedReader:
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(cast(io.RawIOBase, gzip.open(path, "rb")))
    return path.open("rb")


def _encoding(stream: io.BufferedReader, declared: str) -> str:
    if declared:
        return declared
    head = stream.peek(4)[:3]
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), "utf-8")


def _csv(text: IO[str], wanted: Sequence[str], delimiter: str, seen: Counter[str]) -> Iterator[Row]:
    lines = tables.Lines(text, seen)
    try:
        header = tables.header_of(lines, delimiter)
    except (StopIteration, csv.Error):
        raise BadLog("日志文件是空的，或者第一行不是列名。") from None
    missing = [name for name in wanted if name not in header]
    if missing:
        raise BadLog(f"日志没有这些列：{'、'.join(missing)}。现有：{'、'.join(header[:40])}。")
    yield from tables.rows(lines, [header.index(name) for name in wanted], delimiter)


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
                    said = {**about, **dict(_attributes(event))}
                    yield number, [said.get(name, "") for name in wanted]
            if root is not None:
                root.clear()  # a log is far larger than a trace: what has been read is let go
        elif tag == "event" and not depth:  # an event outside any trace has no case
            number += 1
            said = dict(_attributes(element))
            yield number, [said.get(name, "") for name in wanted]
            if root is not None:
                root.clear()


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for child in element:
        key = child.get("key")
        if key is None:
            continue
        value = child.get("value")
        if value is None and len(child):  # a list or container: what its members say, in order
            value = "、".join(said for member in child.iter() if (said := member.get("value")))
        yield key, (value or "").strip()
