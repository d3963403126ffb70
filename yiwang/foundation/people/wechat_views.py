"""Binding one's WeChat: the county's WeChat service leads here with a signed link; the person agrees, or ends it."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs import gateways
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import actions
from yiwang.foundation.people.models import Person
from yiwang.web.deeds import through

TICKET = ("openid", "moment", "signature")


class Consent(forms.Form):
    agreed = forms.BooleanField(label="我同意用微信接收我的办件消息", required=False)


@never_cache
@require_http_methods(["GET", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    """What is agreed to, and the box; a link that is not the WeChat service's own is refused before anything is shown."""
    if not isinstance(request.user, Account):
        return redirect("/accounts/phone/?" + urlencode({"next": request.get_full_path()}))
    by = organs.doer(request)
    if by.person_id is None:
        return redirect("people-me")
    given = request.POST if request.method == "POST" else request.GET
    ticket = {name: given.get(name, "") for name in TICKET}
    gateways.refuse_stale_ticket(**ticket)
    form = Consent(request.POST or None)

    def deed() -> HttpResponse:
        person = Person.objects.get(pk=by.person_id)
        actions.bind_wechat(person=person, **ticket, agreed=form.cleaned_data["agreed"], by=by, at=now())
        messages.success(request, "微信已绑定，以后的办件消息发到微信。")
        return redirect("people-me")

    return through(request, form, deed, template="people/wechat.html", ticket=ticket)


@never_cache
@require_POST
def unbind(request: HttpRequest) -> HttpResponse:
    """Take the consent back."""
    if not isinstance(request.user, Account):
        return redirect("/accounts/phone/?" + urlencode({"next": "/me/"}))
    by = organs.doer(request)
    if by.person_id is None:
        return redirect("people-me")
    actions.unbind_wechat(person=Person.objects.get(pk=by.person_id), by=by, at=now())
    messages.success(request, "已解除绑定，以后用短信通知您。")
    return redirect("people-me")
