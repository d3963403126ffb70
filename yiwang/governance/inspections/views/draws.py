"""The year's plan and its draws: freeze, draw, replace."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.governance.inspections import actions, queries
from yiwang.governance.inspections.forms import PlanForm
from yiwang.governance.inspections.models import CheckList, Claim, Draw, Inspection, Replacement, SupervisionItem
from yiwang.governance.inspections.queries.draws import listed
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.web.deeds import or_again, through
from yiwang.web.inputs import day, whole_number

EXCLUDED = {
    "closed": "已注销或者停业",
    "often": "本年检查已达频次上限",
    "open": "已有在办的检查任务",
    "no-inspectors": "回避后检查人员不足",
    "left": "已离岗",
    "expired": "执法证已失效",
    "scope": "执法范围不符",
}


@require_GET
@login_required
def plan(request: HttpRequest) -> HttpResponse:
    """The year's plan with its draws."""
    return _plan(request)


def _plan(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    by, on = doer(request), day_of(now())
    year = whole_number(request.GET.get("year"), "year") or on.year
    if not on.year - 10 <= year <= on.year + 1:
        raise Refusal("没有这一年的计划。", code="year", field="year")
    rows = queries.lines(by, year)
    named = organs.organ_names(
        {one.organ_id for one in rows} | {each.claim.organ_id for one in rows for each in one.lists.all()}, on
    )
    context = {
        "rows": [
            (
                one,
                named.get(one.organ_id, ""),
                sorted(
                    {
                        named.get(each.claim.organ_id, "")
                        for each in one.lists.all()
                        if each.claim.organ_id != one.organ_id
                    }
                ),
                list(one.draws.all()),
                one.published_at is not None and one.from_on <= on < one.until_on and one.draws.count() < one.batches,
                by.may(Permission.INSPECTION_EDIT, one.organ_id),
            )
            for one in rows
        ],
        "year": year,
        "may_edit": by.organ_id is not None and by.may(Permission.INSPECTION_EDIT, by.organ_id),
        "refusal": refusal,
    }
    return render(request, "inspections/plan.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
@login_required
def make(request: HttpRequest) -> HttpResponse:
    """One more line of the plan."""
    by, on = doer(request), day_of(now())
    if by.organ_id is None or not by.may(Permission.INSPECTION_EDIT, by.organ_id):
        raise NotAllowed("只有牵头单位的事项管理人员可以编制检查计划。")
    organ_id = by.organ_id
    lists = list(
        CheckList.objects.filter(claim__level=Claim.Level.HERE, completed_at__isnull=False)
        .select_related("claim")
        .order_by("claim__organ_id", "pk")
    )
    named = organs.organ_names({one.claim.organ_id for one in lists}, on)
    lists.sort(key=lambda one: (one.claim.organ_id != organ_id, one.claim.organ_id, one.pk))
    fields = sorted(
        set(SupervisionItem.objects.filter(until_on=None).exclude(field="").values_list("field", flat=True))
    )
    form = PlanForm(
        request.POST or None,
        fields=fields,
        lists=[(str(one.pk), f"{named.get(one.claim.organ_id, '')}：{one.title}") for one in lists],
    )

    def deed() -> HttpResponse:
        given = dict(form.cleaned_data)
        ids = [int(one) for one in given.pop("lists")]
        made = actions.make_line(organ_id=organ_id, list_ids=ids, by=by, at=now(), **given)
        messages.success(request, f"已编制计划{made.code}，公布后可以抽取。")
        return redirect("inspection-plan")

    return through(request, form, deed, title="编制检查计划", submit="保存", back="/desk/inspections/plan/")


@require_POST
@login_required
def publish(request: HttpRequest, line_id: int) -> HttpResponse:
    """公布."""

    def deed() -> HttpResponse:
        made = actions.publish_line(line_id=line_id, by=doer(request), at=now())
        messages.success(request, f"计划{made.code}已公布。")
        return redirect("inspection-plan")

    return or_again(deed, lambda refusal: _plan(request, refusal))


@require_POST
@login_required
def freeze(request: HttpRequest, line_id: int) -> HttpResponse:
    """冻结名单."""

    def deed() -> HttpResponse:
        made = actions.freeze(
            line_id=line_id,
            public_name=request.POST.get("public_name", "")[:200],
            public_on=day(request.POST.get("public_on"), "public_on"),
            by=doer(request),
            at=now(),
        )
        messages.success(request, f"名单已冻结并公布摘要。台账存证之后（一分钟以内）即可抽取：{made.code}。")
        return redirect("inspection-draw", code=made.code)

    return or_again(deed, lambda refusal: _plan(request, refusal))


@require_GET
@login_required
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """One draw on the desk."""
    return _draw(request, code)


def _draw(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    by = doer(request)
    found = queries.draw_of(code)
    if not by.may(Permission.INSPECTION_SEE, found.organ_id) and not by.may(Permission.INSPECTION_OVERSEE):
        raise NotFound("没有这次抽取，或者您无权查看。", code="no-such-draw")
    context = shown(found, day_of(now())) | {
        "sealed": queries.checkpoint_of(found.entry) is not None,
        "tasks": Inspection.objects.filter(draw=found).select_related("matter", "subject").order_by("pk"),
        "grounds": Replacement.Ground.choices,
        "may_edit": by.may(Permission.INSPECTION_EDIT, found.organ_id),
        "today": day_of(now()),
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "inspections/draw.html", context, status=refusal.status if refusal else 200)


def shown(found: Draw, on: date) -> dict[str, object]:
    """What the desk and the public both read of a draw."""
    data = listed(found)
    record = queries.exported(found) if found.drawn_at else None
    return {
        "draw": found,
        "list": data,
        "excluded": [(one["code"], _left_out(one)) for one in data["excluded"]],
        "visits": [
            (one["object"], [who for each in one["inspectors"].values() for who in each]) for one in record["visits"]
        ]
        if record
        else [],
        "replacements": list(found.replacements.select_related("subject").order_by("ordinal")),
        "organ": organs.organ_name(found.organ_id, on),
    }


@require_POST
@login_required
def do_draw(request: HttpRequest, code: str) -> HttpResponse:
    """抽取, once."""

    def deed() -> HttpResponse:
        made = actions.draw(code=code, public_value=request.POST.get("public_value", ""), by=doer(request), at=now())
        messages.success(request, f"已抽取{len(made.result)}户并下达检查任务。")
        return redirect("inspection-draw", code=code)

    return or_again(deed, lambda refusal: _draw(request, code, refusal))


@require_POST
@login_required
def replace(request: HttpRequest, code: str) -> HttpResponse:
    """递补."""

    def deed() -> HttpResponse:
        what = request.POST.get("out", "")
        subject, _, officer = what.partition("/")
        made = actions.replace(
            code=code,
            kind="inspector" if officer else "subject",
            subject_code=subject,
            out=officer,
            ground=request.POST.get("ground", ""),
            reason=request.POST.get("reason", ""),
            by=doer(request),
            at=now(),
        )
        messages.success(request, f"已递补：{made.out}改为{made.into}。")
        return redirect("inspection-draw", code=code)

    return or_again(deed, lambda refusal: _draw(request, code, refusal))


def _left_out(one: dict[str, str]) -> str:
    """Why something is not on a frozen list, in words."""
    says = EXCLUDED.get(one["ground"], one["ground"])
    return f"{says}：{one['scope'] or '没有登记'}，不含{one['field']}" if one["ground"] == "scope" else says
