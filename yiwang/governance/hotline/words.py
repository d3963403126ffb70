"""Chinese text as words to search by."""

from __future__ import annotations

import re

PUNCTUATION = re.compile(r"[\W_]+")


def tokens(text: str) -> list[str]:
    """Words of two characters and more, each once, in order; numbers and letters in lower case."""
    import rjieba  # its dictionary takes a while to read: paid by the first search, not by every start

    cut = rjieba.cut_for_search(PUNCTUATION.sub(" ", text.lower()))
    return [word for word in dict.fromkeys(cut) if len(word.strip()) > 1]
