"""Screen 5: intake at the counter. One page: who, which situation, the form, the materials, receive or print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Counter
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal
from yiwang.matters.actions import once
from yiwang.services.cases import actions, devices, papers, queries
from yiwang.services.cases.actions.counter import TAKEN, Scan, identify
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import GuideForm
from yiwang.services.cases.held import copies
from yiwang.services.cases.held import queries as held
from yiwang.services.cases.held.rules import Ground
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.tolerance import queries as tolerance
from yiwang.services.cases.views import keeping
from yiwang.services.cases.views.apply import situation_form
from yiwang.services.cases.views.requests import copies_again, form_body, grounds, idempotency_key, uploads
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.declarations import Declaration, FormGroup, Material
from yiwang.services.catalogue.models import Guide
from yiwang.web.deeds import or_again

FOUND = 12


class ApplicantForm(forms.Form):
    """Who applies, read from the card or typed: a person by ID number, a firm by USCC with its agent."""

    kind = forms.ChoiceField(
        label="申请人类别", choices=[("person", "个人"), ("firm", "单位")], widget=forms.RadioSelect, initial="person"
    )
    name = forms.CharField(label="姓名或单位名称", max_length=200, required=False, help_text="单位已登记的可不填")
    number = forms.CharField(
        label="身份证号码或统一社会信用代码",
        max_length=18,
        error_messages={"required": "请读取身份证，或输入号码。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(label="联系手机", max_length=20, required=False)
    agent_name = forms.CharField(label="代理人姓名", max_length=60, required=False, help_text="本人办理不填")
    agent_number = forms.CharField(label="代理人身份证号码", max_length=18, required=False)
    card_address = forms.CharField(label="证件住址", max_length=200, required=False, widget=forms.HiddenInput)

    def clean_number(self) -> str:
        text = self.cleaned_data["number"].strip().upper()
        check = identifiers.check_uscc if self.data.get("kind") == "firm" else identifiers.check_id_number
        try:
            return str(check(text))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.says) from refusal

    def clean_phone(self) -> str:
        return self._checked("phone", identifiers.check_phone)

    def clean_agent_number(self) -> str:
        return self._checked("agent_number", identifiers.check_id_number)

    def _checked(self, name: str, check: Any) -> str:
        text = self.cleaned_data[name].strip().upper()
        try:
            return str(check(text)) if text else ""
        except Refusal as refusal:
            raise forms.ValidationError(refusal.says) from refusal


class DeliveryForm(forms.Form):
    """How the result reaches the applicant."""

    delivery = forms.ChoiceField(
        label="结果怎么取", choices=Case.Delivery.choices, widget=forms.RadioSelect, initial=Case.Delivery.COLLECT
    )


@require_http_methods(["GET", "POST"])
@login_required
def intake(request: HttpRequest) -> HttpResponse:
    """Choose the item, then take everything in on one page."""
    by, at = doer(request), now()
    counters = list(organs.counters_of(by, day_of(at)))
    if not counters and request.method == "GET":
        return render(request, "cases/intake.html", {"stage": "none"})
    if not counters:
        raise NotAllowed("您今天没有安排在任何窗口，不能收件。请联系本单位账号管理员。", code="not-at-counter")
    counter = counters[0]
    item_code = request.GET.get("item", "")
    if not item_code:
        return _choose(request, counter)
    guide = catalogue.guide_in_force(item_code, day_of(at))
    if request.method == "POST":
        return _take_in(request, counter, guide, by)
    typed, kept_at = keeping.kept(request, guide.item.code)
    return _page(request, counter, guide, typed=typed, kept_at=kept_at)


@require_POST
@login_required
def keep(request: HttpRequest) -> HttpResponse:
    """自动保存: what the page holds so far, sealed in this login's session. Answers nothing."""
    by, at = doer(request), now()
    if not organs.counters_of(by, day_of(at)).exists():
        raise NotAllowed("您今天没有安排在任何窗口，不能收件。请联系本单位账号管理员。", code="not-at-counter")
    guide = catalogue.guide_in_force(request.GET.get("item", ""), day_of(at))
    keeping.keep(request, guide.item.code, at)
    return HttpResponse(status=204)


def _choose(request: HttpRequest, counter: Counter) -> HttpResponse:
    on = day_of(now())
    text = request.GET.get("q", "").strip()[:60]
    rows = []
    for hit in catalogue.search(text, on=on, limit=FOUND).hits if text else []:
        item = catalogue.item(hit.code, on=on)
        receives = organs.counter_may(counter, item.organ_id, item.code, "receive", on)
        accepts = organs.counter_may(counter, item.organ_id, item.code, "accept", on)
        guided = Guide.objects.filter(item=item, state=Guide.State.PUBLISHED, in_force__contains=on).exists()
        rows.append(
            {
                "code": item.code,
                "name": item.name,
                "organ": organs.organ_name(item.organ_id, on),
                "powers": "收件、受理" if accepts else "收件" if receives else "未授权",
                "may_receive": receives and guided,
                "why_not": "没有施行中的办事指南" if not guided else "部门未授权本窗口",
            }
        )
    context = {"stage": "item", "counter": counter, "q": text, "items": rows, "wizard": _wizard(0)}
    context["unfinished"] = [(code, catalogue.item(code, on=on).name) for code in keeping.unfinished(request)]
    return render(request, "cases/intake.html", context)


def _page(
    request: HttpRequest,
    counter: Counter,
    guide: Guide,
    *,
    faults: list[Fault] | None = None,
    says: str = "",
    applicant: forms.Form | None = None,
    typed: QueryDict | None = None,
    kept_at: datetime | None = None,
) -> HttpResponse:
    """The intake page; after a refusal, a change of situation or a break with everything typed still there."""
    declaration = declaration_of(guide)
    posted = request.POST if request.method == "POST" else typed
    answers = _answers(declaration, posted)
    groups = declaration.form_for(answers)
    saved = _saved(posted, groups) if posted else None
    form = GuideForm(groups, data=posted if faults else None, saved=saved, known=_known(posted) if posted else None)
    on = day_of(now())
    reader = devices.card_reader()
    context = {
        "stage": "intake",
        "counter": counter,
        "item_code": guide.item.code,
        "kept_at": kept_at,
        "card_reader": reader,
        "cards": devices.simulated_cards() if reader.simulated else [],
        "scanner": devices.scanner(),
        "guide": {"item_name": guide.item.name, "organ_name": organs.organ_name(guide.item.organ_id, on)},
        "wizard": _wizard(1),
        "applicant_form": applicant
        or ApplicantForm(posted if faults else None, initial=posted.dict() if posted else None),
        "situation_form": situation_form(declaration, answers),
        "form": form,
        "materials": (
            rows := _material_rows(
                declaration, answers, posted, guide.item.code, _standing_here(posted, by := doer(request)), by
            )
        ),
        "may_reuse": any(row["copies"] for row in rows),
        "reuse_agreed": bool(posted and posted.get("reuse_agreed") == "1"),
        "grounds": Ground.choices,
        "delivery_form": DeliveryForm(posted if posted and "delivery" in posted else None),
        "may_choose": tolerance.published(on) is not None,
        "signed": bool(posted and posted.get("signed") == "1"),
        "faults": faults or [],
        "faults_say": says,
    }
    return render(request, "cases/intake.html", context, status=422 if faults or says else 200)


def _take_in(request: HttpRequest, counter: Counter, guide: Guide, by: Doer) -> HttpResponse:
    at = now()
    declaration = declaration_of(guide)
    answers = _answers(declaration, request.POST)
    go = request.POST.get("go", "receive")
    if go == "clear":
        keeping.forget(request, guide.item.code)
        return _leave(request, f"/desk/counter/?item={guide.item.code}")
    if go == "refresh":
        keeping.keep(request, guide.item.code, at)
        return _page(request, counter, guide)
    if go == "notice":
        letter = papers.sheet(guide, answers, by=by, organ_id=counter.place.organ_id, at=at)
        return redirect(f"/desk/letters/{letter.pk}/")
    applicant = ApplicantForm(request.POST)
    if not applicant.is_valid():
        found = [Fault(name, str(one), "form") for name, errors in applicant.errors.items() for one in errors]
        return _page(request, counter, guide, faults=found, says="申请人信息需要改正。", applicant=applicant)
    form = GuideForm(declaration.form_for(answers), data=request.POST)
    form.is_valid()

    def deed() -> tuple[int, str]:
        who = {name: value for name, value in applicant.cleaned_data.items() if name != "card_address"}
        party_id, agent_id = identify(**who, by=by, at=at)
        scans = {
            one.id: [Scan(*page) for page in uploads(request, f"scan-{one.id}")]
            for one in declaration.materials_for(answers)
            if f"scan-{one.id}" in request.FILES
        }
        case = actions.receive(
            item_code=guide.item.code,
            counter=counter,
            party_id=party_id,
            agent_id=agent_id,
            answers=answers,
            form=form.values(),
            states={
                name.removeprefix("state-"): str(value)
                for name, value in request.POST.items()
                if name.startswith("state-")
            },
            scans=scans,
            delivery=request.POST.get("delivery", ""),
            signed=request.POST.get("signed") == "1",
            grounds=grounds(request.POST),
            reuses=copies_again(request.POST),
            agrees=request.POST.get("reuse_agreed") == "1",
            by=by,
            at=at,
        )
        return 303, f"/desk/counter/received/{case.matter.reference}/"

    def received() -> HttpResponse:
        key = idempotency_key(request)
        _, target = once(principal=by, route="cases.receive", key=key, body=form_body(request), at=at, deed=deed)
        keeping.forget(request, guide.item.code)
        messages.success(request, "已收件，接收回执正在生成。")
        if go == "correct":  # whoever may accept here goes on to 一次性告知 at once
            target = target.replace("/desk/counter/received/", "/desk/cases/") + "#ask-correction"
        return _leave(request, target)

    def again(refusal: Refusal) -> HttpResponse:
        return _page(request, counter, guide, faults=list(refusal.faults), says=refusal.says, applicant=applicant)

    return or_again(received, again)


def _leave(request: HttpRequest, target: str) -> HttpResponse:
    """To another page; for a press that htmx sent, by its header, since it would swap a redirect's page into this one."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def _saved(posted: QueryDict, groups: Sequence[FormGroup]) -> dict[str, Any]:
    """What was typed, by input; empty ones left out, so that what is known by now fills them."""
    several = {field.id for group in groups for field in group.fields if field.kind == "choices"}
    return {name: posted.getlist(name) if name in several else posted[name] for name in posted if posted[name]}


def _known(posted: QueryDict) -> dict[str, str]:
    """What the card or the clerk's typing tells already, under the names guides prefill from: nobody types it twice."""
    name, number = posted.get("name", "").strip(), posted.get("number", "").strip().upper()
    agent, agent_number = posted.get("agent_name", "").strip(), posted.get("agent_number", "").strip().upper()
    firm = posted.get("kind") == "firm"
    contact, contact_number = (agent, agent_number) if firm or agent_number else (name, number)
    found = {
        "applicant.name": name,
        "applicant.number": number,
        "applicant.uscc" if firm else "applicant.id_number": number,
        "person.address": posted.get("card_address", "").strip(),
        "applicant.phone": posted.get("phone", "").strip(),
        "applicant.contact.name": contact,
        "applicant.contact.id_number": contact_number,
    }
    if firm:
        found |= {"firm.name": name, "firm.uscc": number}
    return {known: value for known, value in found.items() if value}


def _answers(declaration: Declaration, posted: Any) -> dict[str, str]:
    if posted is None:
        return {}
    return {
        question.id: posted[question.id]
        for question in declaration.questions
        if posted.get(question.id) in question.choices
    }


def _may_take(state: str, one: Material, promisable: frozenset[str]) -> bool:
    """What the page offers for a material: to come later, or promised, only where guide and list let it."""
    if state == CaseMaterial.State.DEFERRED:
        return one.need == "deferrable"
    return state != CaseMaterial.State.PROMISED or one.id in promisable


# What a clerk may say of a held material: nothing, what was offered freely, or that it is asked for (with a ground).
OF_HELD = (
    (CaseMaterial.State.HELD, "政府已有，不收"),
    (CaseMaterial.State.ORIGINAL, "收原件"),
    (CaseMaterial.State.COPY, "收复印件"),
    (CaseMaterial.State.MISSING, "请申请人补交（须选理由）"),
)


def _standing_here(posted: QueryDict | None, by: Doer) -> int | None:
    """The party whose number the clerk has read or typed, if it is registered."""
    number = posted.get("number", "").strip().upper() if posted else ""
    if not number or not by.may(Permission.PERSON_SEE):
        return None
    try:
        found = people.find(by, number, day_of(now()))
    except Refusal:
        return None
    return found[0].party_id if len(found) == 1 else None


def _material_rows(
    declaration: Declaration, answers: dict[str, str], posted: Any, item_code: str, party_id: int | None, by: Doer
) -> list[dict[str, Any]]:
    choices = [(state.value, state.label) for state in TAKEN]
    promisable = tolerance.promisable(item_code, day_of(now()))
    rows = []
    there = held.there(declaration.materials_for(answers), party_id, day_of(now()))
    again = copies.at_counter(by, party_id, declaration.materials_for(answers))
    chosen = copies_again(posted) if posted else {}
    for one in declaration.materials_for(answers):
        given = one.source.of if one.source and one.source.of != "applicant" else ""
        rows.append(
            {
                "id": one.id,
                "name": one.name,
                "required": one.need == "required" and not given,
                "requirement": one.requirement,
                "choices": [] if given else [(v, t) for v, t in choices if _may_take(v, one, promisable)],
                "of_held": OF_HELD if given == "held" else (),
                "there": there.get(one.id),
                "copies": [(copy, copy.pk in chosen.get(one.id, ())) for copy in again.get(one.id, ())],
                "ground": (posted or {}).get(f"ground-{one.id}", ""),
                "state": (posted or {}).get(
                    f"state-{one.id}", CaseMaterial.State.HELD if given == "held" else CaseMaterial.State.MISSING
                ),
                "state_title": "政府已有，不收" if given == "held" else "办理中产生" if given else "",
            }
        )
    return rows


def _wizard(at_step: int) -> list[dict[str, Any]]:
    titles = ("选事项", "收件", "回执")
    return [{"title": title, "done": n < at_step, "current": n == at_step} for n, title in enumerate(titles)]


@require_safe
@login_required
def received(request: HttpRequest, reference: str) -> HttpResponse:
    """After receiving: numbers, letters to print, what comes next."""
    shown = queries.review(doer(request), reference, now())
    return render(request, "cases/received.html", {"c": shown, "wizard": _wizard(2)})
