"""desk/organs: the tree with dated names, places and counters, and what each counter is authorised to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import actions, forms, queries
from yiwang.foundation.organs.models import Counter, CounterAuthorisation
from yiwang.foundation.organs.rules import governs, refuse_ungoverned
from yiwang.foundation.organs.views.staff import _through
from yiwang.kernel.refusal import NotFound
from yiwang.web import excel


@login_required
@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """Every organ standing today."""
    by, on = queries.doer(request), today.today()
    roots = queries.tree(by, on)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="机构",
            scope=f"{on}存续的机构，按本县排序；上级在前",
            by=by,
            at=today.now(),
            columns=["代号", "名称", "类别", "统一社会信用代码", "联系电话", "上级"],
            rows=_flat(roots, ""),
        )
    return render(request, "organs/tree.html", {"roots": roots, "on": on})


def _flat(branches: Iterable[queries.Branch], above: str) -> Iterator[tuple[str, ...]]:
    for branch in branches:
        organ = branch.organ
        yield organ.code, branch.name, organ.get_kind_display(), organ.uscc or "", organ.phone, above
        yield from _flat(branch.children, branch.name)


@login_required
@require_safe
def organ(request: HttpRequest, code: str) -> HttpResponse:
    """One organ: names over time, predecessors and successors, counters and authorisations."""
    by, on = queries.doer(request), today.today()
    found = queries.organ_seen_by(by, code)
    related = [s.old_id for s in found.predecessors.all()] + [s.new_id for s in found.successions.all()]
    shown = {
        "organ": found,
        "name": queries.organ_name(found.pk, on),
        "names": found.names.order_by("-from_on"),
        "predecessors": found.predecessors.select_related("old"),
        "successions": found.successions.select_related("new"),
        "related": queries.organ_names(related, on),
        "counters": queries.counters_with_powers(by, on, of=found),
        "may_govern": governs(by),
        "on": on,
    }
    return render(request, "organs/organ.html", shown)


@login_required
@require_safe
def counters(request: HttpRequest) -> HttpResponse:
    """Every counter with what it may do in whose name."""
    by, on = queries.doer(request), today.today()
    rows = list(queries.counters_with_powers(by, on))
    ids = {row.organ_id for row in rows} | {given.organ_id for row in rows for given in getattr(row, "in_force", ())}
    if request.GET.get("format") == "xlsx":
        named = queries.organ_names(ids, on)
        return excel.response(
            title="窗口与授权",
            scope=f"{on}在用的窗口及其有效授权，一项授权一行",
            by=by,
            at=today.now(),
            columns=["场所", "窗口", "名称", "派员机构", "授权机构", "权限", "文件", "有效期至"],
            rows=_authorised(rows, named),
        )
    shown = {
        "counters": rows,
        "names": queries.organ_names(ids, on),
        "may_authorise": queries.organs_to_authorise(by, on).exists(),
        "powers": dict(CounterAuthorisation.Power.choices),
        "on": on,
    }
    return render(request, "organs/counters.html", shown)


def _authorised(counters: Iterable[Counter], named: Mapping[int, str]) -> Iterator[tuple[object, ...]]:
    for one in counters:
        seat = (one.place.name, one.number, one.name, named.get(one.organ_id, ""))
        for given in getattr(one, "in_force", ()):
            powers = "、".join(str(CounterAuthorisation.Power(power).label) for power in given.powers)
            until = given.until_on - timedelta(days=1) if given.until_on else None
            yield *seat, named.get(given.organ_id, ""), powers, given.document, until


@login_required
@require_http_methods(["GET", "POST"])
def authorise(request: HttpRequest, counter_id: int) -> HttpResponse:
    """Record a 窗口授权委托书."""
    by = queries.doer(request)
    counter = queries.counter_seen_by(by, counter_id)
    form = forms.AuthorisationForm(request.POST or None, by=by)

    def deed() -> HttpResponse:
        data = dict(form.cleaned_data)
        until_on = data.pop("last_on") + timedelta(days=1)
        codes = data.pop("item_codes").split()
        actions.authorise_counter(counter=counter, item_codes=codes, until_on=until_on, **data, by=by, at=today.now())
        messages.success(request, "窗口授权已登记。")
        return redirect("organs-counters")

    return _through(request, form, deed, f"窗口授权：{counter}", "登记")


@login_required
@require_POST
def revoke(request: HttpRequest, authorisation_id: int) -> HttpResponse:
    """Take an authorisation back from today."""
    by = queries.doer(request)
    given = CounterAuthorisation.objects.filter(
        pk=authorisation_id, organ__in=queries.organs_to_authorise(by, today.today())
    ).first()
    if given is None:
        raise NotFound("没有这项窗口授权，或者它不归您管理。")
    actions.revoke_authorisation(authorisation=given, on=today.today(), by=by, at=today.now())
    messages.success(request, "窗口授权已收回。")
    return redirect("organs-counters")


@login_required
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name from a day on."""
    by = queries.doer(request)
    refuse_ungoverned(by)
    found = queries.organ_seen_by(by, code)
    form = forms.RenameForm(request.POST or None)

    def deed() -> HttpResponse:
        actions.rename_organ(organ=found, **form.cleaned_data, by=by, at=today.now())
        messages.success(request, "更名已登记。")
        return redirect("organs-organ", code=found.code)

    return _through(request, form, deed, f"机构更名：{queries.organ_name(found.pk, today.today())}", "登记")


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Let another organ stand in for this one."""
    by = queries.doer(request)
    refuse_ungoverned(by)
    found = queries.organ_seen_by(by, code)
    form = forms.SuccessionForm(request.POST or None, old=found)

    def deed() -> HttpResponse:
        data = form.cleaned_data
        actions.succeed(
            old=found, new=data["new"], from_day=data["from_day"], document=data["document"], by=by, at=today.now()
        )
        messages.success(request, "机构承继已登记，原机构的账号、岗位、窗口和授权已移交。")
        return redirect("organs-organ", code=data["new"].code)

    title = f"机构合并：{queries.organ_name(found.pk, today.today())}"
    return _through(request, form, deed, title, "办理合并", danger=True)
