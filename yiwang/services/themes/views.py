"""Pages of themes: one set of questions, one form, one upload of each material, the whole and its bottleneck."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now, today
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters.actions import once
from yiwang.services.cases import queries as cases
from yiwang.services.cases.forms import GuideForm
from yiwang.services.cases.models import Case
from yiwang.services.cases.sealing import open_form
from yiwang.services.cases.views.requests import LARGEST_UPLOAD, form_body, idempotency_key, uploaded
from yiwang.services.themes import actions, composing, queries
from yiwang.services.themes.models import ThemeDraft
from yiwang.web.inputs import on_a_phone, whole_number

LOGIN = "/accounts/phone/"


@require_safe
def theme_list(request: HttpRequest) -> HttpResponse:
    """Everything that can be done in one go."""
    return render(request, "themes/list.html", {"themes": queries.themes(today())})


@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, theme_id: str) -> HttpResponse:
    """One question after another, then the whole: items, order, days, materials. Answers stand in the address; posting
    them begins the one form."""
    on = today()
    found = queries.way(theme_id, (request.POST if request.method == "POST" else request.GET).dict(), on)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect(f"{LOGIN}?{urlencode({'next': f'/themes/{theme_id}/?{urlencode(dict(found.answers))}'})}")
        by = doer(request)
        party = whole_number(request.POST.get("party"), "party") or by.person_id or 0
        draft = actions.start(theme_id=theme_id, party_id=party, answers=found.answers, by=by, at=now())
        return redirect(f"/my/themes/draft/{draft.pk}/")
    open_ask = next((one for one in found.asks if one.id not in found.answers), None)
    whole = queries.promised(found, on) if found.complete else None
    context = {
        "way": found,
        "ask": found.route.next or open_ask,
        "said": [
            *found.route.asked,
            *((one, one.choices[found.answers[one.id]]) for one in found.asks if one.id in found.answers),
        ],
        "whole": whole,
        "parts": [(part, whole.spans[part.id] if whole else None) for part in found.parts],
        "papers": composing.papers(found) if found.complete else [],
        "applicants": _applicants(doer(request)),
    }
    return render(request, "themes/lead.html", context)


@require_http_methods(["GET", "POST"])
@login_required(login_url=LOGIN)
def fill(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The one form. 保存 keeps whatever was typed; 下一步 asks that it be right."""
    by, at = doer(request), now()
    draft = queries.own_draft(draft_id, by)
    found = queries.way(draft.theme, draft.answers, day_of(at))
    saved = open_form(draft.form, about=f"theme-draft:{draft.pk}")
    leaving = request.POST.get("go") == "save"
    data = request.POST if request.method == "POST" else None
    known = cases.known(by, draft.party_id)
    form = GuideForm(composing.form(found), known=known, saved=saved, data=data, lenient=leaving)
    if data is not None:
        valid = form.is_valid()
        actions.keep_form(draft=draft, values=form.values(), at=at)
        if leaving:
            messages.success(request, "已保存，随时可以在“一件事”里接着填。")
            return redirect("/my/themes/")
        if valid:
            return redirect(f"/my/themes/draft/{draft.pk}/materials/")
    context = {"way": found, "draft": draft, "form": form, "applicant": _name(draft)}
    return render(request, "themes/form.html", context, status=422 if form.errors else 200)


class SubmitForm(forms.Form):
    """How the results are fetched."""

    delivery = forms.ChoiceField(
        label="办好以后怎么拿",
        choices=Case.Delivery.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择取件方式。", "invalid_choice": "请从列出的选项中选择。"},
    )


@require_http_methods(["GET", "POST"])
@login_required(login_url=LOGIN)
def materials(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Every material once, and the one submission."""
    by, at = doer(request), now()
    if request.method == "GET":
        return _materials(request, queries.own_draft(draft_id, by), SubmitForm(initial={"delivery": "collect"}))
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _materials(request, queries.own_draft(draft_id, by), form)
    phone = on_a_phone(request)
    channel = Case.Channel.PHONE if phone else Case.Channel.PORTAL

    def deed() -> tuple[int, str]:
        made = actions.submit(draft_id=draft_id, delivery=form.cleaned_data["delivery"], by=by, at=at, channel=channel)
        return 303, f"/my/themes/{made.reference}/"

    try:
        _, target = once(
            principal=by, route="themes.submit", key=idempotency_key(request), body=form_body(request), at=at, deed=deed
        )
    except Refusal as refusal:
        if not refusal.faults:
            raise
        return _materials(request, queries.own_draft(draft_id, by), form, refusal)
    messages.success(request, "已一次提交。能马上办的已经送到部门，其余的等前一步办好自动送出。")
    return redirect(target)


def _materials(
    request: HttpRequest, draft: ThemeDraft, form: forms.Form, refusal: Refusal | None = None
) -> HttpResponse:
    found = queries.way(draft.theme, draft.answers, today())
    uploads: dict[str, list[dict[str, Any]]] = {}
    for one in draft.uploads.select_related("file"):
        uploads.setdefault(one.key, []).append({"pk": one.pk, "file_id": one.file_id, "name": one.file.name})
    context = {
        "way": found,
        "draft": draft,
        "form": form,
        "papers": [(paper, uploads.get(paper.key, [])) for paper in composing.papers(found)],
        "whole": queries.promised(found, today()),
        "applicant": _name(draft),
        "upload_limit": LARGEST_UPLOAD,
        "faults": refusal.faults if refusal else (),
    }
    return render(request, "themes/materials.html", context, status=422 if refusal or form.errors else 200)


@require_POST
@login_required(login_url=LOGIN)
def upload(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    by = doer(request)
    draft = queries.own_draft(draft_id, by)
    content, name = uploaded(request, "file")
    actions.attach(draft=draft, key=code, content=content, name=name, by=by, at=now())
    messages.success(request, f"“{name}”已上传。")
    return redirect(f"/my/themes/draft/{draft.pk}/materials/#material-{code}")


@require_POST
@login_required(login_url=LOGIN)
def remove(request: HttpRequest, draft_id: int, upload_id: int) -> HttpResponse:
    draft = queries.own_draft(draft_id, doer(request))
    actions.detach(draft=draft, upload_id=upload_id, at=now())
    return redirect(f"/my/themes/draft/{draft.pk}/materials/")


@require_POST
@login_required(login_url=LOGIN)
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    actions.discard(draft=queries.own_draft(draft_id, doer(request)))
    messages.success(request, "草稿已删除。")
    return redirect("/my/themes/")


@require_GET
@login_required(login_url=LOGIN)
def mine(request: HttpRequest) -> HttpResponse:
    by, at = doer(request), now()
    context = {"lines": queries.mine(by, at), "drafts": _drafts(by), "themes": queries.themes(day_of(at))}
    return render(request, "themes/mine.html", context)


@require_GET
@login_required(login_url=LOGIN)
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole for the applicant."""
    return render(request, "themes/progress.html", {"o": queries.overview(doer(request), reference, now())})


@require_POST
@login_required(login_url=LOGIN)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    seen = whole_number(request.POST.get("version"), "version")
    actions.withdraw(reference=reference, by=doer(request), at=now(), version=seen)
    messages.success(request, "已撤回。已经作出决定的事项不受影响。")
    return redirect(f"/my/themes/{reference}/")


@require_GET
@login_required
def desk_list(request: HttpRequest) -> HttpResponse:
    everything = request.GET.get("all") == "1"
    lines = queries.desk(doer(request), now(), open_only=not everything)
    return render(request, "themes/desk_list.html", {"lines": lines, "everything": everything})


@require_GET
@login_required
def desk(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole for the helper at the hall and every organ that takes part."""
    return render(request, "themes/desk.html", {"o": queries.overview(doer(request), reference, now())})


@require_POST
@login_required
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """The helper's record, or opening again what could not be opened."""
    by, at, seen = doer(request), now(), whole_number(request.POST.get("version"), "version")
    if step == "follow-up":
        opinion = request.POST.get("opinion", "")
        actions.follow_up(reference=reference, opinion=opinion, by=by, at=at, version=seen)
        messages.success(request, "已记录。")
    elif step == "try-again":
        actions.try_again(reference=reference, by=by, at=at, version=seen)
        messages.success(request, "已再次开出，结果见下。")
    else:
        raise NotFound("没有这个步骤。", code="no-such-step")
    return redirect(f"/desk/themes/{reference}/")


def _applicants(by: Doer) -> list[tuple[int, str]]:
    """Whom the doer may apply for in everything: oneself first, then firms and principals."""
    if by.person_id is None:
        return []
    ids = [by.person_id, *sorted(by.delegations - {by.person_id})]
    named = people.names_of(ids)
    return [(one, named.get(one, "")) for one in ids]


def _name(draft: ThemeDraft) -> str:
    return people.names_of([draft.party_id]).get(draft.party_id, "")


def _drafts(by: Doer) -> list[dict[str, Any]]:
    titles = {one.id: one.title for one in queries.themes(today())}
    return [
        {"pk": one.pk, "title": titles.get(one.theme, one.theme), "applicant": _name(one), "updated_at": one.updated_at}
        for one in queries.drafts_of(by)
    ]
