"""Questions about people, viewer first. Cards are masked; whole numbers come only from ``actions.unmask``.

A person is searched by the whole ID number or phone through the keyed index, never by a part of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher, masking
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import rules
from yiwang.foundation.people.models import Correction, Firm, FirmOfficer, Mandate, Party, Person
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound

MASKS = {"name": masking.name, "id_number": masking.id_number, "phone": masking.phone, "address": masking.address}
Dated = TypeVar("Dated", bound=Model)


class NoSuchParty(NotFound):
    """No such person or firm for this viewer."""

    code = "no-such-party"


@dataclass(frozen=True, slots=True)
class Card:
    """What a viewer sees of a party. Of a person: ID number, phone and address masked; of a firm: public data."""

    party_id: int
    kind: str
    name: str
    number: str  # masked ID number, or the whole USCC
    number_title: str
    phone: str = ""
    address: str = ""
    sex: str = ""
    verified: str = ""
    status: str = ""
    legal_representative: str = ""
    has_account: bool = False
    invented: bool = False

    @property
    def is_firm(self) -> bool:
        return self.kind == Party.Kind.FIRM


def in_force(rows: QuerySet[Dated], on: date) -> QuerySet[Dated]:
    """Rows whose ``[from_on, until_on)`` holds that day."""
    return rows.filter(Q(until_on=None) | Q(until_on__gt=on), from_on__lte=on)


def _mandates(on: date) -> QuerySet[Mandate]:
    return in_force(Mandate.objects.filter(revoked_at=None), on)


# -- who acts for whom ---------------------------------------------------------------------------------------------


def delegations(person_id: int, on: date) -> frozenset[int]:
    """Parties a person acts for in everything: firms as 法定代表人 or 经办人 (firm still open), and whole mandates.

    Mandates for named items or one matter are not in it: see ``acting``.
    """
    firms = in_force(FirmOfficer.objects.filter(person_id=person_id, firm__status=Firm.Status.OPEN), on)
    whole = _mandates(on).filter(agent_id=person_id, scope=Mandate.Scope.ALL)
    return frozenset(firms.values_list("firm_id", flat=True).union(whole.values_list("principal_id", flat=True)))


def doer_of_account(*, account_id: int, at: datetime) -> tuple[int | None, frozenset[int]]:
    """The hook ``people.doer``: the account's person and the parties it acts for."""
    person_id = Person.objects.filter(account_id=account_id).values_list("pk", flat=True).first()
    return (person_id, delegations(person_id, day_of(at))) if person_id else (None, frozenset())


def mandates_covering(by: Doer, on: date, *, item_code: str = "", reference: str = "") -> list[Mandate]:
    """The doer's mandates in force that cover this item or matter."""
    if by.person_id is None:
        return []
    return [
        mandate
        for mandate in _mandates(on).filter(agent_id=by.person_id).order_by("pk")
        if rules.covers(
            scope=mandate.scope,
            item_codes=mandate.item_codes,
            matter_reference=mandate.matter_reference,
            item_code=item_code,
            reference=reference,
        )
    ]


def acting(by: Doer, on: date, *, item_code: str = "", reference: str = "") -> Doer:
    """The same doer for one deed about this item or matter: mandates limited to it count as delegations.

    Pass the answer to ``open`` or ``take``; never keep it for the next deed.
    """
    covered = {mandate.principal_id for mandate in mandates_covering(by, on, item_code=item_code, reference=reference)}
    return replace(by, delegations=by.delegations | covered) if covered - by.delegations else by


def parties_of(by: Doer, on: date) -> frozenset[int]:
    """Every party the doer holds a mandate of, whatever its scope: whose name and cases a page may need to show."""
    if by.person_id is None:
        return frozenset()
    return frozenset(_mandates(on).filter(agent_id=by.person_id).values_list("principal_id", flat=True))


def is_principal(by: Doer, party_id: int, on: date) -> bool:
    """True for the person, or for a firm's 法定代表人: they may give mandates, their agents may not."""
    if by.person_id is None:
        return False
    if by.person_id == party_id:
        return True
    officers = in_force(FirmOfficer.objects.filter(firm_id=party_id, person_id=by.person_id), on)
    return officers.filter(duty=FirmOfficer.Duty.REPRESENTATIVE).exists()


# -- cards ---------------------------------------------------------------------------------------------------------


def may_see(viewer: Doer, party_id: int) -> bool:
    return viewer.may(Permission.PERSON_SEE) or viewer.is_party(party_id)


def masked(viewer: Doer, party_ids: Iterable[int]) -> dict[int, Card]:
    """Cards of the parties this viewer may see, by party id; two queries however many."""
    wanted = [party_id for party_id in dict.fromkeys(party_ids) if may_see(viewer, party_id)]
    if not wanted:
        return {}
    cards = {person.pk: _person_card(person) for person in Person.objects.filter(pk__in=wanted)}
    return cards | {firm.pk: _firm_card(firm) for firm in Firm.objects.filter(pk__in=wanted)}


def card(viewer: Doer, party_id: int) -> Card:
    """One masked card; ``NoSuchParty`` for who may not see it."""
    found = masked(viewer, [party_id]).get(party_id)
    if found is None:
        raise NoSuchParty("没有这个人员或单位。")
    return found


def names_of(party_ids: Iterable[int]) -> dict[int, str]:
    """Full names of parties, for letters and for rooms that have asked their own permission. Never for a public page."""
    wanted = set(party_ids)
    found = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return found | dict(Firm.objects.filter(pk__in=wanted).values_list("pk", "name"))


def party_called(name: str, number: str) -> int | None:
    """The party registered under that whole number **and** that name; None for anybody else. Answers a key and nothing
    about the person, for rooms that write to somebody an applicant has named."""
    number = number.strip().upper()
    firm = Firm.objects.filter(uscc=number, name=name).values_list("pk", flat=True).first()
    if firm is not None:
        return firm
    found = Person.objects.filter(id_number_index__in=cipher.indexes(number), name=name)
    return found.values_list("pk", flat=True).first()


def find(viewer: Doer, text: str, on: date) -> list[Card]:
    """Parties whose whole ID number, mobile number or USCC is ``text``; a part of one, or a name, is refused.

    Refuses viewers without PERSON_SEE. A phone may belong to several persons of a family.
    """
    if not viewer.may(Permission.PERSON_SEE):
        raise NotAllowed("您没有查询人员信息的权限。")
    number = identifiers.normal(text)
    if len(number) == 18:
        return _of_18_characters(number, on)
    if len(number) >= 11 and number.lstrip("+").isdigit():
        phone = identifiers.check_phone(number, mobile=True, field="text")
        return _persons(Person.objects.filter(phone_index__in=cipher.indexes(phone)))
    says = "请输入完整的 18 位身份证号码、11 位手机号码或 18 位统一社会信用代码；不能按姓名或号码的一部分查询。"
    raise identifiers.BadIdentifier(says, code="whole-number", field="text")


def visitor(viewer: Doer, id_number: str, on: date) -> Card | None:
    """Counter intake: who this ID card belongs to, if they were here before; else nothing."""
    if not viewer.may(Permission.PERSON_SEE):
        raise NotAllowed("您没有查询人员信息的权限。")
    number = identifiers.check_id_number(id_number, on=on)
    cards = _persons(Person.objects.filter(id_number_index__in=cipher.indexes(number)))
    return cards[0] if cards else None


def firms_of(viewer: Doer, person_id: int, on: date) -> list[tuple[Card, str]]:
    """Firms a person acts for, each with the person's duty in words."""
    if not may_see(viewer, person_id):
        raise NoSuchParty("没有这个人员或单位。")
    offices = in_force(FirmOfficer.objects.filter(person_id=person_id), on).select_related("firm")
    return [(_firm_card(office.firm), office.get_duty_display()) for office in offices.order_by("firm__name_key")]


def officers_of(viewer: Doer, firm_id: int, on: date) -> list[tuple[FirmOfficer, Card]]:
    """Who acts for a firm on a day: the office and the person's masked card, the 法定代表人 first."""
    if not may_see(viewer, firm_id):
        raise NoSuchParty("没有这个人员或单位。")
    offices = in_force(FirmOfficer.objects.filter(firm_id=firm_id), on).select_related("person")
    return [(office, _person_card(office.person)) for office in offices.order_by("-duty", "pk")]


def firm(viewer: Doer, party_id: int) -> Firm:
    """One firm; ``NoSuchParty`` for who may not see it."""
    found = Firm.objects.filter(pk=party_id).first() if may_see(viewer, party_id) else None
    if found is None:
        raise NoSuchParty("没有这个单位。")
    return found


def officer(viewer: Doer, firm_id: int, officer_id: int) -> FirmOfficer:
    """One office in a firm; 404 when it is another firm's, or the firm is not to be seen."""
    found = FirmOfficer.objects.filter(pk=officer_id, firm=firm(viewer, firm_id)).first()
    if found is None:
        raise NotFound("没有这名经办人。", code="no-such-officer")
    return found


def person_of_number(viewer: Doer, id_number: str, on: date) -> Person:
    """The registered holder of an ID card shown at the counter; refused, not 404, when nobody is registered."""
    found = visitor(viewer, id_number, on)
    if found is None:
        says = "这个身份证号码还没有登记，请先登记群众。"
        raise identifiers.BadIdentifier(says, code="not-registered", field="id_number")
    return Person.objects.get(pk=found.party_id)


# -- one's own -----------------------------------------------------------------------------------------------------


def principals(viewer: Doer, on: date) -> list[tuple[int, str]]:
    """For whom the viewer may give mandates: oneself, and firms as 法定代表人. Party id and full name."""
    if viewer.person_id is None:
        return []
    own = names_of([viewer.person_id, *_represented(viewer.person_id, on)])
    return sorted(own.items(), key=lambda pair: (pair[0] != viewer.person_id, pair[1]))


def _represented(person_id: int, on: date) -> list[int]:
    offices = in_force(FirmOfficer.objects.filter(person_id=person_id), on)
    offices = offices.filter(duty=FirmOfficer.Duty.REPRESENTATIVE, firm__status=Firm.Status.OPEN)
    return list(offices.values_list("firm_id", flat=True))


def own_mandate(viewer: Doer, mandate_id: int, on: date) -> Mandate:
    """A mandate the viewer gave or holds (or any, at the counter); else 404."""
    mandate = Mandate.objects.filter(pk=mandate_id).first()
    if mandate is None or not (
        mandate.agent_id == viewer.person_id
        or is_principal(viewer, mandate.principal_id, on)
        or viewer.may(Permission.CASE_RECEIVE)
    ):
        raise NotFound("没有这份委托。", code="no-such-mandate")
    return mandate


def known(viewer: Doer, party_id: int) -> dict[str, str]:
    """Whole data of a party for filling the viewer's own form: only the party itself or who acts for it.

    Keys ``name``, ``id_number``, ``phone``, ``address`` of a person; ``name``, ``uscc``, ``legal_representative``,
    ``address`` of a firm. Of a principal who is a person, only the name: an agent does not need the rest from us.
    """
    if not viewer.is_party(party_id):
        raise NoSuchParty("没有这个人员或单位。")
    firm = Firm.objects.filter(pk=party_id).first()
    if firm is not None:
        return {
            "name": firm.name,
            "uscc": firm.uscc,
            "legal_representative": firm.legal_representative,
            "address": firm.address,
        }
    person = Person.objects.filter(pk=party_id).first()
    if person is None:
        raise NoSuchParty("没有这个人员或单位。")
    if person.pk != viewer.person_id:
        return {"name": person.name}
    return {"name": person.name} | {
        field: cipher.unseal(sealed, about=f"party:{person.pk}:{field}")
        for field in rules.FIELDS
        if (sealed := getattr(person, f"{field}_cipher")) is not None
    }


def wechat_since(viewer: Doer) -> datetime | None:
    """Since when the viewer's own messages go to WeChat; None while they do not."""
    found = Person.objects.filter(pk=viewer.person_id, wechat_cipher__isnull=False)
    return found.values_list("wechat_agreed_at", flat=True).first()


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction as the person or a counter reads it; ``old`` masked."""

    at: datetime
    title: str
    old: str
    ground: str
    document: str
    organ: str


def corrections_of(viewer: Doer, party_id: int) -> list[Corrected]:
    """What a person's data said before, newest first, at most fifty; for the person and whoever may see persons."""
    if viewer.person_id != party_id and not viewer.may(Permission.PERSON_SEE):
        raise NoSuchParty("没有这个人员或单位。")
    rows = list(Correction.objects.filter(person_id=party_id).order_by("-pk")[:50])
    named = (
        organs.organ_names({row.organ_id for row in rows if row.organ_id}, day_of(rows[0].corrected_at)) if rows else {}
    )
    return [
        Corrected(
            row.corrected_at,
            rules.CORRECTED[row.field],
            ""
            if row.old_cipher is None
            else MASKS[row.field](cipher.unseal(row.old_cipher, about=f"party:{party_id}:{row.field}")),
            row.ground,
            row.document,
            named.get(row.organ_id, "") if row.organ_id else "本人",
        )
        for row in rows
    ]


# -- inside --------------------------------------------------------------------------------------------------------


def _of_18_characters(number: str, on: date) -> list[Card]:
    """A text of 18 characters may be an ID number, a USCC, or by chance both."""
    refused: list[identifiers.BadIdentifier] = []
    cards: list[Card] = []
    try:
        identifiers.check_id_number(number, on=on, field="text")
        cards += _persons(Person.objects.filter(id_number_index__in=cipher.indexes(number)))
    except identifiers.BadIdentifier as refusal:
        refused.append(refusal)
    try:
        identifiers.check_uscc(number, field="text")
        cards += [_firm_card(firm) for firm in Firm.objects.filter(uscc=number)]
    except identifiers.BadIdentifier as refusal:
        refused.append(refusal)
    if len(refused) == 2:
        # a digit string with a birthday's century was meant as an ID number: that is the refusal worth reading
        raise refused[0] if number[:17].isdigit() and number[6:8] in {"19", "20"} else refused[1]
    return cards


def _persons(rows: QuerySet[Person]) -> list[Card]:
    return [_person_card(person) for person in rows.order_by("name_key", "pk")[:20]]


def _shown(person: Person, field: str) -> str:
    sealed = getattr(person, f"{field}_cipher")
    return "" if sealed is None else cipher.unseal(sealed, about=f"party:{person.pk}:{field}")


def _person_card(person: Person) -> Card:
    number = _shown(person, "id_number")
    phone = _shown(person, "phone")
    return Card(
        party_id=person.pk,
        kind=Party.Kind.PERSON,
        name=person.name,
        number=masking.id_number(number),
        number_title="公民身份号码",
        phone=masking.phone(phone) if phone else "",
        address=masking.address(_shown(person, "address")),
        sex=identifiers.sex(number),
        verified=person.get_verified_how_display(),
        has_account=person.account_id is not None,
        invented=person.invented,
    )


def _firm_card(firm: Firm) -> Card:
    return Card(
        party_id=firm.pk,
        kind=Party.Kind.FIRM,
        name=firm.name,
        number=firm.uscc,
        number_title="统一社会信用代码",
        address=firm.address,
        status=firm.get_status_display(),
        legal_representative=firm.legal_representative,
        invented=firm.invented,
    )
