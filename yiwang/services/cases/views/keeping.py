"""What a clerk has typed and not yet received: kept sealed in the session of this login, never in the browser.

One intake an item; it ends when the case is received, when the clerk clears it, and with the login.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime

from django.http import HttpRequest, QueryDict

from yiwang.foundation.identifiers import cipher
from yiwang.kernel.refusal import Refusal

SESSION = "counter-intake"
MOST = 3  # a clerk is interrupted, but not endlessly
LONGEST = 100_000  # characters of one form
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "idempotency_key", "go"})


def keep(request: HttpRequest, item_code: str, at: datetime) -> None:
    """Keep what the page sent, without files. The oldest gives way; a form beyond all measure is refused."""
    said = {name: request.POST.getlist(name) for name in request.POST if name not in LEFT_OUT}
    text = json.dumps(said, ensure_ascii=False)
    if len(text) > LONGEST:
        raise Refusal("填写的内容太多，不能自动保存。", code="too-long")
    sealed = base64.b64encode(cipher.seal(text, about=_about(request, item_code), at=at)).decode()
    kept = {code: one for code, one in request.session.get(SESSION, {}).items() if code != item_code}
    request.session[SESSION] = dict([*kept.items(), (item_code, [sealed, at.isoformat()])][-MOST:])


def kept(request: HttpRequest, item_code: str) -> tuple[QueryDict | None, datetime | None]:
    """What was kept for this item, and when; nothing where nothing was, or where its key is gone."""
    found = request.session.get(SESSION, {}).get(item_code)
    if not found:
        return None, None
    try:
        text = cipher.unseal(base64.b64decode(found[0]), about=_about(request, item_code))
    except (Refusal, KeyError):
        return None, None
    said = QueryDict(mutable=True)
    for name, values in json.loads(text).items():
        said.setlist(name, values)
    return said, datetime.fromisoformat(found[1])


def forget(request: HttpRequest, item_code: str) -> None:
    left = {code: one for code, one in request.session.get(SESSION, {}).items() if code != item_code}
    request.session[SESSION] = left


def unfinished(request: HttpRequest) -> list[str]:
    """Codes of the items somebody began and did not receive, the last one first."""
    return list(reversed(request.session.get(SESSION, {})))


def _about(request: HttpRequest, item_code: str) -> str:
    return f"intake:{request.user.pk}:{item_code}"
