"""The text of a report cut into pieces for the page: plain pieces and pieces a claim rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.plain import Text

TITLES = {
    "sum": "分项与合计",
    "ratio": "比率",
    "share": "占比",
    "difference": "变化",
    "repeat": "前后两处",
    "date": "日期",
    "text": "文字",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim as the page lists it; ``number`` ties it to its mark in the text, ``mark`` is the one to go to: another's
    where the whole of its own lies inside it; ``open`` if nobody can tell (无法核对)."""

    number: int
    mark: int
    title: str
    wrong: bool
    open: bool
    says: str
    quote: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; ``number`` is the finding it belongs to (0: none), ``first`` its first piece."""

    text: str
    number: int = 0
    wrong: bool = False
    first: bool = False


def findings(text: Text, claims: Sequence[Claim]) -> list[Finding]:
    """Wrong ones first, each group in the order of the text."""
    ordered, owner = _owners(text, claims)
    marked = set(owner)
    return [
        Finding(
            number,
            number if number in marked else owner[text.span(claim.start, claim.end)[0]],
            TITLES[claim.kind],
            claim.wrong,
            claim.verdict == "unverifiable",
            claim.says,
            " ".join(str(claim.as_dict(text)["quote"]).split()),
        )
        for number, claim in enumerate(ordered, 1)
    ]


def _owners(text: Text, claims: Sequence[Claim]) -> tuple[list[Claim], list[int]]:
    """The claims as numbered, and for each sign of the text the number that marks it (0: none)."""
    ordered = sorted(claims, key=lambda claim: (not claim.wrong, claim.start))
    owner = [0] * len(text.raw)
    for number, claim in enumerate(ordered, 1):
        start, end = text.span(claim.start, claim.end)
        for place in range(start, end):
            owner[place] = owner[place] or number
    return ordered, owner


def pieces(text: Text, claims: Sequence[Claim]) -> list[Piece]:
    """The whole text in order. Where claims overlap, the wrong one marks, then the one that begins first."""
    ordered, owner = _owners(text, claims)
    cut: list[Piece] = []
    begun: set[int] = set()
    place = 0
    while place < len(text.raw):
        end = place
        while end < len(text.raw) and owner[end] == owner[place]:
            end += 1
        number = owner[place]
        cut.append(Piece(text.raw[place:end], number, bool(number) and ordered[number - 1].wrong, number not in begun))
        begun.add(number)
        place = end
    return cut
