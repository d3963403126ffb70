"""What packs may declare about guides: the guides themselves, what the government holds, questions that lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.services.catalogue import guides, held, questions
from yiwang.services.catalogue.declarations import Declaration

GUIDES = "catalogue.guides"

packs.kind(held.KIND, folder="held", schema=held.Held)
packs.kind(questions.KIND, folder="questions", schema=questions.Guidance)
packs.register(
    GUIDES,
    "guides/*.toml",
    row=Declaration,
    key=("item_code", "version"),
    needs=("catalogue.items", "catalogue.laws", "organs.posts", "organs.names"),
)


@names.hook(f"packs.seed.{GUIDES}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Publish absent guides through the gate; refused with every fault when one does not pass."""
    added, present = guides.seed(_pairs(entries), by=by, at=at, on=day_of(at))
    return packs.SeedReport(added=added, present=present)


@names.hook(f"packs.diff.{GUIDES}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    return [packs.Drift(GUIDES, *line) for line in guides.drift(_pairs(entries))]


def _pairs(entries: Sequence[packs.Entry]) -> list[tuple[Declaration, str]]:
    return [(entry.value, entry.where) for entry in entries]
