"""What packs may declare: indicators. Read at start, so that packs are checked against the facts that modules publish."""

from yiwang.insight.indicators import declarations

__all__ = ["declarations"]
