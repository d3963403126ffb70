"""The page where anybody's report is dropped. Nothing of it is kept."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yiwang.foundation.organs.queries import doer
from yiwang.insight.checker.checking import check
from yiwang.insight.checker.extracting import extract
from yiwang.insight.checker.forms import ReportForm, short_enough
from yiwang.insight.checker.marking import findings, pieces
from yiwang.kernel.refusal import NotFound, Refusal


@login_required
@require_http_methods(["GET", "POST"])
def report_check(request: HttpRequest) -> HttpResponse:
    """Staff hand in a file or a text and see it marked; 422 with the field for what cannot be read."""
    if doer(request).kind != "staff":
        raise NotFound("没有这个页面。", code="no-such-page")
    form = ReportForm(request.POST or None, request.FILES or None) if request.method == "POST" else ReportForm()
    if request.method == "GET" or not form.is_valid():
        return render(request, "checker/check.html", {"form": form}, status=422 if form.is_bound else 200)
    upload = form.cleaned_data["file"]
    try:
        raw = form.cleaned_data["text"]
        if isinstance(upload, UploadedFile):
            raw = extract(upload.name or "", upload.read())
            short_enough(upload.name or "", raw)
    except Refusal as refusal:
        form.add_error("file", refusal.says)
        return render(request, "checker/check.html", {"form": form}, status=422)
    text, claims = check(raw)
    context = {
        "form": form,
        "name": upload.name if upload else "粘贴的文字",
        "findings": findings(text, claims),
        "wrong": sum(claim.wrong for claim in claims),
        "agree": sum(claim.verdict == "consistent" for claim in claims),
        "open": sum(claim.verdict == "unverifiable" for claim in claims),
        "pieces": pieces(text, claims),
    }
    return render(request, "checker/check.html", context)
