"""A figure with its 口径 card, as rules, exports and files know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yiwang.insight.reports.rules import printing

COMPUTED, IMPORTED, REPORTED = "computed", "imported", "reported"
KINDS = {COMPUTED: "系统计算", IMPORTED: "外部数据", REPORTED: "单位填报"}
FILLED, UNFILLED, DOUBTFUL, CONFIRMED = "filled", "unfilled", "doubtful", "confirmed"


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of a report. ``value`` in ``unit`` (a percentage in hundredths); period ``[from_on, until_on)``.

    ``scope`` is an organ's code, empty for the whole county. ``parts`` are figures that add up to this one, ``of`` the two
    it is a share of. ``last_value`` is the same figure a year earlier at the same cut-off day.
    """

    name: str
    title: str
    kind: str
    unit: str
    from_on: date
    until_on: date
    cut_off: datetime
    places: int = 0
    scale: int = 1
    scope: str = ""
    indicator: str = ""
    indicator_version: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    rows: int | None = None
    rows_digest: str = ""
    facts_as_of: datetime | None = None
    parts: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    note: str = ""
    confirmed_by: str = ""
    source: str = ""
    batch: str = ""
    evidence: str = ""
    signer: str = ""
    last_value: Decimal | None = None
    last_note: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def printed(self) -> str:
        return printing.printed(self.value, unit=self.unit, places=self.places, scale=self.scale)

    @property
    def step(self) -> Decimal:
        return printing.step(places=self.places, scale=self.scale)

    @property
    def status(self) -> str:
        if self.value is None:
            return UNFILLED
        return CONFIRMED if self.confirmed_by else FILLED

    @property
    def change(self) -> Decimal | None:
        """Against last year in hundredths (in points for a percentage); ``None`` where last year has no figure."""
        if self.value is None or self.last_value is None:
            return None
        if self.unit == printing.PERCENT:
            return self.value - self.last_value
        return (self.value - self.last_value) * 100 / self.last_value if self.last_value else None
