"""The one way from a filled form to a deed and back: what was refused stands on the same page, beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yiwang.kernel.refusal import Refusal


def or_again(deed: Callable[[], HttpResponse], again: Callable[[Refusal], HttpResponse]) -> HttpResponse:
    """Where the deed leads, or the page it came from with what was refused; what does not exist for the doer stays 404."""
    try:
        return deed()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return again(refusal)


def through(
    request: HttpRequest, form: Form, deed: Callable[[], HttpResponse], *, template: str = "web/form.html", **shown: Any
) -> HttpResponse:
    """Do the deed with a good form, else show the form again with whatever was refused (422, 404 or 409).

    ``web/form.html`` shows ``title``, ``submit``, and if given ``note``, ``back`` (an address) and ``danger``.
    """
    refusal: Refusal | None = None
    if form.is_valid():
        try:
            return deed()
        except Refusal as refused:
            refusal = refused
            for fault in refused.faults:
                if fault.field in form.fields:
                    form.add_error(fault.field, fault.says)
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, template, {"form": form, "refusal": refusal, **shown}, status=status)
