"""What a visit needs beforehand: a task without a draw, objects and officers, who has something to do with whom."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.inspections import actions, queries
from yiwang.governance.inspections.forms import AssignForm, InterestForm, SubjectForm
from yiwang.governance.inspections.models import CheckList, Claim, Inspector
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotAllowed
from yiwang.web.deeds import through


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A visit on a complaint, an order from above, a clue or a planned special check."""
    by = doer(request)
    if by.organ_id is None or not by.may(Permission.INSPECTION_EDIT, by.organ_id):
        raise NotAllowed("只有本单位的事项管理人员可以下达检查任务。")
    organ_id = by.organ_id
    lists = CheckList.objects.filter(
        claim__organ_id=organ_id, claim__level=Claim.Level.HERE, completed_at__isnull=False
    ).order_by("pk")
    form = AssignForm(
        request.POST or None,
        lists=[(str(one.pk), one.title) for one in lists],
        inspectors=[(one.code, f"{name}（{one.code}）") for one, name in queries.inspectors_of(organ_id)],
    )

    def deed() -> HttpResponse:
        given = form.cleaned_data
        opened = actions.assign(
            source=given["source"],
            cause=given["cause"],
            organ_id=organ_id,
            subject_code=given["subject"],
            list_ids=[int(one) for one in given["lists"]],
            inspector_codes=given["inspectors"],
            by=by,
            at=now(),
        )
        messages.success(request, f"已下达检查任务{opened.reference}。")
        return redirect("inspection", reference=opened.reference)

    return through(
        request,
        form,
        deed,
        title="下达检查任务",
        note="双随机抽查由抽取产生，审批后首次检查由系统自动下达；这里下达计划内专项检查，以及投诉举报、上级部署和线索核查。",
        submit="下达",
        back="/desk/inspections/",
    )


@require_http_methods(["GET", "POST"])
@login_required
def names_kept(request: HttpRequest) -> HttpResponse:
    """检查对象 and 执法检查人员, and who has something to do with whom."""
    by, text = doer(request), request.GET.get("q", "").strip()[:60]
    form = SubjectForm(request.POST or None)

    def deed() -> HttpResponse:
        given = dict(form.cleaned_data)
        fields = given.pop("fields_").split()
        kept = actions.keep_subject(fields=fields, by=by, at=now(), **given)
        messages.success(request, f"已登记检查对象{kept.code}。")
        return redirect("inspection-names")

    return through(
        request,
        form,
        deed,
        template="inspections/names.html",
        rows=queries.subjects(by, text=text),
        text=text,
        officers=queries.inspectors_of(by.organ_id or 0),
        gone=queries.gone(by.organ_id or 0),
        today=day_of(now()),
        may_edit=by.may(Permission.INSPECTION_EDIT),
    )


@require_http_methods(["GET", "POST"])
@login_required
def interest(request: HttpRequest) -> HttpResponse:
    """利益关系申报, by the inspector himself or whoever keeps the list."""
    by = doer(request)
    own = [(str(one.pk), f"{name}（{one.code}）") for one, name in queries.inspectors_of(by.organ_id or 0)]
    if not by.may(Permission.INSPECTION_EDIT, by.organ_id):
        own = [
            each for each in own if Inspector.objects.filter(pk=int(each[0]), account_id=by.account_id or 0).exists()
        ]
    if not own:
        raise NotAllowed("只有执法检查人员本人或者本单位的事项管理人员可以申报。")
    form = InterestForm(request.POST or None, inspectors=own)

    def deed() -> HttpResponse:
        given = form.cleaned_data
        actions.declare_interest(
            inspector_id=int(given["inspector"]),
            subject_code=given["subject"],
            reason=given["reason"],
            by=by,
            at=now(),
        )
        messages.success(request, "已申报，今后抽取检查人员时自动回避。")
        return redirect("inspection-names")

    return through(
        request,
        form,
        deed,
        title="利益关系申报",
        note="与检查对象有直接利害关系的，应当回避（行政处罚法第四十三条）。说明只有本单位和监督机构可见，不公开。",
        submit="申报",
        back="/desk/inspections/names/",
    )
