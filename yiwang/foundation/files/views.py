"""Opening a file in the browser, and comparing a copy with its original."""

from __future__ import annotations

from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.foundation.calendar.today import now
from yiwang.foundation.files import actions, queries, rules
from yiwang.foundation.organs.queries import doer
from yiwang.web.deeds import through

INLINE = {rules.PDF, rules.JPEG, rules.PNG}
PICTURES = {rules.JPEG, rules.PNG}


@never_cache
@require_safe
def show(request: HttpRequest, file_id: int) -> HttpResponse:
    """The content, for whoever may see it; anything but pictures and PDF is offered for download only.

    A copy compared with its original bears the mark; ``?stored`` gives the bytes as they were handed in.
    """
    by = doer(request)
    file = queries.stored_file(by, file_id)
    how = "inline" if file.kind in INLINE and "download" not in request.GET else "attachment"
    content = (queries.open_file if "stored" in request.GET else queries.shown_file)(by, file_id)
    response = HttpResponse(content, content_type=rules.MEDIA[file.kind])
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file.name)}"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


class OriginalSeen(forms.Form):
    original_seen = forms.BooleanField(
        label="我已看到原件，逐页核对，复印件（扫描件）与原件一致", required=False, label_suffix=""
    )


@login_required
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, file_id: int) -> HttpResponse:
    """A clerk with the original in hand looks at the copy and says that they agree: C becomes B, the copy is marked."""
    by = doer(request)
    file = queries.to_compare(by, file_id)
    back = request.GET.get("back", "")
    form = OriginalSeen(request.POST if request.method == "POST" else None)

    def deed() -> HttpResponse:
        actions.verify_file(file_id=file_id, original_seen=form.cleaned_data["original_seen"], by=by, at=now())
        messages.success(request, "已核对原件，可信等级由C改为B；打开或者打印时带有“与原件核对无误”标记。")
        return redirect(request.get_full_path())

    shown = {
        "file": file,
        "is_picture": file.kind in PICTURES,
        "back": back if back.startswith("/desk/") else "",  # the case it was opened from, never another site
        "awaits": queries.awaits_original(by, file),
        "mark": queries.mark_of(file),
    }
    return through(request, form, deed, template="files/compare.html", **shown)
