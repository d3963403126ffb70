"""The public register and verification, one's own certificates, and an organ's on the desk."""

from __future__ import annotations

import base64
import textwrap
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.seals import queries as seals
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal
from yiwang.matters.forms import PREFIX, step_form
from yiwang.services.certificates import actions, checking, queries, rules
from yiwang.services.certificates.actions.ending import STATUS, TITLES
from yiwang.services.certificates.forms import IntakeForm
from yiwang.services.certificates.models import Certificate
from yiwang.web.sparing import spare

UPLOAD = 20 * 1024 * 1024  # bytes
TYPES = {"pdf": "application/pdf", "ofd": "application/ofd"}


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """证照查询: open to everybody, without a login (行政许可法 第四十条)."""
    text = request.GET.get("q", "").strip()[: queries.LONGEST]
    rows = queries.public(text, day_of(now()))
    return render(request, "certificates/register.html", {"q": text, "rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Anybody checks a certificate by its file, or by number and 查验码; no login, nothing about the holder but a firm's name."""
    upload, on = request.FILES.get("file"), day_of(now())
    if isinstance(upload, UploadedFile):
        spare("certificates", request.META.get("REMOTE_ADDR", ""))
        if (upload.size or 0) > UPLOAD:
            raise Refusal("文件过大，不是电子证照。", field="file")
        found = checking.examine(upload.read(), roots=seals.roots(), stands=queries.state_on, on=on)
        return render(request, "certificates/verify.html", {"found": found, "on": on})
    number, code = (request.POST.get(name) or request.GET.get(name) or "" for name in ("number", "code"))
    if not code:
        missing = "请填写查验码，它印在证照左下角。" if request.method == "POST" else ""
        return render(
            request, "certificates/verify.html", {"on": on, "missing": missing}, status=422 if missing else 200
        )
    spare("certificates", request.META.get("REMOTE_ADDR", ""))
    found_version = queries.shown_to_anybody(code, number, on)
    return render(request, "certificates/verify.html", {"shown": found_version, "on": on})


@require_GET
def status_list(request: HttpRequest) -> HttpResponse:
    """The published status list, to take along for verifying offline."""
    found = queries.newest_list()
    response = HttpResponse(bytes(found.content), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="certificates-{found.issued_at:%Y%m%d%H%M}.txt"'
    response["ETag"] = f'"{found.digest}"'
    return response


@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    """The root certificates to verify against offline (PEM)."""
    bodies = ("\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64)) for der in seals.roots())
    said = "".join(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n" for body in bodies)
    return HttpResponse(said, content_type="application/x-pem-file")


@never_cache
@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My certificates and those of whom I act for."""
    return render(request, "certificates/mine.html", {"rows": queries.of_holder(doer(request), day_of(now()))})


@never_cache
@require_GET
@login_required
def file(request: HttpRequest, certificate_id: int, kind: str) -> HttpResponse:
    """The sealed file, for its holder and for the desk of its organ."""
    asked = request.GET.get("version", "")
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 3 else None
    content, name = queries.file_of(doer(request), certificate_id, kind, version)
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_GET
@login_required
def coverage(request: HttpRequest) -> HttpResponse:
    """How far types are registered and hung up (编目挂接)."""
    by, at = doer(request), now()
    rows = queries.coverage(by, day_of(at))
    hung = sum(row.hung for row in rows)
    return render(request, "certificates/coverage.html", {"rows": rows, "hung": hung, "on": day_of(at)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def intake(request: HttpRequest) -> HttpResponse:
    """Bring existing certificates in from a table: look first, then enter."""
    by, run, refusal = doer(request), None, None
    form = IntakeForm(by, day_of(now()), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given, dry = form.cleaned_data, "enter" not in request.POST
        table = given["file"]
        try:
            run = actions.take_in(
                item_code=given["kind"][0],
                type_id=given["kind"][1],
                content=table.read(),
                name=table.name,
                dry_run=dry,
                by=by,
                at=now(),
            )
        except Refusal as refused:
            if refused.status in {403, 404}:
                raise
            refusal = refused
    failed = refusal is not None or (request.method == "POST" and not form.is_valid())
    context: dict[str, Any] = {
        "form": form,
        "run": run,
        "entered": "enter" in request.POST,
        "refusal": refusal,
        "heads": form.heads(),
    }
    context["runs"] = queries.intakes(by)[:10]
    return render(request, "certificates/intake.html", context, status=422 if failed else 200)


@require_GET
@login_required
def desk_list(request: HttpRequest) -> HttpResponse:
    """The organ's certificates, those about to expire first on request."""
    by, on = doer(request), day_of(now())
    text, soon = request.GET.get("q", "").strip()[: queries.LONGEST], request.GET.get("soon") == "1"
    rows = queries.of_organ(by, on, text=text, soon=soon)
    return render(request, "certificates/desk_list.html", {"rows": rows, "q": text, "soon": soon})


@require_GET
@login_required
def desk_one(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """One certificate: what it says, what became of it, and what may be begun."""
    return _one(request, certificate_id)


def _one(request: HttpRequest, certificate_id: int, refusal: Refusal | None = None, process: str = "") -> HttpResponse:
    by, on = doer(request), day_of(now())
    certificate = queries.of_staff(by, certificate_id)
    may = by.may(Permission.CASE_REVIEW, certificate.organ_id) and queries.open_matter(certificate) is None
    decides = by.may(Permission.CASE_DECIDE, certificate.organ_id)
    ended = certificate.status in {"cancelled", "renewed"}
    offered: list[dict[str, Any]] = []
    for name in STATUS if may and not ended else ():
        if certificate.status != "valid" and name != "certificates.cancellation":
            continue
        definition = packs.rule("process", name, on).value
        step = definition.opening()
        form = step_form(step, request.POST if process == name else None)
        offered.append(
            {"process": name, "step": step, "form": form, "open": process == name, "basis": definition.basis}
        )
    context = {
        "line": queries.line(certificate, on),
        "matters": queries.matters_about(certificate),
        "previous": certificate.previous,
        "next": queries.following(certificate),
        "offered": offered,
        "refusal": refusal,
        "versions": queries.versions(certificate),
        "standings": queries.standings(certificate),
        "face": queries.face_lines(by, certificate),
        "may_change": decides and certificate.status == Certificate.Status.VALID,
        "may_resume": decides and certificate.status == Certificate.Status.SUSPENDED,
        "may_strike": decides and certificate.status in rules.LIVING,
        "may_retry": by.may(Permission.CASE_REVIEW, certificate.organ_id),
    }
    return render(request, "certificates/desk_one.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
def propose(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Begin withdrawal, revocation or cancellation; goes on on the matter's page."""
    by, process = doer(request), request.POST.get("process", "")
    values = {
        name.removeprefix(PREFIX): value for name, value in request.POST.items() if name.startswith(PREFIX) and value
    }
    try:
        opened = actions.propose(certificate_id=certificate_id, process=process, values=values, by=by, at=now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _one(request, certificate_id, refusal, process)
    messages.success(request, f"已提出{TITLES[process]}。")
    return redirect(f"/desk/matters/{opened.reference}/")


@require_POST
@login_required
def stand(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Change, suspend, resume, strike, or have the files made again."""
    by, deed = doer(request), request.POST.get("deed", "")
    document = request.POST.get("document", "").strip()
    try:
        if deed == "suspend":
            actions.suspend(certificate_id=certificate_id, document=document, by=by, at=now())
        elif deed == "resume":
            actions.resume(certificate_id=certificate_id, document=document, by=by, at=now())
        elif deed == "strike":
            actions.strike(certificate_id=certificate_id, document=document, by=by, at=now())
        elif deed == "retry":
            actions.retry(certificate_id=certificate_id, by=by, at=now())
        else:
            given = (
                (name.removeprefix(PREFIX), str(text)) for name, text in request.POST.items() if name.startswith(PREFIX)
            )
            said = {name: text for name, text in given if text.strip()}
            actions.change(certificate_id=certificate_id, values=said, document=document, by=by, at=now())
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _one(request, certificate_id, refusal)
    messages.success(request, "已登记，证照状态名录将随即更新。")
    return redirect("desk-certificate", certificate_id=certificate_id)
