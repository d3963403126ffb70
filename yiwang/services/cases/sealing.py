"""The application form at rest: JSON sealed with SM4-GCM, bound to the row it belongs to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.identifiers import cipher


def seal_form(values: Mapping[str, Any], *, about: str, at: datetime) -> bytes:
    """``about`` is ``case:<matter id>`` or ``draft:<id>``; a ciphertext copied elsewhere does not open."""
    return cipher.seal(json.dumps(values, ensure_ascii=False, sort_keys=True), about=about, at=at)


def open_form(sealed: bytes | memoryview, *, about: str) -> dict[str, Any]:
    """The values of a sealed form; an empty one is an empty form."""
    return dict(json.loads(cipher.unseal(bytes(sealed), about=about))) if sealed else {}
