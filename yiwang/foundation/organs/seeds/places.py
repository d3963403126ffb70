"""Seeds of places, hours, counters and what departments authorise them to do (``places/*.csv``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Literal

from pydantic import Field, field_validator

from yiwang.foundation.organs.models import Counter, CounterAuthorisation, Division, Organ, Place, PlaceHours
from yiwang.foundation.organs.seeds.seeding import Key, Lookup, by_code, refuse_unknown, serve, text
from yiwang.kernel import packs

ALL = "*"


class PlaceRow(packs.Row):
    code: str = Field(pattern=r"^[a-z0-9-]+$", max_length=60)
    kind: Literal["hall", "town", "village"]
    name: str
    organ: str
    division: str
    address: str
    phone: str = ""
    open_on_rest_days: bool = False
    position: int = 0
    from_: date = Field(alias="from")


class HoursRow(packs.Row):
    """``counter`` is empty for the hours of the place itself; a counter named in any row keeps only the hours it is named in."""

    place: str
    counter: str = ""
    weekday: int = Field(ge=1, le=7)
    opens: time
    closes: time
    extended: bool = False


class CounterRow(packs.Row):
    place: str
    number: str = Field(max_length=10)
    name: str
    kind: Literal["comprehensive", "department", "hand-out", "issue", "assistance"]
    organ: str
    open_on_rest_days: bool = False
    from_: date = Field(alias="from")


class AuthorisationRow(packs.Row):
    """``items`` is ``*`` or item codes, ``powers`` are words; both separated by blanks."""

    place: str
    counter: str
    organ: str
    items: str
    powers: str
    document: str
    from_: date = Field(alias="from")
    until: date

    @field_validator("powers")
    @classmethod
    def _known(cls, value: str) -> str:
        if not value.split() or set(value.split()) - set(CounterAuthorisation.Power.values):
            raise ValueError("授权权限只能是 receive、accept、refuse、decide")
        return value


class Places:
    def key(self, row: PlaceRow) -> Key:
        return (row.code,)

    def says(self, row: PlaceRow) -> Mapping[str, str]:
        return {
            "kind": row.kind,
            "name": row.name,
            "organ": row.organ,
            "division": row.division,
            "address": row.address,
            "phone": row.phone,
            "open_on_rest_days": text(row.open_on_rest_days),
        }

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.code,): {
                "kind": row.kind,
                "name": row.name,
                "organ": row.organ.code,
                "division": row.division.code,
                "address": row.address,
                "phone": row.phone,
                "open_on_rest_days": text(row.open_on_rest_days),
            }
            for row in Place.objects.select_related("organ", "division")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        organs = by_code("机构", Organ.objects.all())
        divisions = by_code("行政区划", Division.objects.order_by("from_on"))
        made = [
            Place(
                code=e.value.code,
                kind=e.value.kind,
                name=e.value.name,
                organ=organs(e.value.organ, e.where),
                division=divisions(e.value.division, e.where),
                address=e.value.address,
                phone=e.value.phone,
                open_on_rest_days=e.value.open_on_rest_days,
                position=e.value.position,
                from_on=e.value.from_,
            )
            for e in rows
        ]
        refuse_unknown(organs, divisions)
        Place.objects.bulk_create(made)


class Hours:
    def key(self, row: HoursRow) -> Key:
        return (row.place, row.counter, text(row.weekday), f"{row.opens:%H:%M}")

    def says(self, row: HoursRow) -> Mapping[str, str]:
        return {"closes": f"{row.closes:%H:%M}", "extended": text(row.extended)}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.place.code, row.counter.number if row.counter else "", text(row.weekday), f"{row.opens_at:%H:%M}"): {
                "closes": f"{row.closes_at:%H:%M}",
                "extended": text(row.extended),
            }
            for row in PlaceHours.objects.filter(until_on__isnull=True).select_related("place", "counter")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        places, counters = by_code("场所", Place.objects.all()), counters_by_number()
        made = [
            PlaceHours(
                counter=counters((e.value.place, e.value.counter), e.where) if e.value.counter else None,
                place=(place := places(e.value.place, e.where)),
                from_on=place.from_on if place else at.date(),
                weekday=e.value.weekday,
                opens_at=e.value.opens,
                closes_at=e.value.closes,
                extended=e.value.extended,
            )
            for e in rows
        ]
        refuse_unknown(places, counters)
        PlaceHours.objects.bulk_create(made)


class Counters:
    def key(self, row: CounterRow) -> Key:
        return (row.place, row.number)

    def says(self, row: CounterRow) -> Mapping[str, str]:
        return {
            "name": row.name,
            "kind": row.kind,
            "organ": row.organ,
            "open_on_rest_days": text(row.open_on_rest_days),
        }

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.place.code, row.number): {
                "name": row.name,
                "kind": row.kind,
                "organ": row.organ.code,
                "open_on_rest_days": text(row.open_on_rest_days),
            }
            for row in Counter.objects.select_related("place", "organ")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        places, organs = by_code("场所", Place.objects.all()), by_code("机构", Organ.objects.all())
        made = [
            Counter(
                place=places(e.value.place, e.where),
                number=e.value.number,
                name=e.value.name,
                kind=e.value.kind,
                organ=organs(e.value.organ, e.where),
                open_on_rest_days=e.value.open_on_rest_days,
                from_on=e.value.from_,
            )
            for e in rows
        ]
        refuse_unknown(places, organs)
        Counter.objects.bulk_create(made)


class Authorisations:
    def key(self, row: AuthorisationRow) -> Key:
        return (row.place, row.counter, row.organ, row.document)

    def says(self, row: AuthorisationRow) -> Mapping[str, str]:
        return {
            "items": " ".join(sorted(row.items.split())),
            "powers": " ".join(_in_order(row.powers.split())),
            "from": text(row.from_),
            "until": text(row.until),
        }

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.counter.place.code, row.counter.number, row.organ.code, row.document): {
                "items": ALL if row.all_items else " ".join(sorted(row.item_codes)),
                "powers": " ".join(_in_order(row.powers)),
                "from": text(row.from_on),
                "until": text(row.until_on),
            }
            for row in CounterAuthorisation.objects.select_related("counter__place", "organ")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        organs, counters = by_code("机构", Organ.objects.all()), counters_by_number()
        made = [
            CounterAuthorisation(
                counter=counters((e.value.place, e.value.counter), e.where),
                organ=organs(e.value.organ, e.where),
                all_items=e.value.items == ALL,
                item_codes=[] if e.value.items == ALL else sorted(e.value.items.split()),
                powers=_in_order(e.value.powers.split()),
                document=e.value.document,
                from_on=e.value.from_,
                until_on=e.value.until,
            )
            for e in rows
        ]
        refuse_unknown(organs, counters)
        CounterAuthorisation.objects.bulk_create(made)


def counters_by_number() -> Lookup:
    """Counters by (place code, window number)."""
    rows = Counter.objects.select_related("place")
    return Lookup("窗口", {(row.place.code, row.number): row for row in rows})


def _in_order(powers: Sequence[str]) -> list[str]:
    return [power for power in CounterAuthorisation.Power.values if power in powers]


packs.register("organs.places", "places/places.csv", row=PlaceRow, key=("code",), needs=("organs.organs",))
packs.register(
    "organs.hours",
    "places/hours.csv",
    row=HoursRow,
    key=("place", "counter", "weekday", "opens"),
    needs=("organs.counters",),
)
packs.register(
    "organs.counters", "places/counters.csv", row=CounterRow, key=("place", "number"), needs=("organs.places",)
)
packs.register(
    "organs.authorisations",
    "places/authorisations.csv",
    row=AuthorisationRow,
    key=("place", "counter", "organ", "document"),
    needs=("organs.counters",),
)
serve("organs.places", Places())
serve("organs.hours", Hours())
serve("organs.counters", Counters())
serve("organs.authorisations", Authorisations())
