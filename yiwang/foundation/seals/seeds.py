"""Seeds of seals and of who may use them (``seals/*.csv``). The test CA is founded with the first seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import Field, field_validator

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.organs.seeds.seeding import Key, by_code, refuse_unknown, serve, text
from yiwang.foundation.seals import actions
from yiwang.foundation.seals.models import Certificate, Seal, SealAuthorisation
from yiwang.kernel import packs
from yiwang.kernel.permissions import SYSTEM

Kind = Literal["approval", "official", "handling", "certificate"]


class SealRow(packs.Row):
    organ: str
    kind: Kind
    shape: Literal["round", "oval"] = "round"


class AuthorisationRow(packs.Row):
    """``role`` empty: the system itself (standing). ``letters``: ids with blanks between, empty for every kind."""

    organ: str
    kind: Kind
    role: str = ""
    letters: tuple[str, ...] = ()
    document: str
    from_: date = Field(alias="from")

    @field_validator("letters", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(sorted(value.split())) if isinstance(value, str) else value


class Seals:
    """Seals in use, by organ and kind."""

    def key(self, row: SealRow) -> Key:
        return (row.organ, row.kind)

    def says(self, row: SealRow) -> Mapping[str, str]:
        return {"shape": row.shape}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        rows = Seal.objects.filter(stopped_at__isnull=True).values_list("organ__code", "kind", "width", "height")
        return {(code, kind): {"shape": "round" if wide == high else "oval"} for code, kind, wide, high in rows}

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        find = by_code("机构", Organ.objects.all())
        found = [(find(entry.value.organ, entry.where), entry.value) for entry in rows]
        refuse_unknown(find)
        if not Certificate.objects.exists():
            actions.found(name=_bureau(at), by=SYSTEM, at=at)
        for organ, row in found:
            actions.make(organ_id=organ.pk, kind=row.kind, shape=row.shape, by=SYSTEM, at=at)


class Authorisations:
    """用印授权 without a person: by role, or standing. Those given to accounts are made on the page."""

    def key(self, row: AuthorisationRow) -> Key:
        return (row.organ, row.kind, row.role)

    def says(self, row: AuthorisationRow) -> Mapping[str, str]:
        return {"letters": " ".join(row.letters), "document": row.document, "from": text(row.from_)}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        rows = SealAuthorisation.objects.filter(account__isnull=True, until_on__isnull=True).select_related("organ")
        return {
            (row.organ.code, row.kind, row.role): {
                "letters": " ".join(row.letters),
                "document": row.document,
                "from": text(row.from_on),
            }
            for row in rows
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        find = by_code("机构", Organ.objects.all())
        found = [(find(entry.value.organ, entry.where), entry.value) for entry in rows]
        refuse_unknown(find)
        for organ, row in found:
            actions.authorise(
                organ_id=organ.pk,
                kind=row.kind,
                role=row.role,
                standing=not row.role,
                letters=row.letters,
                document=row.document,
                from_on=row.from_,
                by=SYSTEM,
                at=at,
            )


def _bureau(at: datetime) -> str:
    """In whose name the test CA issues: the 政务服务和数据管理局, or the installation if there is none yet."""
    found = Organ.objects.filter(kind=Organ.Kind.BUREAU).order_by("position").first()
    return organs.organ_name(found.pk, day_of(at)) if found else "一网"


packs.register("seals.seals", "seals/seals.csv", row=SealRow, key=("organ", "kind"), needs=("organs.names",))
packs.register(
    "seals.authorisations",
    "seals/authorisations.csv",
    row=AuthorisationRow,
    key=("organ", "kind", "role"),
    needs=("seals.seals",),
)
serve("seals.seals", Seals())
serve("seals.authorisations", Authorisations())
