"""What follows a step of any child: whoever opened it hears of it, by registered name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel import names
from yiwang.matters.models import Matter
from yiwang.matters.rules import TELL_PARENT


@names.after(TELL_PARENT, "告知上级办理")
def tell_parent(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Calls ``matters.child-moved.<process of the parent>`` with ``parent``, ``child`` (references) and ``at``, the
    moment of the child's step. A process nobody registered for does not care."""
    child = Matter.objects.select_related("parent").get(pk=matter_id)
    if child.parent is None:
        return
    name = f"matters.child-moved.{child.parent.process_id}"
    if name in names.hook:
        moment = LedgerEntry.objects.get(subject=f"matter:{child.reference}", ordinal=ordinal).at
        names.hook[name](parent=child.parent.reference, child=child.reference, at=moment)
