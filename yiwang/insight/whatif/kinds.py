"""What packs declare about what-if: office hours, how work is measured, how good a model must be."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import Field, model_validator

from yiwang.insight.whatif.rules.measuring import Work
from yiwang.insight.whatif.rules.trial import Demands
from yiwang.kernel import packs

KIND, RULE = "whatif", "whatif"


class DemandRow(packs.Row):
    """What a model must keep: see ``rules.trial.Demands``."""

    least: Annotated[int, Field(ge=10)]
    distance: Annotated[float, Field(gt=0, le=1)]
    points: Annotated[float, Field(gt=0, le=100)]
    days: Annotated[float, Field(ge=0, le=30)]
    cards: Annotated[int, Field(ge=0)]
    volume: Annotated[float, Field(gt=0, le=100)]
    few_cards: Annotated[int, Field(ge=1, le=1000)]


class WhatIfRule(packs.Rule):
    """Office hours (``sessions``, in order), minutes of work, rounds, days until a case counts as settled, demands."""

    sessions: Annotated[list[tuple[time, time]], Field(min_length=1, max_length=4)]
    most_minutes: Annotated[float, Field(gt=1, le=480)]
    usual_minutes: Annotated[float, Field(gt=0, le=480)]
    busy: Annotated[float, Field(gt=0, le=100)]
    few: Annotated[int, Field(ge=5)]
    longer: Annotated[float, Field(ge=0, le=1)]
    rounds: Annotated[int, Field(ge=5)]
    most_rounds: Annotated[int, Field(ge=5, le=1000)]
    settled_days: Annotated[int, Field(ge=0, le=200)]
    demands: DemandRow

    @model_validator(mode="after")
    def _in_order(self) -> WhatIfRule:
        flat = [moment for session in self.sessions for moment in session]
        if flat != sorted(set(flat)):
            raise ValueError("sessions 须按先后写，不能重叠")
        if self.rounds > self.most_rounds:
            raise ValueError("rounds 不能大于 most_rounds")
        return self

    @property
    def work(self) -> Work:
        return Work(self.most_minutes, self.few, self.usual_minutes, self.busy)

    @property
    def demanded(self) -> Demands:
        return Demands(**self.demands.model_dump())


packs.kind(KIND, folder="whatif", schema=WhatIfRule)
