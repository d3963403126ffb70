"""Inspections for machines: published results, and draws with all that is needed to run them again. Nothing of a person."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from yiwang.foundation.calendar.today import day_of, now
from yiwang.governance.inspections import queries
from yiwang.web.problems import Problem

router = Router()

Code = Annotated[str, Path(max_length=24, pattern=r"^CQ-[0-9]{4}-[0-9]{4}-[0-9]{2,3}$", description="抽取编号")]
Text = Annotated[str, Query(max_length=60, pattern=r"^[^\x00]*$", description="检查对象名称的一部分，或者编码")]


class ResultOut(Schema):
    subject: str = Field(description="检查对象")
    code: str = Field(description="检查对象编码")
    title: str = Field(description="检查内容")
    organ: str = Field(description="牵头单位")
    source: str = Field(description="检查来源")
    visited_on: date
    outcome: str = Field(description="检查结果")
    published_on: date


class ResultsOut(Schema):
    items: list[ResultOut]


class SealingCheckpointOut(Schema):
    number: int
    digest: str


class PublicOut(Schema):
    name: str
    value: str


class VisitOut(Schema):
    object: str
    inspectors: dict[str, list[str]] = Field(description="单位代号 → 检查人员执法证号")


class ReplacementOut(Schema):
    kind: str
    object: str
    out: str
    into: str


class DrawOut(Schema):
    """What ``./yw draw verify`` reads."""

    format: str
    number: str
    plan: str
    frozen: str = Field(description="名单原文，digest 是它的 SHA-256")
    digest: str
    frozen_at: str
    checkpoint: SealingCheckpointOut
    public: PublicOut | None
    seed: str
    drawn_at: str
    drawn: list[VisitOut]
    replacements: list[ReplacementOut]
    visits: list[VisitOut]


@router.get("inspections/results", response={200: ResultsOut, 422: Problem}, summary="检查结果公示")
def results(request: HttpRequest, text: Text = "") -> Any:
    """The newest hundred published results."""
    rows, _ = queries.public_results(day_of(now()), text=text, size=100)
    return {"items": rows}


@router.get("inspections/draws/{code}", response={200: DrawOut, 404: Problem, 422: Problem}, summary="一次随机抽取")
def draw(request: HttpRequest, code: Code) -> Any:
    """The draw as it is verified offline; 404 while it is not drawn."""
    return queries.exported(queries.draw_of(code))
