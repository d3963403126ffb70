"""Chinese text as a machine can count it: one spelling, dictionary words, pairs of characters. Plain Python."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

HAN = re.compile(r"[㐀-鿿]+")


def normal(text: str) -> str:
    """Full-width to half-width, lower case, no space or punctuation."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in text if unicodedata.category(char)[0] in "LN")


def words(text: str) -> list[str]:
    """Dictionary words of at least two characters, finest first; single characters are found by pairs."""
    import rjieba  # its dictionary takes a while to read: paid by the first search, not by every start

    return [word for word in dict.fromkeys(rjieba.cut_for_search(text)) if len(word) > 1]


@dataclass(frozen=True, slots=True)
class Token:
    """A word where it stands in a text, with the dictionary's tag: ``nr`` a person's name, ``n`` a noun."""

    start: int
    word: str
    tag: str


def tagged(text: str) -> list[Token]:
    """The text parted into words as a dictionary parts it; names it does not hold are guessed from their characters."""
    import rjieba  # as in words()

    found, start = [], 0
    for word, tag in rjieba.tag(text, True):
        found.append(Token(start, word, tag))
        start += len(word)
    return found


def pairs(text: str) -> list[str]:
    """Neighbouring characters within each run of Chinese."""
    return list(dict.fromkeys(run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)))
