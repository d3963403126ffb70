"""The law register's seed: ``laws/*.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field

from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.services.catalogue.citations import key
from yiwang.services.catalogue.models import Law

REGISTER = "catalogue.laws"


class LawRow(packs.Row):
    """One version of a law. ``articles`` is the number of its last article; 0 = only the title is known."""

    title: str = Field(min_length=2, max_length=200)
    category: str
    document_number: str = ""
    version_on: date | None = None
    articles: int = Field(ge=0, le=2000)
    source: str = Field(min_length=4)


packs.register(REGISTER, "laws/*.csv", row=LawRow, key=("title", "version_on"))


@names.hook(f"packs.seed.{REGISTER}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Add the versions the register lacks; what an administrator entered or completed stays."""
    there = set(Law.objects.values_list("key", "version_on"))
    new = [
        Law(key=key(row.title), **row.model_dump())
        for row in (entry.value for entry in entries)
        if (key(row.title), row.version_on) not in there
    ]
    Law.objects.bulk_create(new)
    return packs.SeedReport(len(new), len(entries) - len(new))


@names.hook(f"packs.diff.{REGISTER}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    stored = {(law.key, law.version_on): law for law in Law.objects.all()}
    found = []
    for entry in entries:
        row = entry.value
        law = stored.get((key(row.title), row.version_on))
        name = f"{row.title} {row.version_on or ''}".strip()
        if law is None:
            found.append(packs.Drift(REGISTER, name, "", row.title, "", entry.where))
        elif law.articles != row.articles:
            found.append(packs.Drift(REGISTER, name, "articles", str(row.articles), str(law.articles), entry.where))
    return found
