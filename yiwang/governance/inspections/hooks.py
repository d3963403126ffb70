"""A step of a visit for whoever asks; and 审管衔接: a licence that was granted creates the duty to check its holder, in the department that claimed the item."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.people.models import Firm
from yiwang.governance.inspections import rules
from yiwang.governance.inspections.actions import visiting
from yiwang.governance.inspections.models import CheckList, Claim, Inspection, Subject, SupervisionItem
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters.models import Matter

names.hook("matters.take.inspections_inspection")(visiting.take)


@names.hook("cases.granted")
def case_granted(*, reference: str, party_id: int | None, at: datetime) -> None:
    """A first check in every department that supervises an item linked to the one granted, due within the days the rule
    says. Once a case and department, however often it is told. No natural person becomes an object of inspection: what was
    granted to one is looked after at the place the licence is for. An item nobody claimed, or whose list is not complete,
    gives no task and shows as such on the board of items."""
    item, title = Matter.objects.values_list("item", "title").get(reference=reference)
    if not item:
        return
    firm = Firm.objects.filter(pk=party_id).first() if party_id else None
    on = day_of(at)
    found = SupervisionItem.objects.filter(services__contains=[item], from_on__lte=on, until_on=None)
    claims = Claim.objects.filter(code__in=found.values("code"), level=Claim.Level.HERE, ended_at=None)
    rule: rules.InspectionRule = packs.rule(rules.KIND, rules.RULE, on).value
    for organ_id in sorted({one.organ_id for one in claims}):
        lists = list(
            CheckList.objects.filter(claim__in=claims, claim__organ_id=organ_id, completed_at__isnull=False)
            .select_related("claim")
            .order_by("pk")
        )
        if lists:
            subject = _holder(firm, lists) if firm else _place(reference, title, lists)
            _first_check(reference, subject, organ_id, lists, rule, at)


@transaction.atomic
def _first_check(
    reference: str, subject: Subject, organ_id: int, lists: list[CheckList], rule: rules.InspectionRule, at: datetime
) -> None:
    Subject.objects.select_for_update().get(pk=subject.pk)  # told twice at once, the second finds the first's task
    there = Inspection.objects.filter(
        source=Inspection.Source.LICENCE, cause=reference, subject=subject, organ_id=organ_id
    )
    if there.exists() or subject.closed_on is not None:
        return
    visiting.open_visit(
        visiting.Order(
            source=Inspection.Source.LICENCE,
            cause=reference,
            organ_id=organ_id,
            subject=subject,
            lists=lists,
            inspectors=[],
            first_check_days=rule.first_check_days,
        ),
        by=SYSTEM,
        at=at,
    )


def _holder(firm: Firm, lists: list[CheckList]) -> Subject:
    return _object(firm.uscc, Subject.Kind.FIRM, firm.name, lists)


def _place(reference: str, title: str, lists: list[CheckList]) -> Subject:
    """The place a person's licence is for, called by the case: who holds it and where it is stand there, for who may see it."""
    return _object(f"CS-{reference}", Subject.Kind.PLACE, f"{title}许可的场所（办件{reference}）", lists)


def _object(code: str, kind: Subject.Kind, name: str, lists: list[CheckList]) -> Subject:
    told = {"kind": kind, "name": name, "address": "", "fields": _fields(lists)}
    return Subject.objects.get_or_create(code=code, defaults=told)[0]


def _fields(lists: list[CheckList]) -> list[str]:
    codes = {each.claim.code for each in lists}
    rows = SupervisionItem.objects.filter(code__in=codes, until_on=None).exclude(field="")
    return sorted(set(rows.values_list("field", flat=True)))
