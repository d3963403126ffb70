"""How a text becomes terms, which of them are worth looking up, and how alike two texts are. Pure.

A term is a pair of neighbouring Chinese characters, kept as a number: it needs no dictionary for the names of streets and
estates, and half a sentence already has some. Weights follow how rare a term is among the county's own orders.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping

from yiwang.kernel.chinese import HAN, pairs

LONGEST = 1_200  # characters of title and content that count
MOST_LOOKED_UP = 24
MOST_CANDIDATES = 500  # how many orders the terms looked up may be in, all together, beyond the first two terms


def number(pair: str) -> int:
    """A pair as a signed 32-bit number, the same on every machine."""
    return zlib.crc32(pair.encode()) - 2**31


def numbers(text: str) -> list[int]:
    """The terms of a text, each once, sorted."""
    return sorted({number(pair) for pair in pairs(text[:LONGEST])})


def weight(orders: int, of: int) -> float:
    """How much a term tells that stands in ``orders`` of ``of`` orders: nothing where it stands in all."""
    return math.log((of + 1) / (orders + 1)) + 0.05


def weights(terms: Iterable[int], counts: Mapping[int, int], of: int) -> dict[int, float]:
    """Term → weight; a term never counted before is the rarest of all."""
    return {term: weight(counts.get(term, 0), of) for term in terms}


def rarest(terms: Iterable[int], counts: Mapping[int, int]) -> list[int]:
    """The terms to look up: rarest first, until the index would answer more than is worth reading."""
    chosen: list[int] = []
    reach = 0
    for term in sorted(terms, key=lambda term: (counts.get(term, 0), term)):
        reach += counts.get(term, 0)
        if len(chosen) >= 2 and (reach > MOST_CANDIDATES or len(chosen) >= MOST_LOOKED_UP):
            break
        chosen.append(term)
    return chosen


def likeness(shared: Iterable[int], weighed: Mapping[int, float]) -> float:
    """Share of what one text says (by weight) that another says too: 0 to 1."""
    whole = sum(weighed.values())
    return sum(weighed[term] for term in shared) / whole if whole else 0.0


def shared_words(text: str, shared: frozenset[int] | set[int], most: int = 6) -> list[str]:
    """The runs of ``text`` that another text has too, longest first: words of the text somebody typed, nobody else's."""
    found: dict[str, None] = {}
    for run in HAN.findall(text[:LONGEST]):
        begin = 0
        for i in range(len(run)):
            last = i == len(run) - 1
            if last or number(run[i : i + 2]) not in shared:
                if i > begin:
                    found[run[begin : i + 1]] = None
                begin = i + 1
    told: list[str] = []
    for word in sorted(found, key=lambda word: -len(word)):
        if not any(word in longer for longer in told):
            told.append(word)
    return told[:most]
