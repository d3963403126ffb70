"""The desk's pages about firms: registered from the licence seen at the counter, and who acts for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.foundation.calendar.today import now, today
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import actions, queries
from yiwang.foundation.people.forms import NameOfficer, RegisterFirm
from yiwang.kernel.permissions import Permission, allow
from yiwang.web.deeds import through


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The counter registers a firm; one known under that credit code is answered with its card."""
    by = organs.doer(request)
    allow(by, Permission.CASE_RECEIVE)
    form = RegisterFirm(request.POST or None)

    def deed() -> HttpResponse:
        firm = actions.register_firm(**form.cleaned_data, by=by, at=now())
        messages.success(request, f"{firm.name}已登记。")
        return redirect("people-card", party_id=firm.pk)

    return through(request, form, deed, template="people/register_firm.html")


@never_cache
@require_http_methods(["GET", "POST"])
def name_officer(request: HttpRequest, party_id: int) -> HttpResponse:
    """Name who acts for a firm, by the whole ID number of somebody registered."""
    by = organs.doer(request)
    allow(by, Permission.CASE_RECEIVE)
    firm = queries.firm(by, party_id)
    form = NameOfficer(request.POST or None)

    def deed() -> HttpResponse:
        data = form.cleaned_data
        person = queries.person_of_number(by, data["id_number"], today())
        actions.name_officer(firm=firm, person=person, duty=data["duty"], until_on=data["until_on"], by=by, at=now())
        messages.success(request, f"{person.name}已登记。")
        return redirect("people-card", party_id=firm.pk)

    return through(request, form, deed, template="people/name_officer.html", firm=firm)


@never_cache
@require_POST
def end_officer(request: HttpRequest, party_id: int, officer_id: int) -> HttpResponse:
    """Somebody acts for the firm no longer, from today."""
    by = organs.doer(request)
    allow(by, Permission.CASE_RECEIVE)
    officer = queries.officer(by, party_id, officer_id)
    actions.end_officer(officer=officer, by=by, at=now())
    messages.success(request, "已终止。")
    return redirect("people-card", party_id=party_id)
