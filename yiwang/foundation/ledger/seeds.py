"""What packs declare about the ledger: when a deed counts as recorded late."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from yiwang.kernel import packs


class Lateness(packs.Rule):
    """A deed recorded more than ``late_after_hours`` after it happened is marked 数据迟报, and no card rests on it."""

    late_after_hours: Annotated[float, Field(gt=0, le=24 * 366)]


packs.kind("ledger", folder="ledger", schema=Lateness)
