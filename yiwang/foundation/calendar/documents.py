"""A holiday notice as a pack writes it: ``calendar/notices/<year>.toml``, a supplement in ``<year>-1.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from pydantic import Field, model_validator

from yiwang.foundation.calendar.rules import Notice
from yiwang.kernel import packs

PATTERN = "calendar/notices/*.toml"
LONGEST_HOLIDAY = 20


class HolidayPart(packs.Row):
    """One numbered point of a notice: the days off, first and last included, and the working weekends."""

    name: str = Field(min_length=1, max_length=20)
    off: tuple[date, date]
    work: list[date] = []

    @model_validator(mode="after")
    def _in_order(self) -> HolidayPart:
        if not 0 <= (self.off[1] - self.off[0]).days < LONGEST_HOLIDAY:
            raise ValueError(f"off 须为 [首日, 末日]，首日不晚于末日，且不超过{LONGEST_HOLIDAY}天")
        return self

    def days(self) -> Iterable[date]:
        return (self.off[0] + timedelta(days=i) for i in range((self.off[1] - self.off[0]).days + 1))


class NoticeDocument(packs.Row):
    """A whole notice with where it can be read."""

    year: int
    supplement: int = Field(default=0, ge=0, le=99)
    title: str = Field(min_length=1, max_length=120)
    document_number: str = Field(min_length=1, max_length=60)
    issued_on: date
    source: str = Field(min_length=1, max_length=300)
    holiday: list[HolidayPart] = Field(min_length=1)

    def notice(self) -> Notice:
        """The days one by one, as the register keeps them."""
        return Notice(
            year=self.year,
            supplement=self.supplement,
            title=self.title,
            document_number=self.document_number,
            issued_on=self.issued_on,
            source=self.source,
            off={day: part.name for part in self.holiday for day in part.days()},
            makeup={day: part.name for part in self.holiday for day in part.work},
        )


def read_all(roots: Iterable[Path]) -> list[Notice]:
    """Every notice of these packs, by year and supplement. A broken file raises: packs are checked before they ship."""
    found = [
        NoticeDocument.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).notice()
        for root in roots
        for path in sorted(root.glob(PATTERN))
    ]
    return sorted(found, key=lambda notice: (notice.year, notice.supplement))
