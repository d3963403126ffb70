"""The text of a report: sections of paragraphs with names of figures in double braces, and where each figure came to stand.

Nothing but a name may stand in the braces: no expression, no filter, nothing a text could do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yiwang.kernel.refusal import Fault, Refusal

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
TAG = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,59})\s*\}\}")
GIVEN = ("year", "next_year", "last_year", "organ", "cut_off")  # what every text may name besides figures
BLANK = "〔　　〕"  # what stands for a figure that has no value yet
NUMERALS = "一二三四五六七八九十"
LEVELS = (
    (2, re.compile(r"^（[一二三四五六七八九十]{1,3}）")),
    (3, re.compile(r"^\d{1,2}[.．](?!\d)")),
    (4, re.compile(r"^（\d{1,2}）")),
)
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """One section: ``code`` is stable, ``text`` has a paragraph a line and names in braces."""

    code: str
    title: str
    text: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the printed text; ``figure`` is the name it was printed for, empty for the text's own words."""

    text: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``level`` 1 is a section's title (一、), 2 to 4 the headings of GB/T 9704, 0 plain text. ``section`` is its code."""

    section: str
    level: int
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a figure stands in the whole text."""

    figure: str
    start: int
    end: int
    section: str


def numeral(position: int) -> str:
    """一, 二 … 十, 十一 … 九十九 (``position`` from 1)."""
    tens, ones = divmod(position, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def level_of(line: str) -> int:
    """The heading level a paragraph begins with, 0 for plain text."""
    return next((level for level, begins in LEVELS if begins.match(line)), 0)


def heading_end(line: str) -> int:
    """How much of a paragraph is its heading: a short line without a stop wholly, else up to the first full stop."""
    if not level_of(line):
        return 0
    stop = line.find("。")
    return len(line) if stop < 0 and len(line) <= 40 else stop + 1


def names(text: str) -> list[str]:
    """Names in braces, in order, each once."""
    return list(dict.fromkeys(TAG.findall(text)))


def refuse_unknown(text: str, known: Iterable[str], *, field: str = "text") -> None:
    """Refuse braces that hold anything but a known name, and a text that is too long or has control characters."""
    faults = []
    known = {*known, *GIVEN}
    if len(text) > LONGEST:
        faults.append(Fault(field, f"一节最多{LONGEST}字。", "too-long"))
    if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text):
        faults.append(Fault(field, "正文里有不能显示的控制字符，请删去后再保存。", "control"))
    left = TAG.sub("", text)
    if "{{" in left or "}}" in left or "{%" in left or "{#" in left:
        faults.append(Fault(field, "双花括号里只能写数据的名称，如 {{ accepted }}。", "tag"))
    for name in names(text):
        if name not in known:
            faults.append(Fault(field, f"没有名称为 {name} 的数据，请先在“数据”里登记。", "unknown-figure"))
    if faults:
        raise Refusal(faults[0].says, code="report-text", faults=faults)


def tidy(text: str) -> str:
    """A paragraph a line, no blank lines, no blanks at either end (the page indents by itself)."""
    lines = (line.strip(" \t\u3000") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def paragraphs(parts: Sequence[Part], values: Mapping[str, str]) -> list[Paragraph]:
    """The whole body in order: each section's numbered title, then its paragraphs, figures put in.

    ``values`` maps a name to what it prints; an empty value prints ``BLANK``. A section without text is left out, and
    those behind it move up.
    """
    found: list[Paragraph] = []
    shown = [part for part in parts if tidy(part.text)]
    for position, part in enumerate(shown, 1):
        found.append(Paragraph(part.code, 1, (Piece(f"{numeral(position)}、{part.title}"),)))
        for line in tidy(part.text).split("\n"):
            found.append(Paragraph(part.code, level_of(line), tuple(_pieces(line, values))))
    return found


def _pieces(line: str, values: Mapping[str, str]) -> Iterable[Piece]:
    place = 0
    for tag in TAG.finditer(line):
        if tag.start() > place:
            yield Piece(line[place : tag.start()])
        yield Piece(values.get(tag[1]) or BLANK, tag[1])
        place = tag.end()
    if place < len(line):
        yield Piece(line[place:])


def joined(before: Sequence[str], body: Sequence[Paragraph], behind: Sequence[str]) -> tuple[str, list[Stand]]:
    """The whole text, a paragraph a line, and where each figure stands in it. ``before``: title and addressees;
    ``behind``: organ, day, copies."""
    text = "".join(f"{line}\n" for line in before)
    stands: list[Stand] = []
    for paragraph in body:
        for piece in paragraph.pieces:
            if piece.figure:
                stands.append(Stand(piece.figure, len(text), len(text) + len(piece.text), paragraph.section))
            text += piece.text
        text += "\n"
    return text + "\n".join(behind), stands
