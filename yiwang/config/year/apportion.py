"""A total split by weights without losing or adding one: the largest remainders get what rounding down leaves."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from yiwang.kernel.refusal import Refusal

Key = TypeVar("Key")
Number = int | float | Fraction


def apportion(total: int, weights: Mapping[Key, Number]) -> dict[Key, int]:
    """``total`` by ``weights`` (largest remainder; equal remainders go to the earlier key). Weights that add up to the
    total come out as they are."""
    shares = {key: Fraction(weight).limit_denominator(10**9) for key, weight in weights.items()}
    whole = sum(shares.values())
    if not whole:
        if total:
            raise Refusal("没有任何权重，无法分摊总数。", code="year-weights")
        return dict.fromkeys(weights, 0)
    exact = {key: total * share / whole for key, share in shares.items()}
    found = {key: int(value) for key, value in exact.items()}
    order = {key: place for place, key in enumerate(found)}
    missing = total - sum(found.values())
    for key in sorted(found, key=lambda key: (found[key] - exact[key], order[key]))[:missing]:
        found[key] += 1
    return found


def within(
    rows: Mapping[Key, int], columns: Mapping[str, int], open_to: Mapping[Key, set[str]]
) -> dict[Key, dict[str, int]]:
    """A table with exactly these row and column sums, cells only where a row is open to a column, near proportion.

    Rows open to one column are settled first; what is left of each column is spread over the others. Refuses sums that
    cannot be met.
    """
    table: dict[Key, dict[str, int]] = {row: {} for row in rows}
    left, room = dict(columns), dict(rows)
    for row, allowed in open_to.items():
        if len(allowed) == 1:
            column = next(iter(allowed))
            table[row][column] = room[row]
            left[column] = left.get(column, 0) - room[row]
            room[row] = 0
    for column in sorted(left):
        wanted = left[column]
        free = {row: room[row] for row in rows if room[row] and column in open_to[row]}
        later = {row: open_to[row] & {one for one in left if one > column} for row in free}
        if wanted < 0 or wanted > sum(free.values()):
            raise Refusal(f"各部门合计与“{column}”的总数合不上。", code="year-types")
        must = {row: count for row, count in free.items() if not later[row]}
        spare = wanted - sum(must.values())
        if spare < 0:
            raise Refusal(f"各部门合计与“{column}”的总数合不上。", code="year-types")
        given = {**must, **apportion(spare, {row: n for row, n in free.items() if row not in must})}
        for row, count in given.items():
            table[row][column] = count
            room[row] -= count
    if any(room.values()):
        raise Refusal("各部门合计与各类型合计合不上。", code="year-types")
    return table
