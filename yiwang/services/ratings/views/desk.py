"""The desk: figures, rectifications, the counter's visits, signs to judge. Who may see what is asked in queries and deeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters import queries as matter_queries
from yiwang.matters.stepping import button, shown
from yiwang.services.ratings import actions, invitations, queries, rules
from yiwang.services.ratings.forms import VisitForm
from yiwang.services.ratings.models import Rating
from yiwang.services.ratings.views.portal import terminal
from yiwang.web import excel
from yiwang.web.deeds import through

TABLE = "ratings_rectification"


@require_GET
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    """The figures with what they are counted from, by unit; as Excel on request."""
    by, at = doer(request), now()
    asked = request.GET.get("period", "")
    since, until = queries.period(asked, day_of(at))
    rows = queries.by_organ(by, since, until, day_of(at))
    total = queries.figures(by, since, until)
    heads = [head for one in total for head in (one.title, f"{one.title}分子", f"{one.title}分母")]
    return _listed(
        request,
        by,
        at,
        template="ratings/figures.html",
        title=f"好差评统计_{asked or since.year}",
        scope="按服务日统计，只计首次评价；误评、恶意差评经复核的保留但不计入有效评价；"
        + "；".join(f"{one.title}＝{one.formula}" for one in total),
        columns=["单位", *heads],
        lines=[
            (name, *(cell for one in shown for cell in (one.shown, one.numerator, one.denominator)))
            for name, shown in [("合计", total), *((row.organ, row.figures) for row in rows)]
        ],
        shown=lambda: {
            "rows": rows,
            "total": total,
            "period": asked or str(since.year),
            "words": queries.words_of(by, since, until),
            "may_import": by.may(Permission.CASE_SUPERVISE),
        },
    )


def _listed(
    request: HttpRequest,
    by: Doer,
    at: datetime,
    *,
    template: str,
    title: str,
    scope: str,
    columns: Sequence[str],
    lines: Iterable[Sequence[object]],
    shown: Callable[[], Mapping[str, Any]],
) -> HttpResponse:
    """A list as its page, or the same list as Excel where ``format=xlsx`` is asked for."""
    if request.GET.get("format") == "xlsx":
        return excel.response(title=title, scope=scope, by=by, at=at, columns=columns, rows=lines)
    return render(request, template, shown())


@require_GET
@login_required
def bad_ones(request: HttpRequest) -> HttpResponse:
    """差评整改 of the viewer's units; as Excel on request."""
    by, at = doer(request), now()
    closed = request.GET.get("closed") == "1"
    rows = queries.bad_ones(by, day_of(at), closed=closed)
    return _listed(
        request,
        by,
        at,
        template="ratings/bad_ones.html",
        title="差评整改清单",
        scope="已办结" if closed else "未办结，按期限先后",
        columns=["整改编号", "单位", "被评价人", "事项", "满意度", "评价时间", "状态", "期限", "核实结论", "整改措施", "签字日"],
        lines=(
            (row.found.matter.reference, row.organ, row.handler, row.found.rating.occasion.title,
             row.found.rating.get_level_display(), row.found.rating.given_at, row.state, row.due_on,
             row.found.get_outcome_display(), row.found.measures, row.found.signed_on)
            for row in rows
        ),
        shown=lambda: {"rows": rows, "closed": closed},
    )  # fmt: skip


@require_GET
@login_required
def bad(request: HttpRequest, reference: str) -> HttpResponse:
    """One rectification: what was said, how far it is, what may be done. Nothing of who said it."""
    return _bad(request, reference)


def _bad(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, at = doer(request), now()
    row = queries.one_bad(by, reference, day_of(at))
    standing = matter_queries.matter(by, reference)
    bridge = row.found.bridge if row.found.bridge_until and row.found.bridge_until > at else ""
    context = shown(request, by, standing, day_of(at), refusal, step) | {
        "row": row,
        "stars": rules.STARS[row.found.rating.level],
        "bridge": bridge,
    }
    return render(request, "ratings/bad.html", context, status=refusal.status if refusal else 200)


step = button("ratings.step", take=partial(matters.take, of=TABLE), leads_to="rating-bad", page=_bad)


@require_http_methods(["GET", "POST"])
@login_required
def visits(request: HttpRequest) -> HttpResponse:
    """A visit or consultation ends: its QR for the visitor's own telephone, its code for the kiosk."""
    by, at = doer(request), now()
    places = [(one.pk, f"{one.number}　{one.name}") for one in queries.counters(by, day_of(at))]
    form = VisitForm(request.POST if request.method == "POST" else None, counters=places)

    def deed() -> HttpResponse:
        said = form.cleaned_data
        made = actions.open_visit(
            counter_id=said["counter"], kind=said["kind"], ticket=said["ticket"], title=said["title"], by=by, at=at
        )
        actions.note_opening(occasion=made.occasion, by=by, terminal=terminal(request), at=at)
        token = invitations.make(made.occasion, channel=Rating.Channel.COUNTER, at=at)
        picture = segno.make(f"{settings.SITE_URL}/rate/link/{token}/", error="m").svg_data_uri(scale=5)
        context = {"places": places, "made": made.occasion, "code": made.code, "picture": picture}
        return render(request, "ratings/visits.html", {"form": VisitForm(counters=places), **context})

    return through(request, form, deed, template="ratings/visits.html", places=places)


@require_GET
@login_required
def signs(request: HttpRequest) -> HttpResponse:
    """评价异常 for the supervisor: evidence, and a judgement with its reason; as Excel on request."""
    by, at = doer(request), now()
    judged = request.GET.get("judged") == "1"
    rows = queries.sign_rows(by, day_of(at), judged=judged)
    return _listed(
        request,
        by,
        at,
        template="ratings/signs.html",
        title="评价异常",
        scope="系统发现的线索，须人工核查，不据以认定刷评",
        columns=["发现时间", "异常指标", "单位", "情况", "相关评价", "核查结论", "核查理由"],
        lines=(
            (one.sign.found_at, one.sign.get_indicator_display(), one.organ, one.sign.says,
             "；".join(f"{e.rating.occasion.reference} {e.rating.get_level_display()} {e.words}" for e in one.evidence),
             one.sign.verdict, one.sign.reason)
            for one in rows
        ),
        shown=lambda: {"rows": rows, "judged": judged},
    )  # fmt: skip


@require_POST
@login_required
def judge(request: HttpRequest, sign_id: int) -> HttpResponse:
    actions.judge(
        sign_id=sign_id,
        verdict=request.POST.get("verdict", ""),
        reason=request.POST.get("reason", ""),
        by=doer(request),
        at=now(),
    )
    messages.success(request, "核查结论已保存。")
    return redirect("rating-signs")
