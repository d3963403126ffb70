"""Whether a reply is an earlier one again. Pure.

A text's *prints* are chosen hashes of its runs of characters (winnowing: the smallest of every window), so that any
passage of ``RUN + WINDOW - 1`` characters two texts share leaves a print in both. Prints tell nobody what was written.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.chinese import normal

RUN = 7  # characters hashed together
WINDOW = 6  # one print at least in every so many neighbouring runs


def bare(text: str, courtesies: Iterable[str]) -> str:
    """The text without courtesies, spaces, punctuation and figures: a copied reply with another day is still copied."""
    said = normal(text)
    for phrase in sorted(map(normal, courtesies), key=len, reverse=True):
        if phrase:
            said = said.replace(phrase, "")
    return "".join(char for char in said if not char.isdigit())


def prints(text: str, courtesies: Iterable[str] = ()) -> list[int]:
    """The prints of a text, sorted; signed 32-bit numbers. A text shorter than one run has none."""
    said = bare(text, courtesies)
    hashes = [zlib.crc32(said[i : i + RUN].encode()) - 2**31 for i in range(len(said) - RUN + 1)]
    if not hashes:
        return []
    last = max(len(hashes) - WINDOW + 1, 1)
    return sorted({min(hashes[i : i + WINDOW]) for i in range(last)})


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier reply of the same unit to somebody else: its order and its prints."""

    reference: str
    prints: Sequence[int]


@dataclass(frozen=True, slots=True)
class Copy:
    """The earlier reply most of this one is found in; ``percent`` of this one's prints."""

    reference: str
    percent: int


def likest(own: Sequence[int], earlier: Iterable[Any]) -> Copy | None:
    """Of ``earlier`` (``Earlier`` rows) the one holding most of these prints; ``None`` if none holds any."""
    mine = set(own)
    best: Copy | None = None
    for one in earlier:
        percent = 100 * len(mine.intersection(one.prints)) // max(len(mine), 1)
        if percent and (best is None or percent > best.percent):
            best = Copy(one.reference, percent)
    return best
