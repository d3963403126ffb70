"""Visits on the desk: the list, one visit with its record, a task without a draw."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.letters.queries import letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.organs.queries import doer
from yiwang.governance.inspections import actions, queries, rules
from yiwang.governance.inspections.models import Inspection, Inspector
from yiwang.governance.inspections.queries.visits import SHOW
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import queries as matter_queries
from yiwang.matters.stepping import button, shown
from yiwang.web import excel
from yiwang.web.deeds import or_again
from yiwang.web.inputs import day, whole_number

MOST_EXPORTED = 20_000
OWN = {"assign", "record-clean", "record-problem", "record-joint-1", "record-joint-2", "record-joint-3", "give-way"}
OUTCOMES = [
    (one.value, one.label)
    for one in (
        Inspection.Outcome.CLEAN,
        Inspection.Outcome.ON_THE_SPOT,
        Inspection.Outcome.ORDERED,
        Inspection.Outcome.GONE,
    )
]


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Visits of the viewer's organs; as Excel on request."""
    by, at = doer(request), now()
    show, before = request.GET.get("show", "open"), whole_number(request.GET.get("before"), "before")
    if show not in SHOW:
        raise Refusal("没有这个筛选条件。", code="show", field="show")
    if request.GET.get("format") == "xlsx":
        rows, _ = queries.visit_rows(by, day_of(at), show=show, size=MOST_EXPORTED)
        return excel.response(
            title=f"检查任务_{SHOW[show]}",
            scope=f"{SHOW[show]}，按下达先后倒序",
            by=by,
            at=at,
            columns=[
                "任务编号",
                "检查对象",
                "对象编码",
                "检查内容",
                "牵头单位",
                "来源",
                "下达日",
                "状态",
                "检查日",
                "结果",
                "公示日",
            ],
            rows=[
                (
                    r.reference,
                    r.subject,
                    r.code,
                    r.title,
                    r.organ,
                    r.source,
                    r.opened_on,
                    r.state,
                    r.visited_on,
                    r.outcome,
                    r.published_on,
                )
                for r in rows
            ],
        )
    rows, following = queries.visit_rows(by, day_of(at), show=show, before=before)
    context = {
        "rows": rows,
        "next": following,
        "show": show,
        "shows": SHOW.items(),
        "may_edit": by.may(Permission.INSPECTION_EDIT),
        "query": urlencode({"show": show}),
        "today": day_of(at),
    }
    return render(request, "inspections/visits.html", context)


@require_GET
@login_required
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One visit: who goes, what is looked at, what was found, what may be done."""
    return _visit(request, reference)


def _visit(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, at = doer(request), now()
    on = day_of(at)
    found = queries.inspection(by, reference)
    standing = matter_queries.matter(by, reference)
    parts = list(found.parts.select_related("checklist").order_by("pk"))
    sent = list(found.attendances.select_related("inspector").order_by("pk"))
    staff = dict(Account.objects.filter(pk__in=[one.inspector.account_id for one in sent]).values_list("pk", "name"))
    taking = {found.organ_id} | {one.organ_id for one in parts} | {one.organ_id for one in sent}
    named = organs.organ_names(taking, on)
    me = Inspector.objects.filter(account_id=by.account_id).first() if by.account_id else None
    going = me is not None and (
        any(one.inspector_id == me.pk and one.released_at is None for one in sent)
        or (found.source == "licence" and me.organ_id == found.organ_id)
    )
    mine = [part for part in parts if me is not None and part.organ_id == me.organ_id and part.recorded_at is None]
    context = shown(request, by, standing, on, refusal, step)
    context |= {
        "visit": found,
        "case_opens": found.source == "licence" and _opens(by, found.cause),
        "organ": named.get(found.organ_id, ""),
        "sent": [(one, staff.get(one.inspector.account_id, ""), named.get(one.organ_id, "")) for one in sent],
        "parts": [(part, named.get(part.organ_id, ""), _results(part.entries, part.results)) for part in parts],
        "mine": [(part, _asked(request, part.checklist_id, part.entries)) for part in mine]
        if going and standing.state == "assigned"
        else [],
        "leads": me is not None and me.organ_id == found.organ_id,
        "outcomes": OUTCOMES,
        "results": rules.RESULTS.items(),
        "steps": [(each, form) for each, form in context["steps"] if each.step.name not in OWN],
        "letters": letters(by, matter_reference=reference),
        "today": on,
        "typed": request.POST,
    }
    return render(request, "inspections/visit.html", context, status=refusal.status if refusal else 200)


def _opens(by: Doer, reference: str) -> bool:
    """True if the viewer may see the case a first check follows: whose licence it is and where stands there."""
    with suppress(NotFound):
        return bool(matter_queries.matter(by, reference))
    return False


def _results(entries: list[dict[str, str]], results: list[dict[str, str]]) -> list[tuple[dict[str, str], str, str]]:
    found = {one["code"]: one for one in results}
    return [
        (
            entry,
            rules.RESULTS.get(found.get(entry["code"], {}).get("result", ""), ""),
            found.get(entry["code"], {}).get("note", ""),
        )
        for entry in entries
    ]


def _asked(
    request: HttpRequest, list_id: int, entries: list[dict[str, str]]
) -> list[tuple[dict[str, str], str, str, str]]:
    """Each entry with the name of its fields and what was typed into them."""
    return [
        (
            entry,
            f"{list_id}-{entry['code']}",
            request.POST.get(f"result-{list_id}-{entry['code']}", ""),
            request.POST.get(f"note-{list_id}-{entry['code']}", ""),
        )
        for entry in entries
    ]


@require_POST
@login_required
def record(request: HttpRequest, reference: str) -> HttpResponse:
    """填写检查记录: every entry with its result, and the outcome where the doer's department leads."""

    def deed() -> HttpResponse:
        results: dict[str, dict[str, dict[str, str]]] = {}
        for name, value in request.POST.items():
            kind, _, rest = name.partition("-")
            list_id, _, code = rest.partition("-")
            if kind in {"result", "note"} and code:
                results.setdefault(list_id, {}).setdefault(code, {})[kind] = str(value)
        actions.record(
            reference=reference,
            visited_on=day(request.POST.get("visited_on"), "visited_on") or day_of(now()),
            results=results,
            outcome=request.POST.get("outcome", ""),
            remedy_by=day(request.POST.get("remedy_by"), "remedy_by"),
            version=whole_number(request.POST.get("version"), "version"),
            by=doer(request),
            at=now(),
        )
        messages.success(request, "检查记录已保存。")
        return redirect("inspection", reference=reference)

    return or_again(deed, lambda refusal: _visit(request, reference, refusal))


step = button("inspections.step", take=actions.take, leads_to="inspection", page=_visit)  # 复核、公示、取消
