"""Questions about orders, viewer first. What a viewer may not see is 404."""

from yiwang.governance.hotline.queries.board import SHOW, Row, board, counts, parts_of_unit
from yiwang.governance.hotline.queries.callers import caller_of, calls_without_order, unsealed
from yiwang.governance.hotline.queries.order import (
    OVERSEER,
    Answered,
    accused,
    answers_of_parts,
    at_desk,
    complainable,
    hotline_organ,
    number_of,
    order,
    overseer,
    overseer_of,
    part,
    rule,
    towns,
    units,
    windows,
)
from yiwang.governance.hotline.queries.rulings import gaps, precedents, ruling
from yiwang.governance.hotline.queries.tracking import Tracked, called_for, mine, mine_one, tracked

__all__ = [
    "OVERSEER",
    "SHOW",
    "Answered",
    "Row",
    "Tracked",
    "accused",
    "answers_of_parts",
    "at_desk",
    "board",
    "called_for",
    "caller_of",
    "calls_without_order",
    "complainable",
    "counts",
    "gaps",
    "hotline_organ",
    "mine",
    "mine_one",
    "number_of",
    "order",
    "overseer",
    "overseer_of",
    "part",
    "parts_of_unit",
    "precedents",
    "rule",
    "ruling",
    "towns",
    "tracked",
    "units",
    "unsealed",
    "windows",
]
