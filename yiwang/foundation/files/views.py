"""Opening a file in the browser."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.foundation.files import queries, rules
from yiwang.foundation.organs.queries import doer

INLINE = {rules.PDF, rules.JPEG, rules.PNG}


@never_cache
@require_safe
def show(request: HttpRequest, file_id: int) -> HttpResponse:
    """The content, for whoever may see it; anything but pictures and PDF is offered for download only."""
    by = doer(request)
    file = queries.stored_file(by, file_id)
    how = "inline" if file.kind in INLINE and "download" not in request.GET else "attachment"
    response = HttpResponse(queries.open_file(by, file_id), content_type=rules.MEDIA[file.kind])
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file.name)}"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
