"""Pages about people: the desk's look-up and card, and one's own data, firms and mandates."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import now, today
from yiwang.foundation.organs import gateways
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import actions, mandated, queries
from yiwang.foundation.people.forms import Contact, GiveMandate, Look, RealName, Register, Search
from yiwang.foundation.people.models import Person
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.web.deeds import through

CARD = "people/card.html"


# -- desk ----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Search by a whole number. POST, so that no number stands in an address or a log."""
    by = organs.doer(request)
    allow(by, Permission.PERSON_SEE)
    form = Search(request.POST or None)
    template, shown = "people/look_up.html", {"may_register": by.may(Permission.CASE_RECEIVE)}

    def deed() -> HttpResponse:
        cards = queries.find(by, form.cleaned_data["text"], today())
        return render(request, template, {"form": form, "cards": cards, **shown})

    return through(request, form, deed, template=template, cards=None, **shown)


@never_cache
@require_GET
def card(request: HttpRequest, party_id: int) -> HttpResponse:
    """One masked card with firms; whole numbers behind a purpose."""
    return render(request, CARD, _card(organs.doer(request), party_id, Look()))


@never_cache
@require_POST
def unmask(request: HttpRequest, party_id: int) -> HttpResponse:
    """One whole field for a stated purpose, shown once on this answer."""
    by, form = organs.doer(request), Look(request.POST)
    shown = _card(by, party_id, form)

    def deed() -> HttpResponse:
        whole = actions.unmask(party_id=party_id, by=by, at=now(), **form.cleaned_data)
        return render(request, CARD, {**shown, "whole": {form.cleaned_data["field"]: whole}})

    return through(request, form, deed, template=CARD, **shown)


def _card(by: Doer, party_id: int, look: Look) -> dict[str, Any]:
    """What the card's page shows. 404 for whoever may not see it."""
    allow(by, Permission.PERSON_SEE)
    seen = queries.card(by, party_id)
    return {
        "card": seen,
        "firms": [] if seen.is_firm else queries.firms_of(by, party_id, today()),
        "officers": queries.officers_of(by, party_id, today()) if seen.is_firm else [],
        "look": look,
        "whole": {},
        "may_unmask": by.may(Permission.PERSON_UNMASK) and not seen.is_firm,
        "may_name": by.may(Permission.CASE_RECEIVE) and seen.is_firm,
        "may_correct": by.may(Permission.CASE_RECEIVE) and not seen.is_firm,
        "may_open": by.may(Permission.CASE_RECEIVE) and not seen.is_firm and not seen.has_account,
    }


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The counter registers the holder of an ID card; somebody known is answered with the existing card."""
    by = organs.doer(request)
    allow(by, Permission.CASE_RECEIVE)
    form = Register(request.POST or None)

    def deed() -> HttpResponse:
        person = actions.register_at_counter(**form.cleaned_data, by=by, at=now())
        messages.success(request, f"{person.name}已登记。")
        return redirect("people-card", party_id=person.pk)

    return through(request, form, deed, template="people/register.html")


@never_cache
@require_POST
def open_account(request: HttpRequest, party_id: int) -> HttpResponse:
    """An account for somebody without a phone; login name and first password are shown once, for printing."""
    by = organs.doer(request)
    allow(by, Permission.CASE_RECEIVE)
    seen = queries.card(by, party_id)
    person = Person.objects.filter(pk=party_id).first()
    if person is None:
        raise queries.NoSuchParty("没有这个人员。")
    account, password = actions.open_citizen_account(person=person, by=by, at=now())
    shown = {"card": seen, "username": account.username, "password": password}
    return render(request, "people/account_slip.html", shown)


# -- portal --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """One's own data, firms and mandates; before the real-name step, that step."""
    account = request.user
    if not isinstance(account, Account):
        return redirect(f"/accounts/phone/?next={request.path}")
    by = organs.doer(request)
    if by.kind == "staff":
        return redirect("/desk/inbox/")
    if by.person_id is None:
        return _real_name(request, account)
    form = Contact(request.POST or None)
    person_id = by.person_id

    def deed() -> HttpResponse:
        _change_contact(request, person_id, form)
        return redirect("people-me")

    given, held = mandated.mandate_lines(by, today())
    shown = {
        "card": queries.card(by, by.person_id),
        "firms": queries.firms_of(by, by.person_id, today()),
        "given": given,
        "held": held,
        "wechat_since": queries.wechat_since(by),
        "wechat_link": "?" + urlencode(gateways.ticket(f"demo-{by.person_id:06d}")) if settings.DEMO else "",
    }
    return through(request, form, deed, template="people/me.html", **shown)


def _change_contact(request: HttpRequest, person_id: int, form: Contact) -> None:
    """Only what was typed is changed: the page shows the kept values masked, never in the inputs."""
    by, at, person = organs.doer(request), now(), Person.objects.get(pk=person_id)
    if form.cleaned_data["phone"]:
        actions.change_phone(person=person, phone=form.cleaned_data["phone"], by=by, at=at)
    if form.cleaned_data["address"]:
        actions.change_address(person=person, address=form.cleaned_data["address"], by=by, at=at)
    messages.success(request, "已更新联系方式。")


def _real_name(request: HttpRequest, account: Account) -> HttpResponse:
    form = RealName(request.POST or None)

    def deed() -> HttpResponse:
        phone = organs.phone_of(account) if account.phone_cipher else ""
        actions.register_citizen(account=account, phone=phone, **form.cleaned_data, by=organs.doer(request), at=now())
        messages.success(request, "实名登记已完成。")
        return redirect("people-me")

    return through(request, form, deed, template="people/real_name.html")


@never_cache
@require_http_methods(["GET", "POST"])
def give_mandate(request: HttpRequest) -> HttpResponse:
    """Let somebody act for oneself or for a firm one represents."""
    by = organs.doer(request)
    if by.person_id is None:
        return redirect("people-me")
    form = GiveMandate(request.POST or None, principals=queries.principals(by, today()))

    def deed() -> HttpResponse:
        given: dict[str, Any] = {**form.cleaned_data, "item_codes": form.cleaned_data["item_codes"].split()}
        actions.give_mandate(**given, by=by, at=now())
        messages.success(request, "委托已生效。")
        return redirect("people-me")

    return through(request, form, deed, template="people/mandate.html")


@never_cache
@require_POST
def revoke_mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """End a mandate now, by either side."""
    by = organs.doer(request)
    actions.revoke_mandate(mandate=queries.own_mandate(by, mandate_id, today()), by=by, at=now())
    messages.success(request, "委托已撤销。")
    return redirect("people-me")
