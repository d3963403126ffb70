"""What citizens say: ``catalogue/synonyms.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from yiwang.kernel import names, packs
from yiwang.kernel.chinese import normal
from yiwang.kernel.permissions import Doer
from yiwang.services.catalogue import search
from yiwang.services.catalogue.models import Synonym

REGISTER = "catalogue.synonyms"


class SynonymRow(packs.Row):
    """A phrase and the list's words for it, most likely first, divided by blanks."""

    phrase: str = Field(min_length=2, max_length=60)
    terms: str = Field(min_length=1)


packs.register(REGISTER, "catalogue/synonyms.csv", row=SynonymRow, key=("phrase",))


@names.hook(f"packs.seed.{REGISTER}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    there = set(Synonym.objects.values_list("phrase", flat=True))
    new = [
        Synonym(phrase=entry.value.phrase, terms=entry.value.terms.split(), source=entry.where.split(":")[0])
        for entry in entries
        if normal(entry.value.phrase) not in there
    ]
    Synonym.objects.bulk_create(search.index_synonyms(new))
    return packs.SeedReport(len(new), len(entries) - len(new))


@names.hook(f"packs.diff.{REGISTER}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    stored = dict(Synonym.objects.values_list("phrase", "terms"))
    return [
        packs.Drift(
            REGISTER,
            entry.value.phrase,
            "terms" if normal(entry.value.phrase) in stored else "",
            entry.value.terms,
            " ".join(stored.get(normal(entry.value.phrase), [])),
            entry.where,
        )
        for entry in entries
        if stored.get(normal(entry.value.phrase)) != entry.value.terms.split()
    ]
