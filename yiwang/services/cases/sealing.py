"""The application form at rest: JSON sealed with SM4-GCM, bound to the row it belongs to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.turning import Hidden, turn
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed
from yiwang.services.cases.models import Case, Draft


def seal_form(values: Mapping[str, Any], *, about: str, at: datetime) -> bytes:
    """``about`` is ``case:<matter id>`` or ``draft:<id>``; a ciphertext copied elsewhere does not open."""
    return cipher.seal(json.dumps(values, ensure_ascii=False, sort_keys=True), about=about, at=at)


def open_form(sealed: bytes | memoryview, *, about: str) -> dict[str, Any]:
    """The values of a sealed form; an empty one is an empty form."""
    return dict(json.loads(cipher.unseal(bytes(sealed), about=about))) if sealed else {}


@names.hook("keys.rotated.cases")
def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """After a rotation: forms of cases and drafts under the new key, in batches, resumable; answers how many."""
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    cases = turn(Case.objects.all(), [Hidden("form", lambda case: f"case:{case.pk}")], at=at, batch=batch)
    return cases + turn(Draft.objects.all(), [Hidden("form", lambda draft: f"draft:{draft.pk}")], at=at, batch=batch)
