"""Carrying out an import plan: bulk, atomic, and the second run changes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Organ, Place
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.catalogue import importer, search
from yiwang.services.catalogue.importer import Line, Plan
from yiwang.services.catalogue.mapping import ImportMapping
from yiwang.services.catalogue.models import ImportRun, Item, ItemAtPlace, Power

COMPARED = ("name", "main_name", "type", "organ_id", "exercise_level", "power_id", "themes", "local_codes", "source")


@transaction.atomic
def import_items(
    *,
    rows: Iterable[Mapping[str, str]],
    mapping: ImportMapping,
    file_name: str,
    file_digest: str,
    by: Doer,
    at: datetime,
) -> ImportRun:
    """Bring a list of items into the catalogue by a mapping and keep the report of every row.

    Items are found again by their own code or any source code they were listed under. Refused as a whole: a column or
    an organ the mapping names is missing. Rows are never dropped: see ``ImportRun.lines``. One ledger line.
    """
    allow(by, Permission.CATALOGUE_IMPORT)
    planned = importer.plan(rows, mapping)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('catalogue.import', 0))")
    organs = _organs(mapping)
    powers = _powers(planned, organs, mapping)
    created, changed, items = _items(planned, organs, powers, mapping)
    _places(items, mapping)
    if created or changed:
        search.index([*created, *changed])
    run = ImportRun.objects.create(
        at=at,
        by=by.reference,
        file_name=file_name[:200],
        file_digest=file_digest,
        mapping=f"{mapping.id}@{mapping.version}",
        created=len(created),
        changed=len(changed),
        lines=[line.as_data() for line in [*planned.lines, *_absent(planned, items, mapping)]],
        **counts(planned),
    )
    ledger.record(
        subject=f"catalogue-import:{run.pk}",
        event="catalogue.items-imported",
        by=by,
        at=at,
        detail={
            **counts(planned),
            "created": len(created),
            "changed": len(changed),
            "file": file_digest,
            "mapping": run.mapping,
        },
    )
    return run


def counts(planned: Plan) -> dict[str, int]:
    """The five counts that must add up."""
    return {name: getattr(planned, name) for name in ("read", "imported", "merged", "refused", "left_aside")}


def by_rule(run: ImportRun) -> list[tuple[str, str, int]]:
    """(outcome, rule, rows) of a report, as the console prints it."""
    told = Counter((line["outcome"], line["rule"]) for line in run.lines)
    return [(outcome, rule, count) for (outcome, rule), count in sorted(told.items())]


def _organs(mapping: ImportMapping) -> dict[str, Organ]:
    found = {organ.code: organ for organ in Organ.objects.filter(code__in=mapping.organs())}
    missing = sorted(mapping.organs() - found.keys())
    if missing:
        faults = [Fault("organ", f"机构代号 {code} 不存在", "unknown-organ") for code in missing]
        raise Refusal("映射写到的机构还没有登记，未导入任何内容。", code="import-organs", faults=faults)
    return found


def _powers(planned: Plan, organs: Mapping[str, Organ], mapping: ImportMapping) -> dict[tuple[str, str, str], Power]:
    """The power behind each on-request item, new ones added. Keyed by (organ code, type, name)."""
    if not mapping.derive_powers:
        return {}
    code_of = {organ.pk: code for code, organ in organs.items()}
    wanted = importer.powers_of(planned)
    known = {
        (code_of[power.organ_id], power.type, power.name): power
        for power in Power.objects.filter(organ__in=organs.values())
    }
    new = [
        Power(
            code=f"QL-{item_code}"[:64],
            name=name,
            type=kind,
            organ=organs[organ],
            exercise_level=mapping.exercise_level,
            source=f"由事项清单 {mapping.id} 归集",
        )
        for (organ, kind, name), item_code in wanted.items()
        if (organ, kind, name) not in known
    ]
    Power.objects.bulk_create(new)
    return known | {(code_of[power.organ_id], power.type, power.name): power for power in new}


def _items(
    planned: Plan,
    organs: Mapping[str, Organ],
    powers: Mapping[tuple[str, str, str], Power],
    mapping: ImportMapping,
) -> tuple[list[Item], list[Item], list[Item]]:
    """Items created, items changed, and all items of the plan."""
    source_codes = [code for item in planned.items.values() for code in item.local_codes]
    known: dict[str, Item] = {}
    for item in Item.objects.filter(Q(code__in=list(planned.items)) | Q(local_codes__overlap=source_codes)):
        for code in (item.code, *item.local_codes):
            known.setdefault(code, item)
    created, changed, every = [], [], []
    for wanted in planned.items.values():
        power = powers.get((wanted.organ, wanted.type, wanted.main_name or wanted.name))
        there = known.get(wanted.code) or next((known[c] for c in wanted.local_codes if c in known), None)
        item = there or Item(code=wanted.code)
        before = [getattr(item, name) for name in COMPARED]
        item.name, item.main_name, item.type = wanted.name, wanted.main_name, wanted.type
        item.organ_id, item.power_id = organs[wanted.organ].pk, power.pk if power else None
        item.exercise_level, item.themes = mapping.exercise_level, wanted.themes
        item.local_codes = list(dict.fromkeys([*item.local_codes, *wanted.local_codes]))
        item.source = f"{mapping.id} {mapping.title}"[:200]
        every.append(item)
        if there is None:
            created.append(item)
        elif before != [getattr(item, name) for name in COMPARED]:
            changed.append(item)
    Item.objects.bulk_create(created)
    Item.objects.bulk_update(changed, COMPARED, batch_size=500)
    return created, changed, every


def _places(items: Iterable[Item], mapping: ImportMapping) -> None:
    """Where the items are handled; what is already there stays as it is."""
    if not mapping.at_place:
        return
    items = list(items)
    wanted: dict[tuple[int, int], str] = {}
    for place in Place.objects.filter(kind__in={rule.kind for rule in mapping.at_place}):
        for rule in mapping.at_place:
            if rule.kind == place.kind:
                fitting = (item for item in items if re.search(rule.pattern, f"{item.main_name} {item.name}"))
                wanted.update({(item.pk, place.pk): rule.mode for item in fitting})
    there = set(ItemAtPlace.objects.values_list("item_id", "place_id"))
    ItemAtPlace.objects.bulk_create(
        [
            ItemAtPlace(item_id=item, place_id=place, mode=mode)
            for (item, place), mode in wanted.items()
            if (item, place) not in there
        ],
        batch_size=2000,
    )


def _absent(planned: Plan, items: Iterable[Item], mapping: ImportMapping) -> list[Line]:
    """Items of this source that the file no longer lists: told, never cancelled by an import."""
    gone = Item.objects.filter(source__startswith=f"{mapping.id} ").exclude(pk__in=[item.pk for item in items])
    return [
        Line(0, item.code, item.name, "", "absent", "not-in-file", "来源清单中不再有这一项，请核实后办理取消")
        for item in gone.order_by("code")
    ]
