"""desk/seals: the seals of my organ, how long they hold, who keeps and who may use them.

Only for seal-keepers, a role that asks for a second factor; to everybody else these pages do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs import roles
from yiwang.foundation.seals import actions, forms, queries
from yiwang.foundation.seals.models import Seal, SealAuthorisation, SealKeeper
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound
from yiwang.web import excel
from yiwang.web.deeds import through

SOON = timedelta(days=90)  # a certificate that ends within a quarter wants a successor
PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list; ``state`` is the word and its tone."""

    seal: Seal
    organ: str
    state: tuple[str, str]
    keepers: str


@login_required
@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """Every seal of the organs where I keep seals, those in use first."""
    by, at = organs.doer(request), today.now()
    kept = queries.organs_kept(by, today.day_of(at))
    found = sorted(queries.seals(by), key=lambda seal: seal.stopped_at is not None)  # stable: the query's order within
    keeping: dict[tuple[int, str], list[str]] = {}
    for one in queries.keepers(by, today.day_of(at)):
        keeping.setdefault((one.organ_id, one.kind), []).append(one.account.name)
    rows = [
        Row(seal, kept.get(seal.organ_id, seal.organ.code), _state(seal, at), _kept_by(seal, keeping)) for seal in found
    ]
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="电子印章",
            scope="本人保管印章的机构的全部电子印章，在用的在前",
            by=by,
            at=at,
            columns=["机构", "印章", "类别", "印章编码", "证书序列号", "启用", "有效期止", "状态", "保管员"],
            rows=_exported(rows),
        )
    return render(request, "seals/seals.html", {"rows": rows})


def _state(seal: Seal, at: datetime) -> tuple[str, str]:
    """Word and tone."""
    if seal.stopped_at is not None:
        return "已停用", "off"
    if seal.until_at <= at:
        return "已过期", "late"
    return ("即将到期", "soon") if seal.until_at - at < SOON else ("在用", "ok")


def _kept_by(seal: Seal, keeping: dict[tuple[int, str], list[str]]) -> str:
    return "、".join(keeping.get((seal.organ_id, seal.kind), ())) if seal.stopped_at is None else ""


def _exported(rows: Iterable[Row]) -> Iterable[tuple[object, ...]]:
    for row in rows:
        seal = row.seal
        days = (today.day_of(seal.from_at), today.day_of(seal.until_at))
        kind, serial = seal.get_kind_display(), seal.certificate.serial
        yield row.organ, seal.name, kind, seal.es_id, serial, *days, row.state[0], row.keepers


@login_required
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make a seal."""
    by = organs.doer(request)
    form = forms.SealForm(request.POST or None, kept=queries.organs_kept(by, today.today()))

    def deed() -> HttpResponse:
        data = form.cleaned_data
        seal = actions.make(organ_id=data["organ"], kind=data["kind"], shape=data["shape"], by=by, at=today.now())
        return _back(request, seal, "印章已制作。请指定保管员，并登记用印授权。")

    note = "印章由本系统测试证书机构签发，标注“测试用”，不具法律效力。"
    return through(request, form, deed, title="制作电子印章", submit="制作", note=note, back=reverse("seals-list"))


@login_required
@require_safe
def seal(request: HttpRequest, seal_id: int) -> HttpResponse:
    """One seal: certificate, keepers, authorisations, and every use of it."""
    (by, found), at = _about(request, seal_id), today.now()
    on = today.day_of(at)
    titles, roles_now = queries.letter_titles(on), roles.declared(on)
    given = [
        {
            "row": row,
            "to": roles_now[row.role].title if row.role in roles_now else _grantee(row),
            "letters": "、".join(titles.get(one, one) for one in row.letters),
        }
        for row in queries.authorisations(by, on).filter(organ_id=found.organ_id, kind=found.kind)
    ]
    page = Paginator(queries.uses(by, seal_id).select_related("authorisation"), PAGE)
    uses = page.get_page(request.GET.get("page"))
    shown = {
        "seal": found,
        "organ": queries.organs_kept(by, on).get(found.organ_id, found.organ.code),
        "state": _state(found, at),
        "keepers": queries.keepers(by, on).filter(organ_id=found.organ_id, kind=found.kind),
        "given": given,
        "page": uses,
        "users": _names(by, {use.used_by for use in uses} | {found.stopped_by}),
        "on": on,
    }
    return render(request, "seals/seal.html", shown)


def _grantee(row: SealAuthorisation) -> str:
    if row.standing:
        return "系统自动用印"
    return row.account.name if row.account else row.role


def _names(by: Doer, references: Iterable[str]) -> dict[str, str]:
    return {"system": "系统"} | dict(names.hook["ledger.actor-names"](by, references))


@login_required
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, seal_id: int) -> HttpResponse:
    """Stop a seal; nothing is signed with it from now on."""
    by, found, form = *_about(request, seal_id), forms.ReasonForm(request.POST or None)

    def deed() -> HttpResponse:
        actions.stop(seal_id=found.pk, reason=form.cleaned_data["reason"], by=by, at=today.now())
        return _back(request, found, "印章已停用，此前盖章的文书仍可验证。")

    note = "停用后立即不能再用此印章；此前盖章的文书仍可验证。"
    return through(
        request, form, deed, title=f"停用印章：{found.name}", submit="停用", note=note, back=_page(found), danger=True
    )


@login_required
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, seal_id: int) -> HttpResponse:
    """Stop a seal and make its successor with a new key."""
    by, found, form = *_about(request, seal_id), forms.ReasonForm(request.POST or None)

    def deed() -> HttpResponse:
        new = actions.renew(seal_id=found.pk, reason=form.cleaned_data["reason"], by=by, at=today.now())
        return _back(request, new, "印章已更换，保管员和用印授权照旧。")

    note = "原印章停用，同时制作一枚新密钥的同类印章；保管员和用印授权照旧。"
    return through(
        request, form, deed, title=f"更换印章密钥：{found.name}", submit="更换", note=note, back=_page(found)
    )


@login_required
@require_http_methods(["GET", "POST"])
def new_keeper(request: HttpRequest, seal_id: int) -> HttpResponse:
    """Appoint a keeper."""
    by, found = _about(request, seal_id)
    form = forms.KeeperForm(request.POST or None, organ_id=found.organ_id, on=today.today())

    def deed() -> HttpResponse:
        data = form.cleaned_data
        terms = {"kind": found.kind, "account_id": data["account"].pk, "from_on": data["from_on"]}
        actions.appoint_keeper(organ_id=found.organ_id, **terms, by=by, at=today.now())
        return _back(request, found, "保管员已指定。")

    return through(request, form, deed, title=f"指定保管员：{found.name}", submit="指定", back=_page(found))


@login_required
@require_POST
def end_keeper(request: HttpRequest, seal_id: int, keeper_id: int) -> HttpResponse:
    """A keeper keeps it no longer."""
    by, found = _about(request, seal_id)
    if not SealKeeper.objects.filter(pk=keeper_id, organ_id=found.organ_id, kind=found.kind).exists():
        raise NotFound("没有这名保管员。")
    actions.dismiss_keeper(keeper_id=keeper_id, by=by, at=today.now())
    return _back(request, found, "保管员已免去。")


@login_required
@require_http_methods(["GET", "POST"])
def authorise(request: HttpRequest, seal_id: int) -> HttpResponse:
    """Record a 用印授权."""
    by, found = _about(request, seal_id)
    form = forms.SealAuthorisationForm(request.POST or None, organ_id=found.organ_id, on=today.today())

    def deed() -> HttpResponse:
        actions.authorise(organ_id=found.organ_id, kind=found.kind, **form.terms(), by=by, at=today.now())
        return _back(request, found, "用印授权已登记。")

    return through(request, form, deed, title=f"用印授权：{found.name}", submit="登记授权", back=_page(found))


@login_required
@require_POST
def end_authorisation(request: HttpRequest, seal_id: int, authorisation_id: int) -> HttpResponse:
    """Take an authorisation back from today."""
    by, found = _about(request, seal_id)
    mine = SealAuthorisation.objects.filter(pk=authorisation_id, organ_id=found.organ_id, kind=found.kind)
    if not mine.exists():
        raise NotFound("没有这项用印授权。")
    actions.end_authorisation(authorisation_id=authorisation_id, by=by, at=today.now())
    return _back(request, found, "用印授权已收回。")


def _about(request: HttpRequest, seal_id: int) -> tuple[Doer, Seal]:
    by = organs.doer(request)
    queries.organs_kept(by, today.today())  # 404 before anything else for whoever keeps none
    return by, queries.seal(by, seal_id)


def _page(seal: Seal) -> str:
    return reverse("seals-seal", args=[seal.pk])


def _back(request: HttpRequest, seal: Seal, says: str) -> HttpResponse:
    messages.success(request, says)
    return redirect("seals-seal", seal_id=seal.pk)
