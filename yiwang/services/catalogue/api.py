"""The catalogue for machines: public, read-only. Lists go by keyset: pass ``next`` of one page as ``after``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from yiwang.foundation.calendar.today import today
from yiwang.foundation.organs.queries import organ_names
from yiwang.kernel.refusal import NotFound
from yiwang.services.catalogue import codes, queries
from yiwang.services.catalogue.models import Guide, Item
from yiwang.web.paging import Page

router = Router()

Code = Annotated[str, Field(max_length=80)]


class ItemOut(Schema):
    """One service item. Codes are those of GB/T 39046-2020 Annex A."""

    code: str = Field(description="事项编码")
    name: str = Field(description="事项名称")
    main_name: str = Field(description="主项名称")
    type: str = Field(description="事项类型代码")
    type_name: str
    organ: str = Field(description="实施主体")
    exercise_level: str = Field(description="行使层级代码")
    task_code: str = Field(description="实施编码")
    themes: list[str] = Field(description="服务主题")
    has_guide: bool = Field(description="是否有施行中的办事指南")


class ItemPage(Page[ItemOut, str]):
    """Service items, by code."""


class HitOut(Schema):
    code: str
    name: str
    type: str
    organ: str
    score: float


class Found(Schema):
    total: int
    items: list[HitOut]


class CountOut(Schema):
    code: str
    name: str
    count: int


class CountsOut(Schema):
    total: int
    types: list[CountOut]
    organs: list[CountOut]
    themes: list[CountOut]


class GuideOut(Schema):
    """The version in force. ``document`` is the whole declaration."""

    item_code: str
    version: int
    edition: str
    from_on: date | None
    until_on: date | None
    legal_days: int | None
    legal_unit: str
    promised_days: int | None
    promised_unit: str
    handling_type: str
    chain: str
    document: dict[str, Any]


class CodeOut(Schema):
    code: str
    name: str


@router.get("/items", response=ItemPage, summary="事项列表")
def items(
    request: HttpRequest,
    type: Annotated[str, Query(max_length=2)] = "",
    organ: Annotated[str, Query(max_length=60)] = "",
    theme: Annotated[str, Query(max_length=40)] = "",
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    found = (
        queries.items(on=today(), type=type, organ=organ, theme=theme)
        .filter(code__gt=after)
        .order_by("code")[: limit + 1]
    )
    rows = list(found)
    page = rows[:limit]
    return {"items": _items(page), "next": page[-1].code if len(rows) > limit else None}


@router.get("/items/counts", response=CountsOut, summary="按类型、部门、主题计数")
def counts(request: HttpRequest) -> queries.Counts:
    return queries.counts(on=today())


@router.get("/items/search", response=Found, summary="按群众说法查找事项")
def search(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=400)] = 0,
) -> dict[str, Any]:
    hits = queries.search(q, on=today(), limit=limit, offset=offset)
    names = organ_names([hit.organ_id for hit in hits.hits], today())
    return {
        "total": hits.total,
        "items": [
            {"code": h.code, "name": h.name, "type": h.type, "organ": names[h.organ_id], "score": round(h.score, 4)}
            for h in hits.hits
        ],
    }


@router.get("/items/{code}", response=ItemOut, summary="一个事项")
def item(request: HttpRequest, code: Annotated[Code, Path()]) -> dict[str, Any]:
    return _items([queries.item(code, on=today())])[0]


@router.get("/items/{code}/guide", response=GuideOut, summary="施行中的办事指南")
def guide(request: HttpRequest, code: Annotated[Code, Path()], on: date | None = None) -> dict[str, Any]:
    return _guide(queries.guide_in_force(code, on or today()))


@router.get("/codes/{which}", response=list[CodeOut], summary="代码表")
def code_list(
    request: HttpRequest,
    which: Literal[
        "type", "power-type", "level", "body", "object", "form", "handling", "special", "satisfaction", "theme"
    ],
) -> list[dict[str, str]]:
    found = codes.names(which, today())
    if not found:
        raise NotFound("没有载入这张代码表。", code="no-code-list")
    return [{"code": code, "name": name} for code, name in found.items()]


def _items(found: list[Item]) -> list[dict[str, Any]]:
    names = organ_names([one.organ_id for one in found], today())
    types = codes.names("type", today())
    guided = queries.guided([one.code for one in found], today())
    return [
        {
            "code": one.code,
            "name": one.name,
            "main_name": one.main_name,
            "type": one.type,
            "type_name": types.get(one.type, one.type),
            "organ": names[one.organ_id],
            "exercise_level": one.exercise_level,
            "task_code": one.task_code,
            "themes": one.themes,
            "has_guide": one.code in guided,
        }
        for one in found
    ]


def _guide(found: Guide) -> dict[str, Any]:
    period = found.in_force
    return {
        "item_code": found.item.code,
        "from_on": period.lower if period else None,
        "until_on": period.upper if period else None,
        **{
            name: getattr(found, name)
            for name in ("version", "edition", "legal_days", "legal_unit", "promised_days", "promised_unit")
        },
        **{name: getattr(found, name) for name in ("handling_type", "chain", "document")},
    }
