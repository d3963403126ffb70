"""Sentences of what the house as a whole does."""

from __future__ import annotations

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "config.year-built": "按年度概况{profile}生成演示办件{accepted}件（虚构），其中办结{closed}件",
        "config.year-part-built": "按年度概况{profile}生成的{part}部分已经写成（虚构）",
    }
)
