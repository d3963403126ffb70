"""A sealed county: the test CA, an organ's seals, and who may use them."""

from __future__ import annotations

from datetime import datetime

from tests.factories.organs import BEGINNING
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.seals import actions
from yiwang.foundation.seals.models import Seal
from yiwang.kernel.permissions import SYSTEM


def seal(organ: Organ, at: datetime, *, kind: str = Seal.Kind.APPROVAL, standing: bool = True, role: str = "") -> Seal:
    """A seal in use; with ``standing`` the system may use it, with ``role`` holders of that role too."""
    actions.found(name="云溪县政务服务和数据管理局", by=SYSTEM, at=at)
    made = actions.make(organ_id=organ.pk, kind=kind, by=SYSTEM, at=at)
    common = {"organ_id": organ.pk, "kind": kind, "document": "云溪府办〔2026〕3号", "from_on": BEGINNING}
    if standing:
        actions.authorise(**common, standing=True, by=SYSTEM, at=at)
    if role:
        actions.authorise(**common, role=role, by=SYSTEM, at=at)
    return made
