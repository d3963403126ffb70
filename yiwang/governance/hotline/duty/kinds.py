"""What packs declare about duties: the county's own division of them, and how evidence is weighed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from yiwang.kernel import packs

DUTIES = "duty-map"
WEIGHING = "duty-weighing"
RULE = "hotline.duty"
OF_THE_PLACE = "@town"

Share = Annotated[float, Field(ge=0, lt=1)]
Source = Literal["ruling", "duty", "power", "item", "past", "learned", "place"]


class Duty(packs.Row):
    """One line of the division: ``organ`` (a code, or ``@town``: the government of the place) handles what is about one of
    ``topics`` and, where ``words`` are given, says one of them; nowhere where one of ``unless`` is said. ``towns`` limit it
    to places (division codes, prefixes too). ``basis`` is where it is written."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,48}$")]
    title: str
    organ: Annotated[str, Field(pattern=r"^(@town|[a-z][a-z0-9-]+)$")]
    topics: list[str] = []
    words: list[str] = []
    unless: list[str] = []
    towns: list[str] = []
    basis: str

    @model_validator(mode="after")
    def _about_something(self) -> Duty:
        if not self.topics and not self.words:
            raise ValueError("须写明 topics 或 words")
        return self


class Duties(packs.Rule):
    """职责分工清单 of a county."""

    duty: Annotated[list[Duty], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Duties:
        if len({one.id for one in self.duty}) < len(self.duty):
            raise ValueError("职责编号重复")
        return self


class Weight(packs.Row):
    source: Source
    weight: Share


class Weighing(packs.Rule):
    """``weight`` of each kind of evidence at its strongest. ``most`` proposals of at least ``least`` are shown. Past orders:
    ``past_years`` back, at least ``past_alike`` of the order's words shared. The classifier claims nothing under
    ``train_least`` orders, knows an organ from ``organ_least`` on, is tried in ``folds``, and on the last ``later_percent``."""

    weight: Annotated[list[Weight], Field(min_length=1)]
    most: Annotated[int, Field(ge=1, le=10)]
    least: Share
    past_years: Annotated[int, Field(ge=1, le=20)]
    past_alike: Share
    past_most: Annotated[int, Field(ge=1, le=100)]
    similar_days: Annotated[int, Field(ge=1, le=365)]
    similar_alike: Share
    similar_most: Annotated[int, Field(ge=1, le=20)]
    train_least: Annotated[int, Field(ge=20)]
    organ_least: Annotated[int, Field(ge=2)]
    folds: Annotated[int, Field(ge=2, le=20)]
    later_percent: Annotated[int, Field(ge=5, le=50)]
    hot_days: Annotated[int, Field(ge=1, le=60)]
    hot_days_before: Annotated[int, Field(ge=7, le=366)]
    hot_least: Annotated[int, Field(ge=2)]
    hot_surprise: Share

    @model_validator(mode="after")
    def _weighs_all(self) -> Weighing:
        if len({one.source for one in self.weight}) < 7 or len(self.weight) > 7:
            raise ValueError("七种依据各须有一个权重")
        return self

    def of(self, source: str) -> float:
        return next(one.weight for one in self.weight if one.source == source)


packs.kind(DUTIES, folder="duties", schema=Duties)
packs.kind(WEIGHING, folder="duty", schema=Weighing)
