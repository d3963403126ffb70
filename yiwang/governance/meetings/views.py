"""Pages of 面对面: batches with counts that open, the issues behind each count, one issue with its steps."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.governance.meetings import actions, queries, rules
from yiwang.governance.meetings.forms import BatchForm, LinesForm
from yiwang.governance.meetings.models import Source
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import queries as matters
from yiwang.matters.stepping import called, press, shown
from yiwang.web import excel
from yiwang.web.deeds import through
from yiwang.web.inputs import whole_number


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Every batch with its counts; as Excel on request."""
    by, at = doer(request), now()
    tallies = queries.batches(by, day_of(at))
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="面对面批次",
            scope="办结、阶段性办结分开计数，都须经实地核实；退回交办单位的不计入交办数",
            by=by,
            at=at,
            columns=[
                "批次编号",
                "民生主题",
                "交办单位",
                "交办日",
                "办结期限",
                "交办",
                "办结",
                "阶段性办结",
                "在办",
                "超期",
            ],
            rows=[
                (
                    *(t.batch.code, t.batch.theme, t.batch.handed_by, t.batch.received_on, t.batch.due_on),
                    *(t.total, t.closed, t.stage, t.open, t.overdue),
                )
                for t in tallies
            ],
        )
    may_edit = by.organ_id is not None and by.may(Permission.ISSUE_COORDINATE, by.organ_id)
    return render(request, "meetings/board.html", {"tallies": tallies, "may_edit": may_edit})


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """登记批次."""
    by = doer(request)
    organ_id = by.organ_id
    if organ_id is None or not by.may(Permission.ISSUE_COORDINATE, organ_id):
        raise NotAllowed("只有面对面统筹人员可以登记批次。")
    form = BatchForm(request.POST or None)

    def deed() -> HttpResponse:
        made = actions.open_batch(organ_id=organ_id, **form.cleaned_data, by=by, at=now())
        messages.success(request, f"已登记批次{made.code}，请填写问题清单。")
        return redirect("meetings-hand-out", code=made.code)

    return through(request, form, deed, title="登记面对面批次", submit="登记", back="/desk/meetings/")


@require_GET
@login_required
def batch(request: HttpRequest, code: str) -> HttpResponse:
    """One batch: counts, units, and the issues behind the count that was opened."""
    by, on = doer(request), day_of(now())
    found = queries.batch(by, code)
    show, unit = request.GET.get("show", "all"), whole_number(request.GET.get("unit"), "unit")
    start = whole_number(request.GET.get("start"), "start") or 0
    rows, following = queries.issues(by, found, on, show=show, unit_id=unit, start=start)
    context = {
        "batch": found,
        "tally": queries.tally(by, found, on),
        "units": queries.by_unit(by, found, on),
        "rows": rows,
        "next": following,
        "show": show,
        "unit": unit,
        "shows": queries.SHOW,
        "may_edit": by.may(Permission.ISSUE_COORDINATE, found.organ_id) and found.due_on > on,
    }
    return render(request, "meetings/batch.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def hand_out(request: HttpRequest, code: str) -> HttpResponse:
    """交办问题, as many as there are lines."""
    by, at = doer(request), now()
    found = queries.batch(by, code)
    if not by.may(Permission.ISSUE_COORDINATE, found.organ_id):
        raise NotAllowed("只有面对面统筹人员可以交办问题。")
    form = LinesForm(request.POST or None)

    def deed() -> HttpResponse:
        lines = rules.lines_of(
            form.cleaned_data["lines"],
            sources={str(title): str(code) for code, title in Source.choices},
            units={name: pk for _, name, pk in queries.units(day_of(at))},
        )
        made = actions.hand_out(code=code, lines=lines, by=by, at=at)
        messages.success(request, f"已交办{len(made)}个问题。")
        return redirect("meetings-batch", code=code)

    note = f"来源写：{'、'.join(str(title) for title in Source.labels)}。"
    back = f"/desk/meetings/{found.code}/"
    return through(request, form, deed, title=f"交办问题：{found.theme}", note=note, submit="交办", back=back)


@require_GET
@login_required
def issue(request: HttpRequest, reference: str) -> HttpResponse:
    """One issue: what it is, whose, how it stands, what may be done."""
    return _issue(request, reference)


def _issue(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, on = doer(request), day_of(now())
    found, standing = queries.issue(by, reference), matters.matter(by, reference)
    visitor = f"staff:{found.visited_by}" if found.visited_by else ""
    process = matters.process_of(standing)
    ways = {key: title for one in process.steps["verify-done"].fields for key, title in one.choices.items()}
    context = shown(request, by, standing, on, refusal, step)
    for _, form in context["steps"]:
        form.choose("unit", lambda: [(code, name) for code, name, pk in queries.units(on) if pk != found.unit_id])
    context |= {
        "issue": found,
        "way": ways.get(found.way, ""),
        "visitor": called(by, [visitor]).get(visitor, "") if visitor else "",
        "unit": organs.organ_name(found.unit_id, on),
        "reports": actions.REPORTS,
    }
    return render(request, "meetings/issue.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Any step of an issue; a report brings its evidence."""
    upload = request.FILES.get("evidence")
    content, name = (upload.read(), str(upload.name)) if upload else (None, "")
    return press(
        request,
        reference=reference,
        step=step,
        route=f"meetings.step {reference} {step}",
        take=partial(actions.take, evidence=content, evidence_name=name),
        leads_to="issue",
        again=lambda refusal: _issue(request, reference, refusal, step),
    )
