"""The inbox, and one page for any matter. A service with a page of its own registers ``matters.page.<process id>``."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.kernel import names
from yiwang.kernel.refusal import Fault, NotFound, Refusal
from yiwang.matters import actions, queries
from yiwang.matters.stepping import button, take_as_its_room_does, told, with_forms
from yiwang.web import excel

MOST_EXPORTED = 5000


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The desk begins with what waits."""
    return redirect("inbox")


@require_GET
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """待办: open seats of the viewer's posts, urgent ones and then the nearest day first, with the desk's counts; as Excel on request."""
    by, at = organs.doer(request), now()
    show, on = request.GET.get("show", "all"), day_of(at)
    colleagues = request.GET.get("colleagues") == "1"
    if request.GET.get("format") == "xlsx":
        return _exported(by, at, show, colleagues)
    page = queries.inbox(by, on, show=show, cursor=request.GET.get("cursor"), colleagues=colleagues)
    context = {
        "rows": [(row, _page_of(row.process_id, row.reference)) for row in page.rows],
        "next": page.next,
        "counts": queries.counts(by, on),
        "show": show,
        "filters": queries.FILTERS,
        "colleagues": colleagues,
        "organs": organs.organ_names({row.organ_id for row in page.rows}, on),
    }
    return render(request, "matters/inbox.html", context)


def _exported(by: Any, at: Any, show: str, colleagues: bool) -> HttpResponse:
    rows: list[queries.Waiting] = []
    mark: str | None = None
    while len(rows) < MOST_EXPORTED:
        page = queries.inbox(by, day_of(at), show=show, cursor=mark, size=100, colleagues=colleagues)
        rows += page.rows
        mark = page.next
        if mark is None:
            break
    return excel.response(
        title="待办",
        scope=f"本人岗位上的待办（{queries.FILTERS[show]}），紧急的在前，再按最迟日先后",
        by=by,
        at=at,
        columns=["办理编号", "事项", "紧急", "状态", "席位", "收件日", "最迟日", "剩余工作日", "暂定"],
        rows=[
            (
                *(r.reference, r.title, "是" if r.urgent else "", r.state, r.seat),
                *(r.received_on, r.due_on, r.left, "是" if r.provisional else ""),
            )
            for r in rows
        ],
    )


@require_GET
@login_required
def count(request: HttpRequest) -> HttpResponse:
    """The badge beside 待办: how many seats wait for the viewer. One query, asked for by the page after it is shown."""
    counts = queries.counts(organs.doer(request), day_of(now()))
    total = counts.unclaimed + counts.mine
    return HttpResponse(str(total) if total else "")


@require_GET
@login_required
def matter(request: HttpRequest, reference: str) -> HttpResponse:
    """One matter: state, seats, clocks explained, story, opinions, what may be done, what is being done for it."""
    return _page(request, reference)


def _page(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, at = organs.doer(request), now()
    standing = queries.matter(by, reference)
    definition = queries.process_of(standing)
    roles = {seat.id: seat.title for seat in definition.states[standing.state].seats}
    story, called = told(by, standing, (f"staff:{seat.holder_id}" for seat in standing.seats if seat.holder_id))
    context = {
        "m": standing,
        "process": definition,
        "state": definition.states[standing.state],
        "seats": [
            (seat, roles.get(seat.seat) or seat.seat, called.get(f"staff:{seat.holder_id}", ""))
            for seat in standing.seats
        ],
        "organs": organs.organ_names({standing.organ_id, *(seat.organ_id for seat in standing.seats)}, day_of(at)),
        "clocks": queries.explanations(by, standing, day_of(at)),
        "story": story,
        "moves": queries.moves(by, standing, day_of(at)),
        "jobs": [(job, names.after.title(job.effect)) for job in queries.jobs(by, standing)],
        "children": queries.children(by, standing),
        "steps": with_forms(request, queries.available_steps(by, standing), refusal, step),
        "mine": [seat for seat in standing.seats if by.holds(seat.role, seat.organ_id)],
        "by": by,
        "may_assign": by.may(queries.ASSIGN, standing.organ_id),
        "may_urge": by.may(queries.SUPERVISE, standing.organ_id) and standing.closed_at is None,
        "own_page": _page_of(standing.process_id, reference),
        "refusal": refusal,
    }
    return render(request, "matters/matter.html", context, status=refusal.status if refusal else 200)


take = button("matters.take", take=take_as_its_room_does, leads_to="matter", page=_page)


@require_POST
@login_required
def seat(request: HttpRequest, reference: str, deed: str) -> HttpResponse:
    """签收、退回队列、转办、指派、催办 from the generic page."""
    by, at = organs.doer(request), now()
    common: dict[str, Any] = {"reference": reference, "by": by, "at": at}
    name, text = request.POST.get("seat", ""), request.POST.get("text", "")
    try:
        if deed == "claim":
            actions.claim(**common, seat=name, version=_version(request))
        elif deed == "release":
            actions.release(**common, seat=name, version=_version(request))
        elif deed == "assign":
            actions.assign(**common, seat=name, to_account_id=_number(request, "to"), version=_version(request))
        elif deed == "transfer":
            actions.transfer(
                **common, seat=name, to_account_id=_number(request, "to"), reason=text, version=_version(request)
            )
        elif deed == "transfer-organ":
            actions.transfer(**common, to_organ_id=_number(request, "organ"), reason=text, version=_version(request))
        elif deed == "urge":
            actions.urge(**common, text=text)
        else:
            raise Refusal("没有这项操作。", code="no-such-deed")
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, reference, refusal)
    if deed == "claim":
        messages.success(request, "已签收。")
        return redirect(_page_of(queries.matter(by, reference).process_id, reference))
    messages.success(request, "已办理。")
    try:
        standing = queries.matter(by, reference)
    except NotFound:  # transferred to where the viewer has no say any more
        return redirect("inbox")
    return redirect(
        _page_of(standing.process_id, reference) if "own" in request.POST else f"/desk/matters/{reference}/"
    )


@require_GET
@login_required
def moves(request: HttpRequest, reference: str) -> HttpResponse:
    """The forms of 指派 and 转办 alone, for a service's own page to load; they lead back to that page."""
    by, at = organs.doer(request), now()
    standing = queries.matter(by, reference)
    shown = {"m": standing, "moves": queries.moves(by, standing, day_of(at)), "own": True}
    return render(request, "matters/_moves.html", shown)


@require_POST
@login_required
def retry(request: HttpRequest, reference: str, job_id: int) -> HttpResponse:
    """Start an after-job again that was given up."""
    actions.retry(job_id=job_id, by=organs.doer(request), at=now())
    messages.success(request, "已重新安排，请稍后刷新。")
    return redirect("matter", reference=reference)


def _page_of(process_id: str, reference: str) -> str:
    """A service's own page for its matters, else the generic one."""
    return str(names.slot.get(f"matters.page.{process_id}", "/desk/matters/{}/".format)(reference))


def _version(request: HttpRequest) -> int | None:
    return _number(request, "version") if request.POST.get("version") else None


def _number(request: HttpRequest, name: str) -> int:
    """A bounded whole number from a form."""
    raw = request.POST.get(name, "")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        raise Refusal("请从列表中选择。", faults=[Fault(name, "请从列表中选择。", "choice")])
    return int(raw)
