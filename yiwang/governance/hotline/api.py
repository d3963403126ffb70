"""Orders for machines: those one may see, one with its clocks and steps. Codes and days; no caller. A step is taken as of any
matter."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline import queries
from yiwang.matters import queries as matters
from yiwang.matters.api import ClockOut
from yiwang.web.problems import UNSEEN
from yiwang.web.versions import tagged

router = Router(auth=django_auth)

Reference = Annotated[str, Path(max_length=24, pattern=r"^[0-9]{4}-[0-9]{6,}$", description="办理编号")]
CODE = r"^[a-z0-9-]{0,40}$"


class OrderRow(Schema):
    reference: str = Field(description="办理编号")
    number: str = Field(description="工单编号")
    title: str = Field(description="类型、主题、镇街，不含诉求人所说")
    kind: str
    urgent: bool
    firm: bool = Field(description="企业专线")
    organ: str = Field(description="承办单位，没有派单的为空")
    state: str
    received_at: datetime
    due_on: date | None = Field(description="最迟日")
    left: int | None = Field(description="剩余工作日，超期为负")
    urges: int = Field(description="催办次数")
    overseen: int = Field(description="督办次数")


class OrdersOut(Schema):
    items: list[OrderRow]
    next: str = Field(description="下一页的翻页标记，没有下一页的为空")


class OrderOut(Schema):
    reference: str
    number: str
    kind: str
    channel: str
    topic: str
    town: str = Field(description="镇街的行政区划代码")
    title: str = Field(description="诉求标题")
    content: str = Field(description="诉求内容，其中的证件号码和手机号码已脱敏")
    place: str
    state: str
    designated: bool = Field(description="由裁定指定，不得退单")
    dispatches: int
    returns: int = Field(description="退单次数")
    answer: str
    first_satisfaction: str = Field(description="首次回访结果，不再改变")
    satisfaction: str = Field(description="最近一次回访结果")
    verdict: str = Field(description="研判结论")
    clocks: list[ClockOut]
    steps: list[str] = Field(description="当前可以办理的步骤")
    version: int = Field(description="变更序号，办理时以 If-Match 交回 /matters/{reference}/steps/{step}")


@router.get("/orders", response={200: OrdersOut, **UNSEEN}, summary="热线工单，紧急的在前，再按最迟日")
def orders(
    request: HttpRequest,
    show: Annotated[str, Query(pattern=CODE)] = "open",
    topic: Annotated[str, Query(pattern=CODE)] = "",
    town: Annotated[str, Query(pattern=CODE)] = "",
    before: Annotated[str, Query(max_length=7, pattern=r"^[0-9]*$", description="上一页返回的 next")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> dict[str, Any]:
    by, on = doer(request), day_of(now())
    rows, following = queries.board(by, on, show=show, topic=topic, town=town, before=before, size=limit)
    return {"items": [{name: getattr(row, name) for name in OrderRow.model_fields} for row in rows], "next": following}


@router.get("/orders/{reference}", response={200: OrderOut, **UNSEEN}, summary="一张工单，不含诉求人信息")
def order(request: HttpRequest, response: HttpResponse, reference: Reference) -> dict[str, Any]:
    by, on = doer(request), day_of(now())
    found, standing = queries.order(by, reference), matters.matter(by, reference)
    tagged(response, standing.version)
    own = {
        "reference": reference,
        "state": standing.state,
        "clocks": matters.explanations(by, standing, on),
        "steps": [each.step.name for each in matters.available_steps(by, standing)],
        "version": standing.version,
    }
    return {name: own[name] if name in own else getattr(found, name) for name in OrderOut.model_fields}
