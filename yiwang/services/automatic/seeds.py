"""Decision tables are a register: a pack seeds the draft of a table the county does not have; people try and publish it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.services.automatic import actions, limits
from yiwang.services.automatic.declarations import Table
from yiwang.services.automatic.models import DecisionTable

REGISTER = "automatic.tables"

packs.kind(limits.KIND, folder="automatic", schema=limits.Limits)
packs.register(REGISTER, "tables/*.toml", row=Table, key=("id",), needs=("catalogue.guides",))


@names.hook(f"packs.seed.{REGISTER}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """A draft for every table that is not there yet. Nothing decides before somebody has tried and published it."""
    there = set(DecisionTable.objects.values_list("code", flat=True))
    added = 0
    for entry in entries:
        if entry.value.id not in there:
            actions.draft(data=entry.value.model_dump(mode="json", exclude_defaults=True), by=by, at=at)
            added += 1
    return packs.SeedReport(added=added, present=len(entries) - added)


@names.hook(f"packs.diff.{REGISTER}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Tables whose newest version reads otherwise than the file that seeded them."""
    found = []
    for entry in entries:
        newest = DecisionTable.objects.filter(code=entry.value.id).values_list("versions__content", flat=True)
        text = newest.order_by("-versions__number").first()
        if text is not None and text != entry.value.text():
            found.append(
                packs.Drift(REGISTER, entry.value.id, "content", entry.value.text()[:80], text[:80], entry.where)
            )
    return found
