"""What a terminal's own program does: the signed address it opens its browser with, and the heartbeat it posts.

Runs on the terminal, not in the web process: nothing here asks the database. The demo's worker plays the launcher of the
demo terminal with it, over HTTP as a real one does.
"""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence

from yiwang.services.assistance import rules

TIMEOUT = 10  # seconds
VERSION = "1"


def opening(site: str, code: str, key: bytes) -> str:
    """The address to open once at start; good for the seconds of the rule ``assistance.hall``."""
    moment = _moment()
    signed = rules.signature(key, code, "open", moment, b"")
    asked = urllib.parse.urlencode({"terminal": code, "moment": moment, "signature": signed})
    return f"{site.rstrip('/')}/kiosk/open/?{asked}"


def beat(site: str, code: str, key: bytes, *, troubles: Sequence[str] = (), version: str = VERSION) -> None:
    """One heartbeat. ``OSError`` where the site does not answer or does not take it."""
    body = json.dumps({"version": version, "troubles": list(troubles)}, ensure_ascii=False).encode()
    moment = _moment()
    headers = {
        "Content-Type": "application/json",
        "X-Yiwang-Moment": str(moment),
        "X-Yiwang-Signature": rules.signature(key, code, "beat", moment, body),
    }
    address = f"{site.rstrip('/')}/terminals/{urllib.parse.quote(code)}/beat/"
    request = urllib.request.Request(address, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=TIMEOUT):
        return


def _moment() -> int:
    return int(time.time() * 1000)
