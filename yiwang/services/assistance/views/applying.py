"""办理 at a terminal, on one address and without a draft: situation, form, confirmation, done. What is typed travels in the
page alone, so that whoever walks away leaves nothing behind."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import Doer
from yiwang.matters.actions import once
from yiwang.services.assistance import actions, queries
from yiwang.services.assistance.models import KioskVisit, Terminal
from yiwang.services.assistance.views.standing import keep_for_typing, shown, with_card
from yiwang.services.cases import queries as cases
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import GuideForm, filled
from yiwang.services.cases.models import Case
from yiwang.services.cases.views.apply import ConfirmForm, situation_form
from yiwang.services.cases.views.requests import form_body, idempotency_key
from yiwang.web.deeds import or_again

ASKED, SURE = "q", "c"  # prefixes: a question and a field of a guide may have one name


@with_card
def items(request: HttpRequest, terminal: Terminal, visit: KioskVisit, by: Doer) -> HttpResponse:
    """What may be applied for here."""
    on = day_of(now())
    found = queries.items_at_terminal(on)
    named = organs.organ_names({one.item.organ_id for one in found}, on)
    rows = [(one.item.code, one.item.name, named.get(one.item.organ_id, "")) for one in found]
    return shown(request, "assistance/kiosk_items.html", terminal, visit=visit, rows=rows)


@with_card
def apply(request: HttpRequest, terminal: Terminal, visit: KioskVisit, by: Doer, item_code: str) -> HttpResponse:
    """The stage the posted form has reached: each is checked again from the first, so that none is stepped over."""
    at = now()
    guide = queries.guide_at_terminal(item_code, day_of(at))
    declaration = declaration_of(guide)
    posted = request.POST if request.method == "POST" else None
    go = posted.get("go", "") if posted else "" if declaration.questions else "situation"
    asked = situation_form(declaration, {}, (posted or {}) if go else None, prefix=ASKED)
    page: dict[str, Any] = {"visit": visit, "item": guide.item, "asked": asked, "idle": keep_for_typing(visit)}
    if not go or not asked.is_valid():
        return _stage(request, terminal, "situation", page, faulty=bool(go))
    answers = asked.cleaned_data
    page["lacking"] = queries.to_hand_in(guide, answers)
    if page["lacking"]:
        return _stage(request, terminal, "elsewhere", page)
    groups = declaration.form_for(answers)
    typed = posted if go in {"review", "submit"} else None
    form = GuideForm(groups, known=cases.known(by, visit.party_id), data=typed)
    page["form"] = form
    if typed is None or not form.is_valid():
        return _stage(request, terminal, "form", page, faulty=typed is not None)
    page |= {"filled": filled(groups, form.values()), "materials": declaration.materials_for(answers)}
    sure = ConfirmForm(posted if go == "submit" else None, prefix=SURE)
    page["sure"] = sure
    if go != "submit" or not sure.is_valid():
        return _stage(request, terminal, "confirm", page, faulty=go == "submit")

    def deed() -> tuple[int, str]:
        delivery = sure.cleaned_data["delivery"]
        made = actions.apply(item_code=item_code, answers=answers, form=form.values(), delivery=delivery, by=by, at=at)
        actions.note(terminal=terminal, visit=visit, kind="apply", what=guide.item.name, at=at)
        return 201, made.matter.reference

    def done() -> HttpResponse:
        key, body = idempotency_key(request), form_body(request)
        _, reference = once(principal=by, route="kiosk.apply", key=key, body=body, at=at, deed=deed)
        case = Case.objects.select_related("matter").get(matter__reference=reference)
        return _stage(request, terminal, "done", page | {"case": case})

    return or_again(done, lambda refusal: _stage(request, terminal, "confirm", page | {"refusal": refusal}))


def _stage(
    request: HttpRequest, terminal: Terminal, stage: str, page: dict[str, Any], *, faulty: bool = False
) -> HttpResponse:
    answer = shown(request, "assistance/kiosk_apply.html", terminal, stage=stage, **page)
    if faulty and answer.status_code == 200:
        answer.status_code = 422
    return answer
