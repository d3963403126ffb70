"""The respondent's pages: where I am asked to answer, and one adjudication with the form."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.actions import once
from yiwang.services.cases.answering import actions, queries
from yiwang.services.cases.answering.rules import MOST_FILES
from yiwang.services.cases.views.requests import form_body, idempotency_key, uploads
from yiwang.web.deeds import or_again


class AnswerForm(forms.Form):
    """The answer in words; files are beside it."""

    text = forms.CharField(
        label="答辩意见",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="对申请人的请求和理由，写明您（单位）的意见、事实和理由，最多2000字。申请人会看到这段话，证据由承办机关审查后才给对方查阅。",
        error_messages={"required": "请填写答辩意见。"},
    )


@require_GET
@login_required(login_url="/accounts/phone/")
def notified(request: HttpRequest) -> HttpResponse:
    """Where I am the respondent."""
    return render(request, "cases/answers.html", {"rows": queries.notified(doer(request))})


@require_http_methods(["GET", "POST"])
@login_required(login_url="/accounts/phone/")
def answering(request: HttpRequest, reference: str) -> HttpResponse:
    """One adjudication as its respondent sees it; POST sends the answer."""
    by, at = doer(request), now()
    if request.method != "POST":
        return _page(request, reference, AnswerForm())
    queries.notice_to(by, reference)  # before anything is said about the form
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form)

    def deed() -> HttpResponse:
        def sent() -> tuple[int, str]:
            actions.answer(
                reference=reference,
                text=form.cleaned_data["text"],
                evidence=uploads(request, "evidence"),
                by=by,
                at=at,
            )
            return 303, f"/my/answers/{reference}/"

        route, key = f"cases.answer.{reference}", idempotency_key(request)
        _, target = once(principal=by, route=route, key=key, body=form_body(request), at=at, deed=sent)
        messages.success(request, "答辩已提交。")
        return redirect(target)

    return or_again(deed, lambda refusal: _page(request, reference, form, refusal))


def _page(request: HttpRequest, reference: str, form: AnswerForm, refusal: Refusal | None = None) -> HttpResponse:
    shown = {"a": queries.answering(doer(request), reference, now()), "form": form, "most_files": MOST_FILES}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "cases/answering.html", {**shown, "refusal": refusal}, status=status)
