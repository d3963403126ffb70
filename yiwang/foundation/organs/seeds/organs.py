"""Seeds of divisions, organs and their dated names (``organs/*.csv``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from yiwang.foundation.identifiers.rules import check_uscc
from yiwang.foundation.organs.models import Division, Organ, OrganName
from yiwang.foundation.organs.seeds.seeding import Key, by_code, refuse_unknown, serve, text
from yiwang.kernel import packs
from yiwang.kernel.refusal import Refusal


def _credit_code(value: str) -> str:
    try:
        return check_uscc(value)
    except Refusal as refused:
        raise ValueError(refused.says) from None


class DivisionRow(packs.Row):
    code: Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$")]
    name: str
    level: Literal["province", "city", "county", "town", "village"]
    parent: str = ""
    from_: date = Field(alias="from")
    until: date | None = None


class OrganRow(packs.Row):
    code: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)]
    kind: Literal["bureau", "department", "enterprise", "hall", "town", "village"]
    uscc: Annotated[str, AfterValidator(_credit_code)] | None = None
    parent: str = ""
    division: str
    phone: str = ""
    position: int = 0
    from_: date = Field(alias="from")


class NameRow(packs.Row):
    organ: str
    name: str
    short_name: str
    from_: date = Field(alias="from")
    until: date | None = None
    document: str = ""


class Divisions:
    def key(self, row: DivisionRow) -> Key:
        return (row.code, text(row.from_))

    def says(self, row: DivisionRow) -> Mapping[str, str]:
        return {"name": row.name, "level": row.level, "parent": row.parent, "until": text(row.until)}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.code, text(row.from_on)): {
                "name": row.name,
                "level": row.level,
                "parent": row.parent.code if row.parent else "",
                "until": text(row.until_on),
            }
            for row in Division.objects.select_related("parent")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        Division.objects.bulk_create(
            Division(
                code=e.value.code, name=e.value.name, level=e.value.level, from_on=e.value.from_, until_on=e.value.until
            )
            for e in rows
        )
        known = by_code("行政区划", Division.objects.order_by("from_on"))  # the newest of a code wins
        children = []
        for entry in rows:
            if entry.value.parent:
                child = Division.objects.none().model(pk=known(entry.value.code, entry.where).pk)
                child.parent = known(entry.value.parent, entry.where)
                children.append(child)
        refuse_unknown(known)
        Division.objects.bulk_update(children, ["parent"])


class Organs:
    def key(self, row: OrganRow) -> Key:
        return (row.code,)

    def says(self, row: OrganRow) -> Mapping[str, str]:
        return {
            "kind": row.kind,
            "uscc": text(row.uscc),
            "parent": row.parent,
            "division": row.division,
            "phone": row.phone,
            "from": text(row.from_),
        }

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.code,): {
                "kind": row.kind,
                "uscc": text(row.uscc),
                "parent": row.parent.code if row.parent else "",
                "division": row.division.code,
                "phone": row.phone,
                "from": text(row.from_on),
            }
            for row in Organ.objects.select_related("parent", "division")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        divisions = by_code("行政区划", Division.objects.order_by("from_on"))
        made = [
            Organ(
                code=e.value.code,
                kind=e.value.kind,
                uscc=e.value.uscc,
                division=divisions(e.value.division, e.where),
                phone=e.value.phone,
                position=e.value.position,
                from_on=e.value.from_,
            )
            for e in rows
        ]
        refuse_unknown(divisions)
        Organ.objects.bulk_create(made)
        known = by_code("机构", Organ.objects.all())
        for organ, entry in zip(made, rows, strict=True):
            organ.parent = known(entry.value.parent, entry.where) if entry.value.parent else None
        refuse_unknown(known)
        Organ.objects.bulk_update(made, ["parent"])


class Names:
    def key(self, row: NameRow) -> Key:
        return (row.organ, text(row.from_))

    def says(self, row: NameRow) -> Mapping[str, str]:
        return {
            "name": row.name,
            "short_name": row.short_name,
            "until": text(row.until),
            "document": row.document,
        }

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.organ.code, text(row.from_on)): {
                "name": row.name,
                "short_name": row.short_name,
                "until": text(row.until_on),
                "document": row.document,
            }
            for row in OrganName.objects.select_related("organ")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        organs = by_code("机构", Organ.objects.all())
        made = [
            OrganName(
                organ=organs(e.value.organ, e.where),
                name=e.value.name,
                short_name=e.value.short_name,
                document=e.value.document,
                from_on=e.value.from_,
                until_on=e.value.until,
            )
            for e in rows
        ]
        refuse_unknown(organs)
        OrganName.objects.bulk_create(made)


packs.register("organs.divisions", "organs/divisions.csv", row=DivisionRow, key=("code", "from_"))
packs.register("organs.organs", "organs/organs.csv", row=OrganRow, key=("code",), needs=("organs.divisions",))
packs.register("organs.names", "organs/names.csv", row=NameRow, key=("organ", "from_"), needs=("organs.organs",))
serve("organs.divisions", Divisions())
serve("organs.organs", Organs())
serve("organs.names", Names())
