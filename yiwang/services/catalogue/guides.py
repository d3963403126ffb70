"""Guides in the register: what surrounds a declaration, how a version is written, what a pack seeds.

A declaration becomes rows once, when it is published: columns and rows of ``Situation``, ``Material`` and
``LegalBasis`` are what code decides with; ``Guide.document`` keeps the whole declaration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import roles
from yiwang.foundation.organs.models import Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as rules
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.catalogue import gate, laws, search
from yiwang.services.catalogue.declarations import ITEM_TYPES, Declaration, Limit, Renewal, read
from yiwang.services.catalogue.held import held_names
from yiwang.services.catalogue.models import Guide, Item, LegalBasis, Material, Situation

AUDIENCE = {"person": "1", "firm": "2", "institution": "3", "society": "4", "organ": "5", "other": "6"}  # 39046 A.4
CHANNELS = {"counter": "1", "online": "2", "mobile": "3", "post": "4"}  # A.5
HANDLING = {"on-the-spot": "1", "promised": "2"}  # A.6
PUBLISHED = (Guide.State.PUBLISHED, Guide.State.WITHDRAWN)


class NotLawful(Refusal):
    """The publish gate found faults; each names its field."""

    code = "guide-not-lawful"
    article = "《中华人民共和国行政许可法》第三十条"


def declared(guide: Guide) -> Declaration:
    """The declaration a version was written from. A stored one was validated when stored; an unsound one is a bug."""
    return read(guide.document)


def surroundings(
    declaration: Declaration, item: Item | None, on: date, *, besides: int | None = None, not_before: date | None = None
) -> gate.Surroundings:
    """What the gate compares a declaration with on a day: calendar, laws, processes, roles, staff, other versions.

    ``besides`` is a version of the item that the new one will end, so its open end does not count as an overlap.
    Limits are compared over every day from ``on`` (or the first day in force, if later) for one year, as far as the
    calendar reaches. Nine queries, whatever the guide's size.
    """
    table = calendar.table()
    starts = max(on, declaration.in_force.from_) if declaration.in_force else on
    first = max(table.first, starts)
    register = laws.register(first, [citation for _, citation in declaration.cited()])
    organ = item.organ if item else Organ.objects.filter(names__name=declaration.organ).first()
    posts: dict[str, set[str]] = {}
    if organ is not None:
        held_on = Post.objects.filter(holding(on), organ=organ, deputy_of__isnull=True)
        for role, account in held_on.values_list("role", "account_id"):
            posts.setdefault(role, set()).add(str(account))
    return gate.Surroundings(
        table=table,
        first=first,
        last=min(date(first.year + 1, 12, 31), date(table.last.year - 1, 12, 31)),
        resolve=register.check,
        processes=processes(on),
        roles={each: role.title for each, role in roles.declared(on).items()},
        held=held_names(on),
        hands=(lambda role: posts.get(role, set())) if organ is not None else (lambda role: None),
        others=others(item, besides=besides) if item else (),
        not_before=not_before,
    )


def processes(on: date) -> frozenset[str]:
    """Ids of the processes in force on that day."""
    rows = RuleVersion.objects.filter(kind="process", from_on__lte=on).exclude(until_on__lte=on)
    return frozenset(rows.values_list("rule_id", flat=True))


def case_processes(on: date) -> dict[str, str]:
    """Processes in force on that day that begin with something received, by id: what a guide may be handled by."""
    found = {each: rule.value for each, rule in rules.rules("process", on).items()}
    return {each: process.title for each, process in found.items() if process.initial == "received"}


def others(item: Item, *, besides: int | None = None) -> list[tuple[str, date, date | None]]:
    """Published periods of the item's other versions: (edition, from, until)."""
    rows = Guide.objects.filter(item=item, state__in=PUBLISHED).exclude(pk=besides or 0)
    return [(row.edition or str(row.version), row.in_force.lower, row.in_force.upper) for row in rows]


def faults(
    declaration: Declaration, item: Item | None, on: date, *, besides: int | None = None, not_before: date | None = None
) -> list[Fault]:
    """Everything the gate says against publishing this declaration for that item on that day."""
    return gate.faults(declaration, surroundings(declaration, item, on, besides=besides, not_before=not_before))


def find_item(declaration: Declaration) -> Item | None:
    """The item a declaration is about, by code, or by the code under which an imported list carries it."""
    code = declaration.item_code
    items = Item.objects.select_related("organ")
    return items.filter(code=code).first() or items.filter(local_codes__contains=[code]).first()


@transaction.atomic
def add_item(declaration: Declaration) -> Item:
    """An item no list carries, as its guide declares it. Refused when type or organ is unknown."""
    organ = Organ.objects.filter(names__name=declaration.organ).first()
    if organ is None or declaration.type not in ITEM_TYPES:
        field, says = ("organ", f"没有机构“{declaration.organ}”。") if organ is None else ("type", "没有这个事项类型。")
        raise Refusal(f"事项不能新增：{says}", code="item-incomplete", field=field)
    item = Item.objects.create(
        code=declaration.item_code,
        name=declaration.name,
        main_name=declaration.name,
        type=ITEM_TYPES[declaration.type],
        organ=organ,
        service_objects=[AUDIENCE[one] for one in declaration.audience],
        source=f"办事指南 {declaration.id}",
    )
    search.index([item])
    return item


def fingerprint(guide: Guide) -> str:
    """Changes with every edit of the document: what a form carries so that nobody writes over somebody else."""
    return packs.digest(guide.document)[:16]


def next_version(item: Item) -> int:
    newest = Guide.objects.filter(item=item).order_by("-version").values_list("version", flat=True).first()
    return (newest or 0) + 1


def columns(declaration: Declaration) -> dict[str, object]:
    """The columns of ``Guide`` that a declaration decides."""
    limits, renewal = declaration.limits, declaration.renewal
    found: dict[str, object] = {
        "edition": declaration.version,
        "process_id": declaration.process,
        "chain": declaration.chain,
        "handling_type": HANDLING.get(declaration.handling, ""),
        "service_objects": [AUDIENCE[one] for one in declaration.audience],
        "channels": [CHANNELS[one] for one in declaration.channels],
        "trips": declaration.trips,
        "charges_fee": bool(declaration.fees),
        "result_name": declaration.results[0].name if declaration.results else "",
        "retention_years": declaration.retention_years,
        "examples": sorted(field for field, mark in declaration.marks.items() if mark.startswith("示例")),
        "document": declaration.as_data(),
        "source": f"{declaration.origin.guide} {declaration.origin.address}".strip()[:300],
        "legal_days": limits.legal.days if limits.legal else None,
        "promised_days": limits.promised.days if limits.promised else None,
        "extension_max": limits.extension.days if limits.extension else 0,
        "correction_days": limits.correction.days if limits.correction else None,
        "renew_from": renewal.renew_from if renewal else None,
        "renew_until": renewal.renew_until if renewal else None,
    }
    units: dict[str, Limit | Renewal | None] = {"legal": limits.legal, "promised": limits.promised}
    units |= {"extension": limits.extension, "correction": limits.correction, "renew": renewal}
    found |= {f"{name}_unit": limit.unit for name, limit in units.items() if limit is not None}
    if limits.correction:
        found["correction_outcome"] = limits.correction.outcome
    return found


def set_columns(guide: Guide, declaration: Declaration) -> Guide:
    for name, value in columns(declaration).items():
        setattr(guide, name, value)
    return guide


@transaction.atomic
def publish(
    *, guide: Guide, declaration: Declaration, by: Doer, at: datetime, on: date, reviewed: bool = True
) -> Guide:
    """Write a version into force: rows of situations, materials and resolved bases; the version before it ends.

    Refused with every fault of the gate (``NotLawful``). An older version still open ends on the new one's first day;
    cases received before that day end under it. ``reviewed`` is false for a version a pack seeds. One ledger line on
    ``item:<code>``.
    """
    previous = replaced_by(guide.item, declaration)
    besides, not_before = previous.pk if previous else None, on if reviewed else None
    found = faults(declaration, guide.item, on, besides=besides, not_before=not_before)
    if found:
        says = f"办事指南“{declaration.name}”有{len(found)}处不符合发布要求，不能发布。"
        raise NotLawful(says, faults=found)
    assert declaration.in_force is not None  # the gate has seen to it
    starts, ends = declaration.in_force.from_, declaration.in_force.until
    if previous is not None:
        Guide.objects.filter(pk=previous.pk).update(in_force=DateRange(previous.in_force.lower, starts))
    set_columns(guide, declaration)
    guide.in_force = DateRange(starts, ends)
    guide.state = Guide.State.PUBLISHED
    guide.save()
    _write_rows(guide, declaration, starts)
    ledger.record(
        subject=f"item:{guide.item.code}",
        event="catalogue.guide-published" if reviewed else "catalogue.guide-seeded",
        by=by,
        at=at,
        organ=str(guide.item.organ_id),
        detail={"edition": guide.edition, "version": guide.version, "from": starts.isoformat(), "guide": guide.pk},
    )
    return guide


def replaced_by(item: Item, declaration: Declaration) -> Guide | None:
    """The published version without an end that began before this one: publishing ends it."""
    if declaration.in_force is None:
        return None
    rows = Guide.objects.filter(item=item, state=Guide.State.PUBLISHED, in_force__endswith__isnull=True)
    return rows.filter(in_force__startswith__lt=declaration.in_force.from_).first()


def _write_rows(guide: Guide, declaration: Declaration, on: date) -> None:
    Situation.objects.bulk_create(
        Situation(
            guide=guide,
            ordinal=i,
            code=one.id,
            title=one.name,
            when={key: list(answers) for key, answers in one.when.items()},
            promised_days=one.promised.days if one.promised else None,
        )
        for i, one in enumerate(declaration.situations, start=1)
    )
    materials = Material.objects.bulk_create(
        Material(
            guide=guide,
            ordinal=i,
            code=one.id,
            name=one.name,
            main=one.grade == "main",
            required=one.need == "required",
            source=one.source.of if one.source else Material.Source.APPLICANT,
            source_reference=one.source.reference if one.source else "",
            issuer=one.source.holder if one.source else "",
            originals=one.originals,
            copies=one.copies,
            formats=["paper", "electronic"] if one.format == "both" else [one.format],
            requirement=one.requirement,
            when={key: list(answers) for key, answers in one.when.items()},
        )
        for i, one in enumerate(declaration.materials, start=1)
    )
    _write_bases(guide, declaration, {row.code: row for row in materials}, on)


PURPOSE = {"materials": LegalBasis.Purpose.MATERIAL, "fees": LegalBasis.Purpose.FEE, "bases": LegalBasis.Purpose.SET_UP}


def _write_bases(guide: Guide, declaration: Declaration, materials: dict[str, Material], on: date) -> None:
    cited = list(declaration.cited())
    register = laws.register(on, [citation for _, citation in cited])
    rows = []
    for path, citation in cited:
        places = register.places(citation)
        if isinstance(places, str):
            continue  # the gate has refused what does not resolve
        kind, _, rest = path.partition(".")
        for place in places:
            rows.append(
                LegalBasis(
                    guide=guide,
                    material=materials.get(rest.partition(".")[0]) if kind == "materials" else None,
                    law=place.law,
                    article=place.citation.article,
                    inserted=place.citation.inserted,
                    paragraph=place.citation.paragraph,
                    subparagraph=place.citation.subparagraph,
                    text=citation,
                    purpose=PURPOSE.get(kind, LegalBasis.Purpose.LIMIT),
                )
            )
    LegalBasis.objects.bulk_create(rows)


@transaction.atomic
def seed(declarations: Iterable[tuple[Declaration, str]], *, by: Doer, at: datetime, on: date) -> tuple[int, int]:
    """Publish a pack's guides that are absent, through the gate. Answers (added, present).

    Refused as a whole with every fault of every guide, each at the file it stands in.
    """
    added = present = 0
    wrong: list[Fault] = []
    for declaration, where in declarations:
        item = find_item(declaration) or add_item(declaration)
        if Guide.objects.filter(item=item, edition=declaration.version).exists():
            present += 1
            continue
        guide = Guide(item=item, version=next_version(item))
        try:
            publish(guide=guide, declaration=declaration, by=by, at=at, on=on, reviewed=False)
        except NotLawful as refusal:
            wrong += [Fault(where, f"{fault.field}：{fault.says}", fault.code) for fault in refusal.faults]
        added += 1
    if wrong:
        raise NotLawful(f"配置包中的办事指南有{len(wrong)}处不符合发布要求。", faults=wrong)
    return added, present


def drift(declarations: Sequence[tuple[Declaration, str]]) -> list[tuple[str, str, str, str, str]]:
    """Where a pack's guide and the version of the same edition differ: (item, field, pack, stored, where)."""
    found = []
    for declaration, where in declarations:
        item = find_item(declaration)
        rows = Guide.objects.filter(item=item, edition=declaration.version, state__in=PUBLISHED) if item else []
        guide = next(iter(rows), None)
        if guide is None:
            found.append((declaration.item_code, "", declaration.version, "", where))
            continue
        ours, theirs = declaration.as_data(), guide.document
        for field in sorted(ours.keys() | theirs.keys()):
            if ours.get(field) != theirs.get(field):
                found.append((declaration.item_code, field, _short(ours.get(field)), _short(theirs.get(field)), where))
    return found


def _short(value: object) -> str:
    return str(value or "")[:80]


def before(guide: Guide) -> Guide | None:
    """The published version before this one."""
    older = Guide.objects.filter(item=guide.item_id, state__in=PUBLISHED, version__lt=guide.version)
    return older.order_by("-version").first()
