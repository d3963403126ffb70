"""Orders that are one voice twice: kept on one side whenever a model is tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from yiwang.kernel.chinese import normal

MANNER = 12  # orders with the same passage above which it is a manner of speaking
DOUBLE = 0.7  # of the shorter text's prints: two orders are one voice twice


@dataclass(frozen=True, slots=True)
class Sample:
    """One closed order. ``text`` title and content, ``organ`` who really handled it, ``group`` what it is a double of."""

    text: str
    organ: str
    on: date
    topic: str = ""
    town: str = ""
    group: str = ""


def groups(samples: Sequence[Sample]) -> list[str]:
    """What must not be parted between learning and trying: merged orders, and texts most of which is the same."""
    from yiwang.governance.hotline.replies.copies import prints

    parent = list(range(len(samples)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    own = [frozenset(prints(sample.text)) for sample in samples]
    holders: dict[Any, list[int]] = {}
    for i, sample in enumerate(samples):
        for mark in [*own[i], *([f"={sample.group}"] if sample.group else []), f"#{normal(sample.text)}"]:
            holders.setdefault(mark, []).append(i)
    for mark, held in holders.items():
        if isinstance(mark, str):
            for other in held[1:]:
                parent[root(other)] = root(held[0])
        elif len(held) <= MANNER:  # a passage of many is a manner of speaking
            for one, other in combinations(held, 2):
                if root(one) != root(other) and len(own[one] & own[other]) >= DOUBLE * min(
                    len(own[one]), len(own[other])
                ):
                    parent[root(other)] = root(one)
    return [str(root(i)) for i in range(len(samples))]
