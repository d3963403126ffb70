"""What the office keeps: rulings as precedents, matters without a listed power, knowledge, calls in which somebody looked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.forms import topics_of
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.kernel import names
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal
from yiwang.web import excel
from yiwang.web.deeds import or_again


@require_GET
@login_required
def rulings(request: HttpRequest) -> HttpResponse:
    """Precedents and what the 编办 is told of; as Excel on request."""
    return _rulings(request)


def _rulings(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    by, at = doer(request), now()
    on, topic = day_of(at), request.GET.get("topic", "")
    found = queries.precedents(by, topic=topic)
    named = organs.organ_names([one.organ_id for one in found], on)
    topics = {one.id: one.title for one in queries.rule(on).topic}
    rows = [(one, named.get(one.organ_id, ""), topics.get(one.topic, ""), one.reused.count()) for one in found]
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="热线裁定（先例）",
            scope="热线机构裁定的承办单位，新的在前",
            by=by,
            at=at,
            columns=["裁定时间", "事项", "主题", "承办单位", "理由", "依据", "引用次数", "权责清单没有列出", "编办处理"],
            rows=[
                (one.ruled_at, one.gist, said, organ, one.reason, one.basis, count, "是" if one.no_power else "", one.settlement)
                for one, organ, said, count in rows
            ],
        )  # fmt: skip
    page = {
        "rows": rows,
        "gaps": queries.gaps(by),
        "may_settle": by.may(Permission.CATALOGUE_REVIEW_ESTABLISHMENT),
        "refusal": refusal,
    }
    return render(request, "hotline/rulings.html", page, status=refusal.status if refusal else 200)


@require_POST
@login_required
def settle(request: HttpRequest, ruling_id: int) -> HttpResponse:
    def deed() -> HttpResponse:
        said = request.POST.get("settlement", "")
        actions.settle(ruling_id=ruling_id, settlement=said, by=doer(request), at=now())
        messages.success(request, "已记下处理意见。")
        return redirect("order-rulings")

    return or_again(deed, lambda refusal: _rulings(request, refusal))


@require_http_methods(["GET", "POST"])
@login_required
def write(request: HttpRequest) -> HttpResponse:
    """A knowledge entry, from an order that ended or from nothing."""
    by, at = doer(request), now()
    if not by.may(Permission.ORDER_DISPATCH, queries.hotline_organ(day_of(at))):
        raise no_such_order()
    reference = request.GET.get("order", "") or request.POST.get("order", "")
    order = queries.order(by, reference) if reference else None
    typed = request.POST if request.method == "POST" else None
    page: dict[str, Any] = {
        "order": order,
        "topics": topics_of(queries.rule(day_of(at))),
        "question": typed.get("question", "") if typed else order.title if order else "",
        "answer": typed.get("answer", "") if typed else order.answer if order else "",
        "topic": typed.get("topic", "") if typed else order.topic if order else "",
    }
    if typed is None:
        return render(request, "hotline/write.html", page)

    def deed() -> HttpResponse:
        actions.write_knowledge(
            question=page["question"],
            answer=page["answer"],
            topic=page["topic"],
            public=typed.get("public") == "on",
            reference=reference,
            by=by,
            at=at,
        )
        messages.success(request, "已编入知识库。")
        return redirect("order-beside")

    return or_again(
        deed, lambda refusal: render(request, "hotline/write.html", {**page, "refusal": refusal}, status=refusal.status)
    )


@require_POST
@login_required
def end_entry(request: HttpRequest, knowledge_id: int) -> HttpResponse:
    actions.end_knowledge(knowledge_id=knowledge_id, by=doer(request), at=now())
    messages.success(request, "已停用。")
    return redirect("order-beside")


@require_GET
@login_required
def looked(request: HttpRequest) -> HttpResponse:
    """Calls in which a history was read and no order came of it."""
    by = doer(request)
    calls = queries.calls_without_order(by)
    called = names.hook["ledger.actor-names"](by, {f"staff:{one.operator_id}" for one in calls})
    rows = [(one, called.get(f"staff:{one.operator_id}", "")) for one in calls]
    return render(request, "hotline/looked.html", {"rows": rows})
