"""Demonstration people from packs: only numbers of the invented county are taken, rows already present are left alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from yiwang.foundation.identifiers import cipher, masking
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.organs import actions as organs
from yiwang.foundation.organs import queries as organ_queries
from yiwang.foundation.people import actions, rules
from yiwang.foundation.people.models import Firm, FirmOfficer, Mandate, Person
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal


def _held(check: Callable[[str], str]) -> AfterValidator:
    """An identifier check as pydantic wants it: the refusal's sentence as a value error."""

    def checked(text: str) -> str:
        try:
            kept = check(text)
        except Refusal as refusal:
            raise ValueError(refusal.says) from None
        if kept != text:
            raise ValueError(f"请写成 {kept}")
        return kept

    return AfterValidator(checked)


def _invented(text: str) -> str:
    if not identifiers.is_invented(text):
        raise Refusal(f"配置包中的号码须在虚构区划 {identifiers.INVENTED_DIVISION} 之下", code="not-invented")
    return text


IdNumber = Annotated[str, _held(identifiers.check_id_number), _held(_invented)]
Uscc = Annotated[str, _held(identifiers.check_uscc), _held(_invented)]
Name = Annotated[str, _held(rules.check_name)]
Mobile = Annotated[str, _held(lambda text: identifiers.check_phone(text, mobile=True))]


class PersonRow(packs.Row):
    """``account``: 是 when the person already logs in by this phone."""

    name: Name
    id_number: IdNumber
    phone: Mobile | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    account: Literal["是"] | None = None


class FirmRow(packs.Row):
    """``representative`` is the ID number of the 法定代表人 in ``persons.csv``, ``handler`` of a 经办人."""

    uscc: Uscc
    name: Annotated[str, Field(min_length=2, max_length=200)]
    kind: Firm.Kind
    representative: IdNumber
    handler: IdNumber | None = None
    address: str = ""
    business: str = ""
    status: Firm.Status = Firm.Status.OPEN


class MandateRow(packs.Row):
    """``principal`` is an ID number or a USCC."""

    principal: str
    agent: IdNumber
    from_: date = Field(alias="from")
    until: date
    item_codes: str = ""


packs.register("people.persons", "people/persons.csv", row=PersonRow, key=("id_number",), needs=("organs.divisions",))
packs.register("people.firms", "people/firms.csv", row=FirmRow, key=("uscc",), needs=("people.persons",))
packs.register(
    "people.mandates",
    "people/mandates.csv",
    row=MandateRow,
    key=("principal", "agent", "from_"),
    needs=("people.firms",),
)


def _person(number: str) -> Person | None:
    return Person.objects.filter(id_number_index__in=cipher.indexes(number)).first()


def _known(number: str, entry: packs.Entry, column: str) -> Person:
    person = _person(number)
    if person is None:
        says = f"{column} {masking.id_number(number)} 不在 people/persons.csv 中"
        raise packs.Broken(says, faults=[Fault(entry.where, says, "unknown-person")])
    return person


@names.hook("packs.seed.people.persons")
def seed_persons(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Register absent persons; those marked get a citizen's account with their phone."""
    added = 0
    for entry in entries:
        row: PersonRow = entry.value
        if _person(row.id_number) is not None:
            continue
        added += 1
        person = actions.register_from_pack(
            name=row.name, id_number=row.id_number, phone=row.phone or "", address=row.address, by=by, at=at
        )
        if row.account and row.phone:
            account = organ_queries.citizen_of_phone(row.phone)
            account = account or organs.open_citizen_account(phone=row.phone, by=by, at=at)
            actions.link_account(person=person, account=account, by=by, at=at)
    return packs.SeedReport(added, len(entries) - added)


@names.hook("packs.seed.people.firms")
def seed_firms(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Register absent firms with their 法定代表人 and 经办人."""
    present = set(Firm.objects.values_list("uscc", flat=True))
    added = 0
    for entry in entries:
        row: FirmRow = entry.value
        if row.uscc in present:
            continue
        added += 1
        representative = _known(row.representative, entry, "representative")
        firm = actions.register_firm(
            uscc=row.uscc,
            name=row.name,
            legal_representative=representative.name,
            kind=row.kind,
            address=row.address,
            business=row.business,
            by=by,
            at=at,
        )
        actions.name_officer(firm=firm, person=representative, duty=FirmOfficer.Duty.REPRESENTATIVE, by=by, at=at)
        if row.handler:
            handler = _known(row.handler, entry, "handler")
            actions.name_officer(firm=firm, person=handler, duty=FirmOfficer.Duty.HANDLER, by=by, at=at)
        if row.status != Firm.Status.OPEN:
            actions.set_firm_status(firm=firm, status=row.status, by=by, at=at)
    return packs.SeedReport(added, len(entries) - added)


def _principal(entry: packs.Entry) -> int:
    row: MandateRow = entry.value
    firm = Firm.objects.filter(uscc=row.principal).first()
    principal: int = firm.pk if firm else _known(row.principal, entry, "principal").pk
    return principal


def _mandate(entry: packs.Entry) -> Mandate | None:
    row: MandateRow = entry.value
    agent = _known(row.agent, entry, "agent")
    given = Mandate.objects.filter(principal_id=_principal(entry), agent=agent, from_on=row.from_)
    return given.first()


@names.hook("packs.seed.people.mandates")
def seed_mandates(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Give absent mandates; revoked ones count as present and stay revoked."""
    added = 0
    for entry in entries:
        row: MandateRow = entry.value
        if _mandate(entry) is not None:
            continue
        added += 1
        actions.give_mandate(
            principal_id=_principal(entry),
            agent_name=_known(row.agent, entry, "agent").name,
            agent_id_number=row.agent,
            from_on=row.from_,
            until_on=row.until,
            item_codes=row.item_codes.split(),
            document="pack",
            by=by,
            at=at,
        )
    return packs.SeedReport(added, len(entries) - added)


@names.hook("packs.diff.people.persons")
def diff_persons(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Missing persons and other names; phone and address are personal data and not compared in print."""
    found = []
    for entry in entries:
        person, shown = _person(entry.value.id_number), masking.id_number(entry.value.id_number)
        if person is None:
            found.append(packs.Drift("people.persons", shown, "", "有", "无", entry.where))
        elif person.name != entry.value.name:
            found.append(packs.Drift("people.persons", shown, "姓名", "与库中不同", "与包中不同", entry.where))
    return found


@names.hook("packs.diff.people.firms")
def diff_firms(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Missing firms, and fields that differ."""
    stored = {firm.uscc: firm for firm in Firm.objects.all()}
    found = []
    for entry in entries:
        firm, row = stored.get(entry.value.uscc), entry.value
        if firm is None:
            found.append(packs.Drift("people.firms", row.uscc, "", "有", "无", entry.where))
            continue
        found += [
            packs.Drift("people.firms", row.uscc, field, str(said), str(getattr(firm, field)), entry.where)
            for field in ("name", "kind", "address", "business", "status")
            if str(said := getattr(row, field)) != str(getattr(firm, field))
        ]
    return found


@names.hook("packs.diff.people.mandates")
def diff_mandates(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Missing mandates; a mandate never changes, it is revoked."""
    found = []
    for entry in entries:
        try:
            given = _mandate(entry)
        except packs.Broken:
            given = None
        if given is None:
            found.append(packs.Drift("people.mandates", entry.name, "", "有", "无", entry.where))
    return found
