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
    says. Once a case and department, however often it is told. A natural person is no object of inspection; an item
    nobody claimed, or whose list is not complete, gives no task and shows as such on the board of items."""
    item = Matter.objects.filter(reference=reference).values_list("item", flat=True).first()
    firm = Firm.objects.filter(pk=party_id).first() if party_id else None
    if not item or firm is None:
        return
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
            _first_check(reference, firm, organ_id, lists, rule, at)


@transaction.atomic
def _first_check(
    reference: str, firm: Firm, organ_id: int, lists: list[CheckList], rule: rules.InspectionRule, at: datetime
) -> None:
    subject, _ = Subject.objects.get_or_create(
        code=firm.uscc,
        defaults={"kind": Subject.Kind.FIRM, "name": firm.name, "address": "", "fields": _fields(lists)},
    )
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


def _fields(lists: list[CheckList]) -> list[str]:
    codes = {each.claim.code for each in lists}
    rows = SupervisionItem.objects.filter(code__in=codes, until_on=None).exclude(field="")
    return sorted(set(rows.values_list("field", flat=True)))
