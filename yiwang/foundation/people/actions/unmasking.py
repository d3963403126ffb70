"""Looking at a whole number: with a permission, for a stated purpose, with a line in the ledger for every look."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.people import queries, rules
from yiwang.foundation.people.models import Person
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal


@transaction.atomic
def unmask(*, party_id: int, field: str, purpose: str, matter_reference: str = "", by: Doer, at: datetime) -> str:
    """The whole ``id_number``, ``phone`` or ``address`` of a person.

    Needs PERSON_UNMASK and a purpose code of ``rules.Purpose``. Founded in 个人信息保护法 第六条、第五十一条.
    """
    allow(by, Permission.PERSON_UNMASK)
    field, why = rules.check_field(field), rules.check_purpose(purpose)
    person = Person.objects.filter(pk=party_id).first()
    if person is None:
        raise queries.NoSuchParty("没有这个人员。")
    sealed: bytes | None = getattr(person, f"{field}_cipher")
    if sealed is None:
        raise Refusal(f"没有登记{rules.FIELDS[field]}。", code="nothing-kept", field="field")
    record(
        subject=f"party:{party_id}",
        event="people.unmasked",
        by=by,
        at=at,
        organ=str(by.organ_id or ""),
        detail={
            "field": rules.FIELDS[field],
            "purpose": rules.PURPOSES[why],
            "code": why.value,
            "matter": matter_reference,
        },
    )
    return cipher.unseal(sealed, about=f"party:{party_id}:{field}")
