"""What rooms below may ask of this one: who acts in a request, how actors are called, and a chosen text size."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from yiwang.foundation.organs import actions, queries
from yiwang.foundation.organs.models import Account
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer

names.hook("keys.rotated.accounts")(actions.reseal)
names.hook("organs.doer")(queries.doer)  # the calendar's pages stand below this room


@names.hook("web.keep-text-size")
def keep_text_size(request: HttpRequest, size: str) -> None:
    """Keep it, if somebody is logged in."""
    if isinstance(request.user, Account):
        actions.keep_text_size(account=request.user, size=size)


@names.hook("ledger.actor-names")
def actor_names(viewer: Doer, references: Iterable[str]) -> dict[str, str]:
    """How the ledger's actors are called: staff see each other's names, everybody else reads 工作人员 and 申请人."""
    known = {
        r: "工作人员" if r.startswith("staff:") else "申请人" for r in references if r.startswith(("staff:", "person:"))
    }
    if viewer.kind in ("staff", "system"):
        ids = [int(r[6:]) for r in known if r.startswith("staff:") and r[6:].isdigit()]
        known |= {f"staff:{pk}": name for pk, name in Account.objects.filter(pk__in=ids).values_list("pk", "name")}
    return known
