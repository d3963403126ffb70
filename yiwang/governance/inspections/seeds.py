"""Registers a pack may seed: the directory of supervision items, objects of inspection, officers with certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yiwang.foundation.organs.models import Account, Organ
from yiwang.governance.inspections import actions, reading
from yiwang.governance.inspections.models import Inspector, Subject, SupervisionItem
from yiwang.kernel import names, packs
from yiwang.kernel.packs import Row
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal

ITEMS, SUBJECTS, INSPECTORS = "inspections.items", "inspections.subjects", "inspections.inspectors"
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]{0,39}$")]


class ItemRow(Row):
    """One item of the directory. ``organ`` is who has to claim it; ``services`` item codes, separated by blanks."""

    code: Code
    parent: str = ""
    title: Annotated[str, Field(min_length=2, max_length=200)]
    field: str = ""
    basis: Annotated[str, Field(min_length=2, max_length=600)]
    organ: str = ""
    services: str = ""
    from_: date = Field(alias="from")


class SubjectRow(Row):
    """One object of inspection; ``fields`` separated by blanks."""

    code: Code
    kind: Literal["firm", "place", "project"]
    name: Annotated[str, Field(min_length=2, max_length=200)]
    address: str = ""
    fields: str = ""


class InspectorRow(Row):
    """One officer, by login name."""

    username: str
    code: Code
    valid_until: date
    scope: str = ""


packs.register(ITEMS, "supervision-items/items.csv", row=ItemRow, key=("code",), needs=("organs.organs",))
packs.register(SUBJECTS, "supervision-items/subjects.csv", row=SubjectRow, key=("code",))
packs.register(
    INSPECTORS, "supervision-items/inspectors.csv", row=InspectorRow, key=("username",), needs=("organs.posts",)
)


@names.hook(f"packs.seed.{ITEMS}")
def seed_items(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Register absent items; a row that is there is left alone. Refused: a department or main item nobody knows."""
    there = set(SupervisionItem.objects.values_list("code", flat=True))
    lines = [
        reading.ItemLine(
            *(number, row.code, row.parent, row.title, row.field, row.basis, row.organ),
            tuple(sorted(row.services.split())),
            row.from_,
        )
        for number, entry in enumerate(entries)
        if (row := entry.value).code not in there
    ]
    organs = dict(Organ.objects.values_list("code", "pk"))
    done = actions.register_items(lines=lines, organs=organs, by=by, at=at)
    if done.refused:
        first = done.refused[0]
        raise Refusal(f"{entries[first.row].where}：{first.why}", code="seed")
    return packs.SeedReport(added=done.added, present=len(entries) - done.added)


@names.hook(f"packs.diff.{ITEMS}")
def diff_items(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Items whose title or basis is another one than the file's."""
    rows = {one.code: one for one in SupervisionItem.objects.filter(until_on=None)}
    return [
        packs.Drift(
            ITEMS,
            entry.value.code,
            what,
            getattr(entry.value, what),
            getattr(rows[entry.value.code], what),
            entry.where,
        )
        for entry in entries
        if entry.value.code in rows
        for what in ("title", "basis")
        if getattr(rows[entry.value.code], what) != getattr(entry.value, what)
    ]


@names.hook(f"packs.seed.{SUBJECTS}")
def seed_subjects(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Enter absent objects."""
    there = set(Subject.objects.values_list("code", flat=True))
    fresh = [entry.value for entry in entries if entry.value.code not in there]
    for row in fresh:
        actions.keep_subject(
            code=row.code,
            kind=row.kind,
            name=row.name,
            address=row.address,
            fields=row.fields.split(),
            by=by,
            at=at,
        )
    return packs.SeedReport(added=len(fresh), present=len(entries) - len(fresh))


@names.hook(f"packs.seed.{INSPECTORS}")
def seed_inspectors(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Enter absent officers."""
    there = set(Inspector.objects.values_list("code", flat=True))
    accounts = {one.username: one for one in Account.objects.filter(username__in=[e.value.username for e in entries])}
    fresh = [entry for entry in entries if entry.value.code not in there]
    for entry in fresh:
        account = accounts.get(entry.value.username)
        if account is None or account.organ_id is None:
            raise Refusal(f"{entry.where}：没有账号 {entry.value.username}", code="seed")
        actions.register_inspector(
            account_id=account.pk,
            organ_id=account.organ_id,
            code=entry.value.code,
            valid_until=entry.value.valid_until,
            scope=entry.value.scope,
            by=by,
            at=at,
        )
    return packs.SeedReport(added=len(fresh), present=len(entries) - len(fresh))


@names.hook(f"packs.diff.{SUBJECTS}")
def diff_subjects(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Objects whose name is another one than the file's."""
    rows = dict(Subject.objects.values_list("code", "name"))
    return [
        packs.Drift(SUBJECTS, value.code, "name", value.name, rows[value.code], entry.where)
        for entry in entries
        if (value := entry.value).code in rows and rows[value.code] != value.name
    ]


@names.hook(f"packs.diff.{INSPECTORS}")
def diff_inspectors(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Officers whose certificate runs another term than the file's."""
    rows = dict(Inspector.objects.values_list("code", "valid_until"))
    return [
        packs.Drift(INSPECTORS, value.code, "valid_until", str(value.valid_until), str(rows[value.code]), entry.where)
        for entry in entries
        if (value := entry.value).code in rows and rows[value.code] != value.valid_until
    ]
