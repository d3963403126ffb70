"""One figure: its form, its note, its records; and the form to register one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.organs.queries import doer
from yiwang.insight.reports import actions, computing, queries
from yiwang.insight.reports.rules import cards, printing
from yiwang.insight.reports.rules.declared import SHOWS
from yiwang.insight.reports.views import asking
from yiwang.insight.reports.views.drafting import _page
from yiwang.kernel.refusal import Refusal
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


@require_GET
@login_required
def register(request: HttpRequest, reference: str) -> HttpResponse:
    """The form that binds a figure: a new one, or one there is (``?name=``)."""
    return _register(request, reference)


def _register(request: HttpRequest, reference: str, refusal: Refusal | None = None) -> HttpResponse:
    by, on = doer(request), day_of(now())
    found, _ = queries.report(by, reference)
    name = request.GET.get("name", "")
    row = found.figures.filter(name=name).first() if name else None
    given: Any = request.POST if refusal else _given(row) if row else {}
    codes = dict(Organ.objects.values_list("pk", "code"))
    context = {
        "r": found,
        "row": row,
        "given": given,
        "kinds": cards.KINDS.items(),
        "shows": SHOWS.items(),
        "scales": [(number, word or "原数") for number, word in printing.SCALES.items()],
        "indicators": [(key, *said) for key, said in computing.known(on).items()],
        "units": [(codes[pk], title) for pk, title in organs.standing_organs(on)],
        "refusal": refusal,
    }
    return render(request, "reports/register.html", context, status=refusal.status if refusal else 200)


def _given(row: Any) -> dict[str, Any]:
    return {
        "name": row.name, "title": row.title, "kind": row.kind, "indicator": row.indicator, "shows": row.shows,
        "scope": row.scope, "unit": row.unit, "places": row.places, "scale": row.scale, "asks": row.asks,
        "parts": " ".join(row.parts), "of": " ".join(row.of), "note": row.note, "from_on": row.from_on.isoformat(),
        "until_on": (row.until_on - timedelta(days=1)).isoformat(),
        "cut_off": row.own_cut_off.date().isoformat() if row.own_cut_off else "",
    }  # fmt: skip


@require_POST
@login_required
def bind(request: HttpRequest, reference: str) -> HttpResponse:
    """Register a figure, or change it."""
    by, at = doer(request), now()
    queries.report(by, reference)

    def deed() -> HttpResponse:
        post = request.POST
        figure = {
            field: post.get(field, "").strip() for field in ("name", "title", "kind", "indicator", "unit", "note")
        }
        figure |= {field: post.get(field, "").strip() for field in ("scope", "asks")}
        figure |= {"shows": post.get("shows", "") or "value"}
        whole: dict[str, Any] = {
            "places": whole_number(post.get("places"), "places") or 0,
            "scale": whole_number(post.get("scale"), "scale") or 1,
            "parts": post.get("parts", "").split(),
            "of": post.get("of", "").split(),
        }
        row = actions.bind(
            reference=reference,
            figure={**figure, **whole},
            from_on=asking.day(request, "from_on"),
            until_on=asking.day_behind(request, "until_on"),
            cut_off=asking.cut_off(request, "cut_off", at),
            by=by,
            at=at,
        )
        messages.success(request, f"已登记。正文里写 {{{{ {row.name} }}}} 即可引用。")
        return redirect(f"/desk/annual/{reference}/?figure={row.name}#card")

    return or_again(deed, lambda refusal: _register(request, reference, refusal))


@require_POST
@login_required
def change(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """口径 and 变动说明, 核定, 取数, 采用外部批次, 删除."""
    by, at = doer(request), now()
    common: dict[str, Any] = {"reference": reference, "by": by, "at": at}

    def deed() -> HttpResponse:
        match request.POST.get("deed", ""):
            case "note":
                note, why = request.POST.get("note", ""), request.POST.get("change", "")
                actions.note_change(**common, name=name, note=note, change=why)
            case "confirm":
                actions.confirm(**common, names=[name])
            case "take":
                _, faults = actions.take_figures(**common, names=[name])
                for fault in faults:
                    messages.warning(request, fault.says)
            case "use":
                batch, _, total = request.POST.get("batch", "").partition("|")
                actions.use_snapshot(**common, name=name, snapshot_id=whole_number(batch, "batch") or 0, total=total)
            case "unbind":
                actions.unbind(**common, name=name)
                messages.success(request, "已删去。")
                return redirect("report", reference=reference)
            case _:
                raise Refusal("没有这项操作。", code="no-such-deed")
        messages.success(request, "已办理。")
        return redirect(f"/desk/annual/{reference}/?figure={name}#card")

    return or_again(deed, lambda refusal: _page(request, reference, refusal))


@require_GET
@login_required
def records(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """The records behind a figure: how many, and their references a page at a time, each opening under its own right."""
    by = doer(request)
    found, _ = queries.report(by, reference)
    page = max(1, whole_number(request.GET.get("page"), "page") or 1)
    opened = queries.opened(found, name, page=page)
    last = -(-opened.count // 100) or 1
    context = {"r": found, "o": opened, "page": page, "last": last}
    return render(request, "reports/records.html", context)
