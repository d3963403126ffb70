"""Pages of petitions: the list by day, a new one, one with its clocks and steps."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.governance.petitions import actions, queries, rules
from yiwang.governance.petitions.forms import PetitionForm
from yiwang.governance.petitions.models import Purpose
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import queries as matters
from yiwang.matters.stepping import button, shown, with_forms
from yiwang.web.deeds import or_again, through
from yiwang.web.inputs import whole_number

LOGIN = "/accounts/phone/"


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Petitions of the viewer's office or unit, what falls due first."""
    by, show = doer(request), request.GET.get("show", "open")
    start = whole_number(request.GET.get("start"), "start") or 0
    rows, following = queries.board(by, day_of(now()), show=show, start=start)
    context = {
        "rows": rows,
        "next": following,
        "show": show,
        "shows": queries.SHOW,
        "may_take": by.may(Permission.PETITION_TAKE),
    }
    return render(request, "petitions/board.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """登记信访事项."""
    by = doer(request)
    if not by.may(Permission.PETITION_TAKE):
        raise NotAllowed("只有信访工作人员可以登记信访事项。")
    units = [(pk, name) for _, name, pk in queries.units(day_of(now()))]
    form = PetitionForm(request.POST or None, units=units)

    def deed() -> HttpResponse:
        said = dict(form.cleaned_data)
        number, said["against_id"] = said.pop("id_number"), said.pop("against")
        opened = actions.register(intake=rules.Intake(**said), id_number=number, by=by, at=now())
        messages.success(request, f"已登记信访事项{opened.reference}，请在15日内告知。")
        if opened.party_id is not None:
            messages.success(request, "已关联信访人的实名账号，本人登录后在“我的”里可以查看。")
        elif number:
            messages.warning(request, "没有同名的实名登记，未关联网上账号；请核对姓名和证件，文书照常送达。")
        return redirect("petition", reference=opened.reference)

    note = "登记之日起15日内告知是否受理；姓名、电话加密保存。"
    return through(request, form, deed, title="登记信访事项", note=note, submit="登记", back="/desk/petitions/")


@require_GET
@login_required(login_url=LOGIN)
def mine(request: HttpRequest, reference: str) -> HttpResponse:
    """Where one's own petition stands, what was decided, the letters, and asking for 复查 or 复核."""
    return _mine(request, reference)


def _mine(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    found = queries.mine_one(doer(request), reference, day_of(now()))
    page = {"p": found, "steps": with_forms(request, found.steps, refusal, step), "refusal": refusal}
    return render(request, "petitions/mine.html", page, status=refusal.status if refusal else 200)


own_step = button("petitions.mine", take=actions.take_own, leads_to="my-petition", page=_mine, login_url=LOGIN)


@require_GET
@login_required
def petition(request: HttpRequest, reference: str) -> HttpResponse:
    """One petition: what is asked, whose it is, the clocks in natural days, the answers, what may be done."""
    return _petition(request, reference)


def _petition(
    request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "", told: str = ""
) -> HttpResponse:
    by, on = doer(request), day_of(now())
    found, standing = queries.petition(by, reference), matters.matter(by, reference)
    context = shown(request, by, standing, on, refusal, step)
    never = {"reply"} if found.purpose == Purpose.APPEAL else rules.NO_APPEAL
    context["steps"] = [(one, form) for one, form in context["steps"] if one.step.name not in never]
    barred = queries.accused(found)
    for _, form in context["steps"]:
        form.choose("unit", lambda: [(code, name) for code, name, pk in queries.units(on) if pk not in barred])
    name, phone = queries.person_of(by, found)
    context |= {
        "petition": found,
        "name": name,
        "phone": phone,
        "told": told,
        "may_know": queries.may_know(by, found) and standing.closed_at is None,
        "fields": actions.FIELDS,
        "purposes": actions.PURPOSES,
        "unit": organs.organ_name(found.unit_id, on) if found.unit_id else "",
        "letters": queries.letters_of(by, found),
        "against": organs.organ_name(found.against_id, on) if found.against_id else "",
        "unserved": queries.unserved(found),
        "joint": found.people > rules.JOINT,
    }
    return render(request, "petitions/petition.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole name or telephone, once, for a purpose."""

    def deed() -> HttpResponse:
        said = {key: request.POST.get(key, "") for key in ("field", "purpose")}
        return _petition(
            request, reference, told=actions.read_person(reference=reference, **said, by=doer(request), at=now())
        )

    return or_again(deed, lambda refusal: _petition(request, reference, refusal))


step = button("petitions.step", take=actions.take, leads_to="petition", page=_petition)
