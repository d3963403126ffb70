"""Code lists and import mappings, and the demo county's items through the importer a county would use."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from yiwang.foundation.packs import queries as rules
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.catalogue import importer
from yiwang.services.catalogue.actions import import_items
from yiwang.services.catalogue.codes import CodeList
from yiwang.services.catalogue.mapping import ImportMapping
from yiwang.services.catalogue.models import ImportRun, Item

REGISTER = "catalogue.items"

packs.kind("code-list", folder="codes", schema=CodeList)
packs.kind("import-mapping", folder="catalogue", schema=ImportMapping)


class SourceRow(packs.Row):
    """One row of the source list, as published; the mapping says what each column means."""

    department: str
    main_item: str = ""
    item_name: str
    task_type_code: str
    task_type: str
    item_code: str
    area_code: str = ""
    implementing_org_uscc: str = ""
    uscc_valid: str = ""
    dept_code: str = ""


packs.register(
    REGISTER,
    "catalogue/service_items.csv",
    row=SourceRow,
    key=("item_code",),
    needs=("organs.organs", "organs.places"),
)


def mapping_for(file: str, at: datetime) -> ImportMapping:
    """The loaded mapping that binds this file; refused when there is none."""
    for rule in rules.rules("import-mapping", at.date()).values():
        mapping: ImportMapping = rule.value
        if mapping.file == file:
            return mapping
    raise Refusal(f"没有映射规则说明如何导入 {file}。", code="no-mapping")


@names.hook(f"packs.seed.{REGISTER}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Import the list once; when this very list was imported by this mapping before, nothing is touched."""
    if not entries:
        return packs.SeedReport(0, 0)
    mapping = mapping_for(f"{entries[0].name}.csv", at)
    rows = [entry.value.model_dump() for entry in entries]
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    if ImportRun.objects.filter(file_digest=digest, mapping=f"{mapping.id}@{mapping.version}").exists():
        return packs.SeedReport(0, len(entries))
    run = import_items(rows=rows, mapping=mapping, file_name=f"{entries[0].name}.csv", file_digest=digest, by=by, at=at)
    return packs.SeedReport(run.created, len(entries) - run.created)


@names.hook(f"packs.diff.{REGISTER}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Items of the list that the catalogue no longer holds under any of their codes."""
    stored = {code for codes in Item.objects.values_list("local_codes", flat=True) for code in codes}
    if not entries or not stored:
        return []
    at = ImportRun.objects.latest("at").at
    planned = importer.plan([entry.value.model_dump() for entry in entries], mapping_for(f"{entries[0].name}.csv", at))
    where = {entry.value.item_code: entry.where for entry in entries}
    return [
        packs.Drift(REGISTER, item.code, "", item.name, "", where[item.local_codes[0]])
        for item in planned.items.values()
        if not stored.intersection(item.local_codes)
    ]
