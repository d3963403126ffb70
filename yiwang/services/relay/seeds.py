"""Agreements are a register: a pack seeds those a county does not have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yiwang.kernel import names, packs
from yiwang.kernel.packs import Row
from yiwang.kernel.permissions import Doer
from yiwang.services.relay import actions
from yiwang.services.relay.models import Agreement

REGISTER = "relay.agreements"
Text = Annotated[str, Field(min_length=2, max_length=120)]


class ItemRow(Row):
    """One item of an agreement, with both places' codes."""

    code: Annotated[str, Field(min_length=1, max_length=80)]
    own_code: str = ""
    name: Text
    powers: Annotated[tuple[Literal["receive", "act", "inbound"], ...], Field(min_length=1)]
    materials: Annotated[tuple[Text, ...], Field(min_length=1)]


class AgreementRow(Row):
    """One agreement. ``organ`` is the code of the organ whose counters receive; ``until`` the first day without force."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    place_name: Text
    place_code: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")]
    competent: Text
    document: Text
    organ: str
    adapter: Literal["mock-county", "paper"] = "paper"
    phone: str = ""
    receipt_key: str = ""
    from_: date = Field(alias="from")
    until: date
    items: Annotated[tuple[ItemRow, ...], Field(min_length=1)]


packs.register(REGISTER, "relay/*.toml", row=AgreementRow, key=("code",), needs=("organs.posts",))


@names.hook(f"packs.seed.{REGISTER}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Register absent agreements."""
    there = set(Agreement.objects.values_list("code", flat=True))
    added = 0
    for entry in entries:
        row: AgreementRow = entry.value
        if row.code in there:
            continue
        actions.register(
            code=row.code,
            place_name=row.place_name,
            place_code=row.place_code,
            competent=row.competent,
            document=row.document,
            organ_code=row.organ,
            adapter=row.adapter,
            phone=row.phone,
            receipt_key=row.receipt_key,
            from_on=row.from_,
            until_on=row.until,
            items=[item.model_dump() for item in row.items],
            by=by,
            at=at,
        )
        added += 1
    return packs.SeedReport(added=added, present=len(entries) - added)


@names.hook(f"packs.diff.{REGISTER}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Agreements whose term is another one than the file's."""
    rows = {row.code: row for row in Agreement.objects.all()}
    return [
        packs.Drift(REGISTER, value.code, "until", str(value.until), str(rows[value.code].until_on), entry.where)
        for entry in entries
        if (value := entry.value).code in rows and rows[value.code].until_on != value.until
    ]
