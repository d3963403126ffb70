"""更正 personal data at the counter: the new value takes its place, the old one is kept under seal, the person reads both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import queries, rules, wall
from yiwang.foundation.people.actions import persons
from yiwang.foundation.people.actions.keeping import keep, whole
from yiwang.foundation.people.models import Correction, Person
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal

LONGEST_GROUND, LONGEST_DOCUMENT = 200, 120


@transaction.atomic
def correct(
    *, party_id: int, field: str, value: str, ground: str, document: str = "", by: Doer, at: datetime
) -> Correction:
    """Put right a person's ``name``, ``id_number``, ``phone`` or ``address`` (个人信息保护法 第四十六条).

    ``ground`` is why, ``document`` what proves it (needed for name and number). The old value is kept. For whoever receives
    at a counter. Refused: a value that cannot be one or is the same, a number registered to another person, no ground.
    """
    rules.refuse_foreign_counter(by)
    person = Person.objects.select_for_update().filter(pk=party_id).first()
    if person is None:
        raise queries.NoSuchParty("没有这个人员。")
    if field not in rules.CORRECTED:
        raise Refusal("没有这项信息。", code="unknown-field", field="field")
    ground, document = ground.strip(), document.strip()
    if not ground or len(ground) > LONGEST_GROUND or "\0" in ground:
        raise Refusal(f"请写明更正原因，最多{LONGEST_GROUND}个字。", code="no-ground", field="ground")
    if field in rules.PROVEN and not document:
        raise Refusal("更正姓名和身份证号码，须写明核对的证件或证明。", code="no-document", field="document")
    if len(document) > LONGEST_DOCUMENT or "\0" in document:
        raise Refusal(f"证件或证明最多{LONGEST_DOCUMENT}个字。", code="too-long", field="document")
    old, new = whole(person, field), _checked(person, field, value, at)
    if new == old:
        raise Refusal("和现在登记的一样，不用更正。", code="nothing-changed", field="value")
    kept = keep(person, field, ground=ground, document=document, by=by, at=at)
    _set(person, field, new, at)
    record(
        subject=f"party:{person.pk}",
        event="people.corrected",
        by=by,
        at=at,
        organ=str(by.organ_id or ""),
        detail={"what": rules.CORRECTED[field], "correction": kept.pk},
    )
    return kept


def _checked(person: Person, field: str, value: str, at: datetime) -> str:
    if field == "name":
        return rules.check_name(value, field="value")
    if field == "phone":
        return identifiers.check_phone(value, mobile=True, field="value")
    if field == "address":
        return persons.checked_address(value, field="value")
    number = identifiers.check_id_number(value, on=day_of(at), field="value")
    wall.one_at_a_time(cipher.steady(number, at=at))
    if Person.objects.filter(id_number_index__in=cipher.indexes(number)).exclude(pk=person.pk).exists():
        raise Refusal("这个身份证号码已经登记在另一人名下，请先核实。", code="number-taken", field="value")
    return number


def _set(person: Person, field: str, value: str, at: datetime) -> None:
    if field == "name":
        person.name, person.name_key = value, rules.sort_key(value)[:200]
        person.save(update_fields=["name", "name_key"])
        if person.account_id is not None:
            Account.objects.filter(pk=person.account_id).update(name=value)
        return
    setattr(person, f"{field}_cipher", cipher.seal(value, about=f"party:{person.pk}:{field}", at=at))
    saved = [f"{field}_cipher"]
    if field != "address":
        setattr(person, f"{field}_index", cipher.index(value, at=at))
        saved.append(f"{field}_index")
    person.save(update_fields=saved)
