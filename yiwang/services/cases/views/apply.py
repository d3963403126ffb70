"""Applying online: situation, form, materials, confirmation. Plain forms; every page keeps the draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer, organ_name
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.actions import once
from yiwang.services.cases import actions, queries
from yiwang.services.cases.actions.drafts import owned
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import GuideForm, filled
from yiwang.services.cases.held import queries as held_queries
from yiwang.services.cases.held.copies import compared_copies
from yiwang.services.cases.held.queries import There
from yiwang.services.cases.models import Case, Draft
from yiwang.services.cases.sealing import open_form
from yiwang.services.cases.tolerance import queries as tolerance
from yiwang.services.cases.tolerance.rules import Offer
from yiwang.services.cases.views.requests import LARGEST_UPLOAD, form_body, idempotency_key, uploaded
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.declarations import Declaration, Material
from yiwang.web.deeds import or_again
from yiwang.web.inputs import on_a_phone, whole_number


@require_http_methods(["GET", "POST"])
@login_required(login_url="/accounts/phone/")
def start(request: HttpRequest, item_code: str) -> HttpResponse:
    """For whom; then a draft, new or taken up again."""
    by, at = doer(request), now()
    catalogue.guide_in_force(item_code, day_of(at))
    choices = applicants(by, item_code)
    if not choices:
        return redirect(f"/me/?next=/apply/{item_code}/")
    if len(choices) == 1 or request.method == "POST":
        chosen = whole_number(request.POST.get("party"), "party") or choices[0][0]
        draft = actions.start(item_code=item_code, party_id=chosen, by=by, at=at)
        if draft.page == 0 and request.GET:  # what was answered on the guide's page is not asked again
            return redirect(f"/apply/draft/{draft.pk}/situation/?{request.GET.urlencode()}")
        return redirect(f"/apply/draft/{draft.pk}/")
    return render(
        request, "cases/apply_for.html", {"item": catalogue.item(item_code, on=day_of(at)), "choices": choices}
    )


@require_GET
@login_required(login_url="/accounts/phone/")
def resume(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Go on where the draft was left."""
    draft = owned(draft_id, doer(request))
    declaration = declaration_of(draft.guide)
    if draft.page == 0:
        return redirect(f"/apply/draft/{draft.pk}/situation/")
    if draft.page <= len(declaration.form_for(draft.answers)):
        return redirect(f"/apply/draft/{draft.pk}/form/{draft.page}/")
    return redirect(f"/apply/draft/{draft.pk}/materials/")


@require_http_methods(["GET", "POST"])
@login_required(login_url="/accounts/phone/")
def situation(request: HttpRequest, draft_id: int) -> HttpResponse:
    by, at = doer(request), now()
    draft = owned(draft_id, by)
    declaration = declaration_of(draft.guide)
    said = {
        question.id: request.GET[question.id]
        for question in declaration.questions
        if request.GET.get(question.id) in question.choices
    }
    form = situation_form(declaration, draft.answers | said, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.keep_answers(draft=draft, answers=form.cleaned_data, at=at)
        return redirect(f"/apply/draft/{draft.pk}/form/1/")
    context = {**_shell(draft, by, declaration, 0), "form": form}
    return render(request, "cases/apply_start.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required(login_url="/accounts/phone/")
def fill(request: HttpRequest, draft_id: int, page: int) -> HttpResponse:
    """One group of the form a page. 保存 keeps whatever was typed; 下一步 asks that it be right."""
    by, at = doer(request), now()
    draft = owned(draft_id, by)
    declaration = declaration_of(draft.guide)
    groups = declaration.form_for(draft.answers)
    if not 1 <= page <= len(groups):
        return redirect(f"/apply/draft/{draft.pk}/materials/")
    saved = open_form(draft.form, about=f"draft:{draft.pk}")
    known = queries.known(by, draft.party_id)
    data = request.POST if request.method == "POST" else None
    leaving = request.method == "POST" and request.POST.get("go") == "save"
    form = GuideForm([groups[page - 1]], known=known, saved=saved, data=data, lenient=leaving)
    if data is not None:
        valid = form.is_valid()
        kept = {name: value for name, value in saved.items() if name not in form.fields} | form.values()
        following = page + 1 if valid and not leaving else page
        actions.keep_form(draft=draft, values=kept, page=following, at=at)
        if leaving:
            messages.success(request, "已保存，随时可以在“我的办件”里接着填。")
            return redirect("/my/")
        if valid:
            return redirect(f"/apply/draft/{draft.pk}/form/{page + 1}/")
    back = f"/apply/draft/{draft.pk}/form/{page - 1}/" if page > 1 else f"/apply/draft/{draft.pk}/situation/"
    context = {**_shell(draft, by, declaration, page), "form": form, "back": back}
    return render(request, "cases/apply_form.html", context, status=422 if form.errors else 200)


@require_GET
@login_required(login_url="/accounts/phone/")
def materials(request: HttpRequest, draft_id: int) -> HttpResponse:
    by = doer(request)
    draft = owned(draft_id, by)
    return _materials(request, draft, by)


def _materials(request: HttpRequest, draft: Draft, by: Doer, fault: Refusal | None = None) -> HttpResponse:
    declaration = declaration_of(draft.guide)
    groups = declaration.form_for(draft.answers)
    rows = material_rows(declaration, draft)
    copies = compared_copies(draft)
    for row in rows:
        row["copies"] = copies.get(row["id"], [])
    if fault is not None and fault.faults:
        for row in rows:
            row["fault"] = next((one.says for one in fault.faults if one.field == row["id"]), "")
    context = {
        **_shell(draft, by, declaration, len(groups) + 1),
        "draft": draft,
        "materials": rows,
        "wanted_count": sum(1 for row in rows if row["wanted"]),
        "upload_limit": LARGEST_UPLOAD,
        "back": f"/apply/draft/{draft.pk}/form/{len(groups)}/" if groups else f"/apply/draft/{draft.pk}/situation/",
        "next": f"/apply/draft/{draft.pk}/confirm/",
        "refusal": fault if fault is not None and not fault.faults else None,
    }
    return render(request, "cases/apply_materials.html", context, status=fault.status if fault else 200)


@require_POST
@login_required(login_url="/accounts/phone/")
def upload(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    by, at = doer(request), now()
    draft = owned(draft_id, by)

    def deed() -> HttpResponse:
        content, name = uploaded(request, "file")
        actions.attach(draft=draft, code=code, content=content, name=name, by=by, at=at)
        return redirect(f"/apply/draft/{draft.pk}/materials/#material-{code}")

    return or_again(deed, lambda refusal: _materials(request, draft, by, _beside(refusal, code)))


def _beside(refusal: Refusal, code: str) -> Refusal:
    """The same refusal, shown beside the material it is about."""
    return Refusal(refusal.says, code=refusal.code, article=refusal.article, field=code)


@require_POST
@login_required(login_url="/accounts/phone/")
def reuse(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """A copy compared in an earlier case, with consent."""
    by, at = doer(request), now()
    draft = owned(draft_id, by)

    def deed() -> HttpResponse:
        actions.reuse(
            draft=draft,
            code=code,
            file_id=whole_number(request.POST.get("file"), "file") or 0,
            agrees=request.POST.get("agrees") == "1",
            by=by,
            at=at,
        )
        return redirect(f"/apply/draft/{draft.pk}/materials/#material-{code}")

    return or_again(deed, lambda refusal: _materials(request, draft, by, _beside(refusal, code)))


@require_POST
@login_required(login_url="/accounts/phone/")
def remove(request: HttpRequest, draft_id: int, upload_id: int) -> HttpResponse:
    draft = owned(draft_id, doer(request))
    actions.detach(draft=draft, upload_id=upload_id, at=now())
    return redirect(f"/apply/draft/{draft.pk}/materials/")


@require_POST
@login_required(login_url="/accounts/phone/")
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    actions.discard(draft=owned(draft_id, doer(request)))
    messages.success(request, "草稿已删除。")
    return redirect("/my/")


class ConfirmForm(forms.Form):
    """How to get the result, and the promise of truth (行政许可法 第三十一条)."""

    delivery = forms.ChoiceField(
        label="结果怎么取", choices=Case.Delivery.choices, widget=forms.RadioSelect, initial=Case.Delivery.COLLECT
    )
    truthful = forms.BooleanField(
        label="我对所填内容和材料的真实性负责",
        help_text="行政许可法第三十一条",
        error_messages={"required": "请先确认内容真实，再提交。"},
    )


def confirm_form(draft: Draft, data: Any = None) -> ConfirmForm:
    """With a box for each choice the published list offers this applicant. Nothing is ticked for anybody."""
    form = ConfirmForm(data)
    offered = _offered(draft)
    if offered.deferral:
        form.fields["defers"] = forms.BooleanField(
            label="选择容缺受理", required=False, help_text=offered.deferral_text + "不选的，请先上传这些材料。"
        )
    if offered.informed:
        form.fields["promises"] = forms.BooleanField(
            label="选择告知承诺", required=False, help_text=offered.informed_text + "不选的，请先上传这些材料。"
        )
    form.order_fields(["delivery", "defers", "promises", "truthful"])
    return form


def _offered(draft: Draft) -> Offer:
    asked = declaration_of(draft.guide).materials_for(draft.answers)
    there = set(draft.uploads.values_list("code", flat=True))
    return tolerance.offer(
        item=draft.guide.item.code,
        party_id=draft.party_id,
        asked=asked,
        without=[one.id for one in asked if one.id not in there],
        on=day_of(now()),
    )


@require_http_methods(["GET", "POST"])
@login_required(login_url="/accounts/phone/")
def confirm(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Everything once more, then the deed. A second press answers with the first one's case."""
    by, at = doer(request), now()
    if request.method == "GET":
        draft = owned(draft_id, by)
        return _confirm(request, draft, by, confirm_form(draft))
    found = Draft.objects.select_related("guide__item").filter(pk=draft_id, account_id=by.account_id or 0).first()
    form = confirm_form(found, request.POST) if found else ConfirmForm(request.POST)  # gone: pressed a second time
    if not form.is_valid():
        return _confirm(request, owned(draft_id, by), by, form)

    def deed() -> tuple[int, str]:
        channel = Case.Channel.PHONE if on_a_phone(request) else Case.Channel.PORTAL
        case = actions.submit(
            draft_id=draft_id,
            delivery=form.cleaned_data["delivery"],
            defers=bool(form.cleaned_data.get("defers")),
            promises=bool(form.cleaned_data.get("promises")),
            by=by,
            at=at,
            channel=channel,
        )
        return 303, f"/my/cases/{case.matter.reference}/"

    try:
        _, target = once(
            principal=by, route="cases.submit", key=idempotency_key(request), body=form_body(request), at=at, deed=deed
        )
    except Refusal as refusal:
        if not refusal.faults:
            raise
        return _confirm(request, owned(draft_id, by), by, form, refusal)
    messages.success(request, "申请已提交，接收回执正在生成。")
    return redirect(target)


def _confirm(
    request: HttpRequest, draft: Draft, by: Doer, form: forms.Form, refusal: Refusal | None = None
) -> HttpResponse:
    declaration = declaration_of(draft.guide)
    groups = declaration.form_for(draft.answers)
    said = open_form(draft.form, about=f"draft:{draft.pk}")
    rows = material_rows(declaration, draft)
    faults = (
        [{"says": one.says, "url": _page_of(draft, groups, one.field)} for one in refusal.faults] if refusal else []
    )
    promised = declaration.promised_for(draft.answers)
    context = {
        **_shell(draft, by, declaration, len(groups) + 2),
        "form": form,
        "filled": filled(groups, said),
        "materials": rows,
        "promised": promised.says() if promised else "法定期限内",
        "fee": "" if not declaration.fees else "；".join(f"{fee.name}{fee.standard}" for fee in declaration.fees),
        "faults": faults,
        "back": f"/apply/draft/{draft.pk}/materials/",
    }
    return render(request, "cases/apply_confirm.html", context, status=422 if form.errors or refusal else 200)


def _page_of(draft: Draft, groups: Any, field: str) -> str:
    if field.startswith("material-"):
        return f"/apply/draft/{draft.pk}/materials/#{field}"
    for page, group in enumerate(groups, 1):
        if any(field == one.id or field.startswith(f"{one.id}_") for one in group.fields):
            return f"/apply/draft/{draft.pk}/form/{page}/"
    return f"/apply/draft/{draft.pk}/situation/"


# -- shared with the counter -------------------------------------------------------------------------------------------


def situation_form(declaration: Declaration, answers: Any, data: Any = None, prefix: str | None = None) -> forms.Form:
    """The questions that tell situations apart."""
    form = forms.Form(data, initial=dict(answers), prefix=prefix)
    for question in declaration.questions:
        form.fields[question.id] = forms.ChoiceField(
            label=question.asks,
            choices=list(question.choices.items()),
            widget=forms.RadioSelect,
            help_text=question.help,
            error_messages={"required": "请选择一项。", "invalid_choice": "请从列出的选项中选择。"},
        )
    return form


def material_rows(declaration: Declaration, draft: Draft) -> list[dict[str, Any]]:
    """The materials of the draft's situation, each with what the page needs."""
    uploads: dict[str, list[dict[str, Any]]] = {}
    for one in draft.uploads.select_related("file"):
        uploads.setdefault(one.code, []).append(
            {"pk": one.pk, "file_id": one.file_id, "name": one.file.name, "size": one.file.size}
        )
    asked = declaration.materials_for(draft.answers)
    there = held_queries.there(asked, draft.party_id, day_of(now()))
    offered = _offered(draft)
    return [_material_row(one, uploads.get(one.id, []), there.get(one.id), offered) for one in asked]


def _material_row(one: Material, uploads: list[dict[str, Any]], there: There | None, offered: Offer) -> dict[str, Any]:
    held = bool(one.source and one.source.of == "held")
    by_step = bool(one.source and one.source.of == "step")
    return {
        "id": one.id,
        "name": one.name,
        "requirement": one.requirement,
        "where_to_get": one.where_to_get,
        "sample": one.sample,
        "held": held,
        "there": there,
        "holder": one.source.holder if one.source else "",
        "by_step": by_step,
        "required": one.need == "required",
        "deferrable": one in offered.deferrable,
        "promisable": one in offered.promisable,
        "uploadable": not by_step,
        "uploads": uploads,
        "wanted": one.need == "required" and not held and not by_step,
        "fault": "",
    }


def applicants(by: Doer, item_code: str) -> list[tuple[int, str]]:
    """Whom the doer may apply for: oneself first, then firms and principals."""
    acting = people.acting(by, day_of(now()), item_code=item_code)
    ids = [by.person_id, *sorted(acting.delegations - {by.person_id})] if by.person_id else []
    named = people.names_of([one for one in ids if one])
    return [(one, named.get(one, "")) for one in ids if one]


def _shell(draft: Draft, by: Doer, declaration: Declaration, at_step: int) -> dict[str, Any]:
    groups = declaration.form_for(draft.answers)
    titles = ["情形", *(group.title for group in groups), "材料", "确认提交"]
    item = draft.guide.item
    return {
        "guide": {"item_name": item.name, "organ_name": organ_name(item.organ_id, day_of(now())), "code": item.code},
        "wizard": [
            {"title": title, "done": index < at_step, "current": index == at_step} for index, title in enumerate(titles)
        ],
        "applicant": people.names_of([draft.party_id]).get(draft.party_id, ""),
        "saved_at": draft.updated_at,
    }
