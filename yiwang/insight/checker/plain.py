"""A text as the finders read it: full-width digits narrowed, spaces and broken lines closed up, every sign with its place.

Offsets in the result lead back to the extracted text, whose line ends are LF.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

NARROW = {ord("０") + n: str(n) for n in range(10)} | {
    **{ord("Ａ") + n: chr(ord("A") + n) for n in range(26)},
    **{ord("ａ") + n: chr(ord("a") + n) for n in range(26)},
    ord("％"): "%",
    ord("．"): ".",
    ord("（"): "(",
    ord("）"): ")",
    ord("［"): "[",
    ord("］"): "]",
    ord("＋"): "+",
    ord("，"): "，",
    ord("\u3000"): " ",
    ord("\xa0"): " ",
}
WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
ENDS = "。！？；：，、!?;:,…"
STOPS = "。！？；：!?;:"
# how a paragraph begins that is no continuation of a broken line
HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．是]|[(（]\s*[一二三四五六七八九十\d]{1,3}\s*[)）]|\d{1,2}[.．、)）](?!\d)|第[一二三四五六七八九十\d]+[章条部节]|#|附件|抄送|主送|[-—=|]{3})"
)
MARKUP = re.compile(r"^\s{0,3}#{1,6}\s+|\*{1,3}|`|</?(?:b|strong|em|i|u|sup|sub)>", re.M)
LONGEST = 1500  # signs a sentence may have
ROW = re.compile(r"\t|\S *[|｜] *\S")  # a row of a table, its cells apart
SHORT = 18  # a line of fewer signs that does not end a sentence is a heading, not a broken line


@dataclass(frozen=True, slots=True)
class Text:
    """``raw`` is the extracted text, ``flat`` the text as read, ``at[i]`` where ``flat[i]`` stands in ``raw``."""

    raw: str
    flat: str
    at: tuple[int, ...]
    stops: tuple[int, ...]  # offsets in ``flat`` just behind the end of each sentence

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in ``raw`` of ``flat[start:end]``."""
        return self.at[start], self.at[end - 1] + 1

    def sentence(self, place: int) -> int:
        """The number of the sentence in which ``flat[place]`` stands, counted from 0."""
        return bisect_left(self.stops, place + 1)

    def bounds(self, sentence: int) -> tuple[int, int]:
        """Begin and end of a sentence in ``flat``."""
        return (self.stops[sentence - 1] if sentence else 0), self.stops[sentence]


def read(raw: str) -> Text:
    """Flatten a text. Markdown emphasis and heading signs are skipped, as are blanks that only broke a line or a number."""
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    skipped = {place for match in MARKUP.finditer(raw) for place in range(*match.span())}
    signs: list[str] = []
    at: list[int] = []
    gap = ""  # blanks not yet decided upon: "" none, " " within a line, "\n" a line's end
    behind = 0
    for place, sign in enumerate(raw):
        if place in skipped:
            continue
        narrow = sign.translate(NARROW)
        if narrow.isspace() or sign in "\u200b\ufeff":
            gap = "\n" if "\n" in (gap, sign) else " "
            continue
        if gap and signs:
            kept = _kept(raw, signs, gap, place, behind)
            if kept:
                signs.append(kept)
                at.append(place - 1)
        gap = ""
        narrow = WIDE.get(narrow, narrow)
        if narrow == "，" and sign == "," and _groups(raw, place):
            continue
        signs.append(narrow)
        at.append(place)
        behind = place
    flat = "".join(signs)
    return Text(raw, flat, tuple(at), _stops(flat))


def _groups(raw: str, place: int) -> bool:
    """True for the comma of 159,524: one to three digits before it, exactly three behind."""
    before = re.search(r"(?<![\d.])\d{1,3}(?:,\d{3})*$", raw[max(0, place - 16) : place])
    return bool(before and re.match(r"\d{3}(?!\d)", raw[place + 1 : place + 5]))


def _kept(raw: str, signs: list[str], gap: str, place: int, behind: int) -> str:
    """What stands for a gap: nothing where it only broke a line or a number, a blank between numbers, or a line's end."""
    last, sign = signs[-1], raw[place].translate(NARROW)
    if "\t" in raw[behind + 1 : place] and gap == " ":
        return "，"  # cells of a table
    if gap == "\n":
        line = raw[raw.rfind("\n", 0, behind) + 1 : behind + 1].strip()
        if ROW.search(line) or ROW.search(raw[place : raw.find("\n", place) + 1 or None]):
            return "\n"
        if last in STOPS or HEADING.match(raw[place : place + 12]) or line.startswith(("#", "|")):
            return "\n"
        if last not in ENDS and len(line) < SHORT and not last.isdigit() and not _goes_on(raw, place):
            return "\n"
    if (last.isdigit() or last == ".") and (sign.isdigit() or sign == "."):
        return "" if _one_number(raw, behind, place) else " "
    if last.isascii() and last.isalnum() and sign.isascii() and sign.isalnum():
        return " " if not (last.isdigit() or sign.isdigit()) else ""
    return ""


def _goes_on(raw: str, place: int) -> bool:
    """True if the line that begins here has a sentence in it, so that the short line before may be part of it."""
    end = raw.find("\n", place)
    return raw[place] in "，、；。）)%％" or bool(
        re.match(r"[^\n]{0,6}[，。；]|\d+[宗件个项人次户条万亿%]", raw[place : end if end > 0 else None])
    )


def _one_number(raw: str, behind: int, place: int) -> bool:
    """True if the digits before and behind a gap are one number: 159 524 in groups, 1 5 9 digit by digit, a broken line."""
    left = re.search(r"[\d０-９.．]+$", raw[: behind + 1])
    right = re.match(r"[\d０-９.．]+", raw[place:])
    assert left
    assert right
    a, b = left.group().translate(NARROW), right.group().translate(NARROW)
    follows = raw[place + len(right.group()) :].lstrip()[:1]
    earlier = raw[: left.start()].rstrip()[-1:]
    alone = not earlier.isdigit() and not follows.isdigit()
    if "\n" in raw[behind + 1 : place]:
        return alone and "\n" not in raw[left.start() : behind + 1] and not follows.isspace()
    if a.endswith(".") or b.startswith("."):
        return alone
    if len(a) == 1 and len(b) == 1:
        return True
    return alone and 1 <= len(a) <= 3 and len(b) == 3 and "." not in a


def _stops(flat: str) -> tuple[int, ...]:
    """A sentence ends behind 。！？ (with a closing mark and a line's end that follow) and at a line's end."""
    found = [match.end() for match in re.finditer(r"[。！？](?:[”’」』)])*\n?|\n", flat)]
    if not found or found[-1] != len(flat):
        found.append(len(flat))
    stops, begin = [], 0
    for end in found:
        while end - begin > LONGEST:  # no sentence, but a table or a list without stops
            begin = flat.rfind("，", begin, begin + LONGEST) + 1 or begin + LONGEST
            stops.append(begin)
        stops.append(end)
        begin = end
    return tuple(stops)
