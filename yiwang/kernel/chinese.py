"""Chinese text as a machine can count it: one spelling, dictionary words, pairs of characters. Plain Python."""

from __future__ import annotations

import re
import unicodedata

HAN = re.compile(r"[㐀-鿿]+")


def normal(text: str) -> str:
    """Full-width to half-width, lower case, no space or punctuation."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in text if unicodedata.category(char)[0] in "LN")


def words(text: str) -> list[str]:
    """Dictionary words of at least two characters, finest first; single characters are found by pairs."""
    import rjieba  # its dictionary takes a while to read: paid by the first search, not by every start

    return [word for word in dict.fromkeys(rjieba.cut_for_search(text)) if len(word) > 1]


def pairs(text: str) -> list[str]:
    """Neighbouring characters within each run of Chinese."""
    return list(dict.fromkeys(run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)))
