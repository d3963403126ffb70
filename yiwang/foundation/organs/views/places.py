"""desk/organs/places: halls, centres and stations; their hours, their counters, opened and closed."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import actions, forms_places, queries
from yiwang.foundation.organs.models import Counter, Place, PlaceHours
from yiwang.foundation.organs.queries import places as asked
from yiwang.foundation.organs.rules import governs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.web import excel
from yiwang.web.deeds import through


@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Every place open today or to be opened."""
    by, on = queries.doer(request), today.today()
    found = list(asked.places(by, on))
    named = queries.organ_names([each.organ_id for each in found], on)
    rows = [(each, named.get(each.organ_id, ""), asked.hours_in_words(each.now)) for each in found]  # type: ignore[attr-defined]
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="场所",
            scope=f"{on}在用和待启用的政务服务场所及当日施行的开放时间",
            by=by,
            at=today.now(),
            columns=["代号", "名称", "类别", "管理机构", "地址", "联系电话", "开放时间"],
            rows=(
                (one.code, one.name, one.get_kind_display(), of, one.address, one.phone, "；".join(hours))
                for one, of, hours in rows
            ),
        )
    return render(request, "organs/places.html", {"rows": rows, "may_govern": governs(by), "on": on})


@login_required
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: hours now and to come, counters past and present."""
    by, on = queries.doer(request), today.today()
    found = asked.place_seen_by(by, code, on)
    counters = list(asked.counters_at(found, on))
    later = list(asked.hours_to_come(found, on))
    shown = {
        "place": found,
        "names": queries.organ_names([found.organ_id, *(each.organ_id for each in counters)], on),
        "counters": [(each, asked.hours_in_words(each.now)) for each in counters],  # type: ignore[attr-defined]
        "hours": asked.hours_in_words(found.now),  # type: ignore[attr-defined]
        "later_from": later[0].from_on if later else None,
        "later": asked.hours_in_words(later),
        "may_govern": governs(by) and found.until_on is None,
        "on": on,
    }
    return render(request, "organs/place.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_place(request: HttpRequest) -> HttpResponse:
    """Open a place."""
    by, on = _governor(request), today.today()
    form = forms_places.PlaceForm(request.POST or None, on=on)

    def deed() -> HttpResponse:
        made = actions.open_place(**form.cleaned_data, by=by, at=today.now())
        return _back(request, made, "场所已登记，请设置开放时间和窗口。")

    return through(request, form, deed, title="启用场所", submit="登记", back=reverse("organs-places"))


@login_required
@require_http_methods(["GET", "POST"])
def close_place(request: HttpRequest, code: str) -> HttpResponse:
    """Close a place."""
    by, on = _governor(request), today.today()
    found = asked.place_seen_by(by, code, on)
    form = forms_places.ClosingForm(request.POST or None, initial={"on": on})

    def deed() -> HttpResponse:
        actions.close_place(place=found, **form.cleaned_data, by=by, at=today.now())
        return _back(request, found, "场所停用已登记。")

    return through(request, form, deed, title=f"停用场所：{found.name}", submit="停用", back=_page(found), danger=True)


@login_required
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest, code: str) -> HttpResponse:
    """Set the hours of a place from a day on; the lines begin with those that hold now."""
    by, on = _governor(request), today.today()
    found = asked.place_seen_by(by, code, on)
    return _hours(request, by, found, None, list(found.now), found.open_on_rest_days)  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "POST"])
def counter_hours(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The hours of one counter, such as one open at weekends; without any line it keeps its place's."""
    by, on = _governor(request), today.today()
    counter = queries.counter_seen_by(by, counter_id)
    held, rest_days = asked.hours_of(counter, on)
    return _hours(request, by, asked.place_seen_by(by, counter.place.code, on), counter, held, rest_days)


def _hours(
    request: HttpRequest, by: Doer, found: Place, counter: Counter | None, held: list[PlaceHours], rest_days: bool
) -> HttpResponse:
    tomorrow = today.today() + timedelta(days=1)
    form = forms_places.HoursForm(request.POST or None, initial={"from_on": tomorrow, "open_on_rest_days": rest_days})
    initial = [
        {"weekday": row.weekday, "opens_at": row.opens_at, "closes_at": row.closes_at, "extended": row.extended}
        for row in held
    ]
    lines = forms_places.Openings(request.POST or None, initial=initial, prefix="opening")
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        openings = [one for line in lines if (one := line.opening())]
        try:
            actions.set_hours(
                place=found, counter=counter, openings=openings, **form.cleaned_data, by=by, at=today.now()
            )
        except Refusal as refused:
            refusal = refused
        else:
            return _back(request, found, "开放时间已调整。")
    faulty = request.method == "POST" and not (form.is_valid() and lines.is_valid())
    shown = {"place": found, "counter": counter, "form": form, "lines": lines, "refusal": refusal}
    return render(request, "organs/hours.html", shown, status=422 if refusal or faulty else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new_counter(request: HttpRequest, code: str) -> HttpResponse:
    """Open a counter."""
    by, on = _governor(request), today.today()
    found = asked.place_seen_by(by, code, on)
    form = forms_places.CounterForm(request.POST or None, on=on)

    def deed() -> HttpResponse:
        actions.open_counter(place=found, **form.cleaned_data, by=by, at=today.now())
        return _back(request, found, "窗口已登记。")

    return through(request, form, deed, title=f"启用窗口：{found.name}", submit="登记", back=_page(found))


@login_required
@require_http_methods(["GET", "POST"])
def close_counter(request: HttpRequest, counter_id: int) -> HttpResponse:
    """Close a counter."""
    by, on = _governor(request), today.today()
    counter = queries.counter_seen_by(by, counter_id)
    form = forms_places.ClosingForm(request.POST or None, initial={"on": on})

    def deed() -> HttpResponse:
        actions.close_counter(counter=counter, **form.cleaned_data, by=by, at=today.now())
        return _back(request, counter.place, "窗口停用已登记，其授权同日终止。")

    title = f"停用窗口：{counter.place.name}{counter.number}"
    return through(request, form, deed, title=title, submit="停用", back=_page(counter.place), danger=True)


def _governor(request: HttpRequest) -> Doer:
    by = queries.doer(request)
    if not governs(by):
        raise NotFound("没有这个页面，或者您无权查看。")
    return by


def _page(place: Place) -> str:
    return reverse("organs-place", args=[place.code])


def _back(request: HttpRequest, place: Place, says: str) -> HttpResponse:
    messages.success(request, says)
    return redirect("organs-place", code=place.code)
