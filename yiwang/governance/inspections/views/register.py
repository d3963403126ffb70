"""Items to claim, implementation lists, tables of the national system."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.governance.inspections import actions, queries, rules
from yiwang.governance.inspections.forms import IntakeForm, ListForm
from yiwang.governance.inspections.models import CheckList
from yiwang.governance.inspections.queries.register import SHOW
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.web import excel
from yiwang.web.deeds import or_again, through
from yiwang.web.inputs import whole_number

MOST_EXPORTED = 20_000
COLUMNS = ["监管事项编码", "监管事项名称", "主项", "监管单位", "认领", "实施清单", "填报完备", "本年监管行为"]


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Items to claim and claimed, with the year's counts; as Excel on request."""
    by, at = doer(request), now()
    on, show = day_of(at), request.GET.get("show", "all")
    organ_id = whole_number(request.GET.get("organ"), "organ")
    after = whole_number(request.GET.get("after"), "after") or 0
    if show not in SHOW:
        raise Refusal("没有这个筛选条件。", code="show", field="show")
    if request.GET.get("format") == "xlsx":
        rows, _ = queries.claims(by, on, show=show, organ_id=organ_id, size=MOST_EXPORTED)
        return excel.response(
            title=f"监管事项_{SHOW[show]}",
            scope=f"{SHOW[show]}；监管行为按{on.year}年行为日统计，截至{on:%Y-%m-%d}",
            by=by,
            at=at,
            columns=COLUMNS,
            rows=[(r.code, r.title, r.main, r.organ, r.level_title, r.lists, r.complete, r.behaviours) for r in rows],
        )
    rows, following = queries.claims(by, on, show=show, organ_id=organ_id, after=after)
    context = {
        "rows": rows,
        "next": following,
        "show": show,
        "shows": SHOW.items(),
        "counts": queries.counts(by, on),
        "year": on.year,
        "may_oversee": by.may(Permission.INSPECTION_OVERSEE),
        "query": urlencode({"show": show, **({"organ": organ_id} if organ_id else {})}),
    }
    return render(request, "inspections/board.html", context)


@require_GET
@login_required
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """One item of one department: claim it, fill in its lists, see what was done under it."""
    return _claim(request, claim_id)


def _claim(request: HttpRequest, claim_id: int, refusal: Refusal | None = None) -> HttpResponse:
    by, on = doer(request), day_of(now())
    found = queries.claim_of(by, claim_id)
    title, main = queries.titles([found.code], on).get(found.code, (found.code, ""))
    since, until = rules.year_of(on)
    acts = found.behaviours.filter(happened_on__gte=since, happened_on__lt=until).select_related("matter")
    context = {
        "claim": found,
        "title": title,
        "main": main,
        "organ": organs.organ_name(found.organ_id, on),
        "lists": [
            (
                one,
                rules.missing(
                    {name: getattr(one, name) for name in ("objects_of", "form", "basis", "papers", "entries")}
                ),
            )
            for one in found.lists.order_by("pk")
        ],
        "acts": acts.order_by("-happened_on", "-pk")[:50],
        "acts_total": acts.count(),
        "year": on.year,
        "may_edit": by.may(Permission.INSPECTION_EDIT, found.organ_id),
        "may_end": by.may(Permission.INSPECTION_OVERSEE) and found.ended_at is None,
        "may_rule": by.may(Permission.INSPECTION_OVERSEE) and found.level == "asked",
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "inspections/claim.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def do_claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """认领 here, or ask for 本级不监管."""

    def deed() -> HttpResponse:
        here = request.POST.get("level") == "here"
        actions.claim(claim_id=claim_id, here=here, reason=request.POST.get("reason", ""), by=doer(request), at=now())
        messages.success(request, "已认领。" if here else "已提交本级不监管申请，待审定。")
        return redirect("supervision-claim", claim_id=claim_id)

    return or_again(deed, lambda refusal: _claim(request, claim_id, refusal))


@require_POST
@login_required
def rule(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The office approves or sends back 本级不监管."""

    def deed() -> HttpResponse:
        approved = request.POST.get("verdict") == "approve"
        said = request.POST.get("said", "")
        actions.rule_claim(claim_id=claim_id, approved=approved, said=said, by=doer(request), at=now())
        messages.success(request, "已审定。")
        return redirect("supervision-claim", claim_id=claim_id)

    return or_again(deed, lambda refusal: _claim(request, claim_id, refusal))


@require_http_methods(["GET", "POST"])
@login_required
def checklist(request: HttpRequest, claim_id: int, list_id: int | None = None) -> HttpResponse:
    """Fill in one implementation list, or a further one."""
    by = doer(request)
    of = queries.claim_of(by, claim_id)
    if not by.may(Permission.INSPECTION_EDIT, of.organ_id):
        raise NotFound("没有这个监管事项，或者不由您所在的单位认领。", code="no-such-claim")
    listed = CheckList.objects.filter(pk=list_id, claim=of).first() if list_id else None
    if list_id and listed is None:
        raise NotFound("没有这份检查实施清单。", code="no-such-list")
    initial: dict[str, Any] = {}
    if listed is not None:
        initial = {name: getattr(listed, name) for name in ("title", "objects_of", "form", "per_year", "basis")}
        initial["papers"] = "\n".join(listed.papers)
        initial["entries"] = "\n".join(
            f"{one['title']}｜{one['basis']}" if one["basis"] else one["title"] for one in listed.entries
        )
    form = ListForm(request.POST or None, initial=initial)

    def deed() -> HttpResponse:
        given = dict(form.cleaned_data)
        given["papers"] = given["papers"].splitlines()
        kept = actions.keep_list(claim_id=claim_id, list_id=list_id, by=by, at=now(), **given)
        lacking = rules.missing(
            {name: getattr(kept, name) for name in ("objects_of", "form", "basis", "papers", "entries")}
        )
        messages.success(request, f"已保存，还缺：{'、'.join(lacking)}。" if lacking else "已保存，填报完备。")
        return redirect("supervision-claim", claim_id=claim_id)

    return through(
        request,
        form,
        deed,
        title="检查实施清单",
        note=queries.title_of(of.code),
        submit="保存",
        back=f"/desk/supervision-items/{claim_id}/",
    )


@require_http_methods(["GET", "POST"])
@login_required
def intake(request: HttpRequest) -> HttpResponse:
    """Tables of the national system: brought in, with where each row went; every refused row is listed."""
    by = doer(request)
    if not by.may(Permission.INSPECTION_OVERSEE):
        raise NotAllowed("只有统筹监管事项的机构可以导入。")
    form = IntakeForm(request.POST or None, request.FILES or None)

    def deed() -> HttpResponse:
        file = form.cleaned_data["file"]
        done = actions.bring_in(
            kind=form.cleaned_data["kind"],
            source=form.cleaned_data["source"],
            content=file.read(),
            name=file.name,
            whole=form.cleaned_data["whole"],
            by=by,
            at=now(),
        )
        messages.success(
            request, f"读入{done.read}行：新增{done.added}，变更{done.changed}，未变{done.same}，拒绝{done.refused}。"
        )
        if done.vanished:
            messages.warning(request, f"本系统里有{len(done.vanished)}个监管事项表中没有列出，请逐项核对。")
        return redirect("supervision-intake")

    return through(request, form, deed, template="inspections/intake.html", batches=queries.intakes(by))
