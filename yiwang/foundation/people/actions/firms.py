"""Registering firms, and who acts for them without a mandate."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.people import queries, rules, wall
from yiwang.foundation.people.models import Firm, FirmOfficer, Party, Person
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal


@transaction.atomic
def register_firm(
    *,
    uscc: str,
    name: str,
    legal_representative: str,
    kind: Firm.Kind | str = Firm.Kind.ENTERPRISE,
    address: str = "",
    business: str = "",
    by: Doer,
    at: datetime,
) -> Firm:
    """Register a firm from its licence seen at the counter, or answer the one registered under that credit code.

    Refuses an impossible code, a missing name, another name than the registered one, whoever does not receive.
    """
    rules.refuse_foreign_counter(by)
    code = identifiers.check_uscc(uscc)
    name = " ".join(name.split())
    if not 2 <= len(name) <= 200:
        raise Refusal("请填写营业执照上的单位名称（2 至 200 个字）。", code="name", field="name")
    if kind not in Firm.Kind.values:
        raise Refusal("没有这种单位类别。", code="kind", field="kind")
    representative = rules.check_name(legal_representative, field="legal_representative")
    wall.one_at_a_time(code.encode()[-8:])
    present = Firm.objects.filter(uscc=code).first()
    if present is not None:
        if present.name != name:
            raise Refusal("该统一社会信用代码已用另一个名称登记，请核对执照。", code="another-name", field="name")
        return present
    party = Party.objects.create(kind=Party.Kind.FIRM, registered_at=at, registered_by=by.reference)
    firm = Firm.objects.create(
        party=party,
        uscc=code,
        name=name,
        name_key=rules.sort_key(name)[:400],
        kind=kind,
        legal_representative=representative,
        address=address.strip()[:200],
        business=business.strip()[:500],
        invented=identifiers.is_invented(code),
    )
    _record(firm, "people.firm-registered", by, at)
    return firm


@transaction.atomic
def set_firm_status(*, firm: Firm, status: str, by: Doer, at: datetime) -> Firm:
    """Record that a firm was revoked, closed, moved or is open again, as the licence register says."""
    rules.refuse_foreign_counter(by)
    if status not in Firm.Status.values:
        raise Refusal("没有这种登记状态。", code="status", field="status")
    firm = Firm.objects.select_for_update().get(pk=firm.pk)
    old, firm.status = firm.status, Firm.Status(status)
    firm.save(update_fields=["status"])
    _record(firm, "people.firm-status-changed", by, at, old=old, new=status)
    return firm


@transaction.atomic
def name_officer(
    *, firm: Firm, person: Person, duty: str, until_on: date | None = None, by: Doer, at: datetime
) -> FirmOfficer:
    """Name who acts for a firm: 法定代表人 at the counter only, 经办人 also by the 法定代表人 online.

    The 法定代表人 must carry the name the firm is registered with. Refuses a second naming and a term already over.
    """
    on = day_of(at)
    if duty not in FirmOfficer.Duty.values:
        raise Refusal("没有这种身份。", code="duty", field="duty")
    if duty == FirmOfficer.Duty.REPRESENTATIVE:
        rules.refuse_foreign_counter(by)
        if person.name != firm.legal_representative:
            raise Refusal("姓名与登记的法定代表人（经营者）不一致。", code="another-name", field="person")
    else:
        _refuse_outsiders(firm, by, on)
    if until_on is not None and until_on <= on:
        raise Refusal("截止日须晚于今天。", code="term", field="until_on")
    if _current(firm, on).filter(person=person, duty=duty).exists():
        raise Refusal("该人员已是本单位的同一身份。", code="already-named", field="person")
    officer = FirmOfficer.objects.create(
        firm=firm, person=person, duty=duty, from_on=on, until_on=until_on, named_at=at, named_by=by.reference
    )
    title = FirmOfficer.Duty(duty).label
    _record(firm, "people.officer-named", by, at, person=person.pk, duty=title)
    return officer


@transaction.atomic
def end_officer(*, officer: FirmOfficer, by: Doer, at: datetime) -> FirmOfficer:
    """End it from today: by the 法定代表人, by the person, or at the counter."""
    on = day_of(at)
    officer = FirmOfficer.objects.select_for_update().select_related("firm").get(pk=officer.pk)
    if by.person_id != officer.person_id:
        _refuse_outsiders(officer.firm, by, on)
    if officer.until_on is not None and officer.until_on <= on:
        raise Refusal("该身份已经终止。", code="already-ended")
    officer.until_on = max(on, officer.from_on)
    officer.save(update_fields=["until_on"])
    title = FirmOfficer.Duty(officer.duty).label
    _record(officer.firm, "people.officer-ended", by, at, person=officer.person_id, duty=title)
    return officer


def _current(firm: Firm, on: date) -> QuerySet[FirmOfficer]:
    return queries.in_force(FirmOfficer.objects.filter(firm=firm), on)


def _refuse_outsiders(firm: Firm, by: Doer, on: date) -> None:
    if not queries.is_principal(by, firm.pk, on):
        try:
            rules.refuse_foreign_counter(by)
        except NotAllowed:
            raise NotAllowed("只有法定代表人（经营者）可以指定或终止经办人，也可以到窗口办理。") from None


def _record(firm: Firm, event: str, by: Doer, at: datetime, **detail: object) -> None:
    record(subject=f"party:{firm.pk}", event=event, by=by, at=at, organ=str(by.organ_id or ""), detail=detail)
