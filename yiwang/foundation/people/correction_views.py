"""The counter's page on which a person's data are put right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import actions, queries
from yiwang.foundation.people.forms import Correct
from yiwang.kernel.permissions import Permission, allow
from yiwang.web.deeds import through


@never_cache
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, party_id: int) -> HttpResponse:
    """Put one field right; below it, what was put right before."""
    by = organs.doer(request)
    allow(by, Permission.CASE_RECEIVE)
    seen = queries.card(by, party_id)
    if seen.is_firm:
        raise queries.NoSuchParty("没有这个人员。")
    form = Correct(request.POST or None)

    def deed() -> HttpResponse:
        actions.correct(party_id=party_id, by=by, at=now(), **form.cleaned_data)
        messages.success(request, "已更正，原内容留存，本人可以在“谁看过我的信息”里看到。")
        return redirect("people-card", party_id=party_id)

    before = queries.corrections_of(by, party_id)
    return through(request, form, deed, template="people/correct.html", card=seen, corrections=before)
