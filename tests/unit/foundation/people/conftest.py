"""Lin, a clerk at the counter, and a stranger; keys of their own folder."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.factories import numbers
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import actions, queries
from yiwang.kernel.permissions import SYSTEM, Doer, Permission

AT = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
ON = date(2026, 9, 24)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def clerk() -> Doer:
    grants = frozenset((p, 1) for p in (Permission.CASE_RECEIVE, Permission.PERSON_SEE))
    return Doer(reference="staff:7", kind="staff", account_id=7, grants=grants)


@pytest.fixture
def reviewer() -> Doer:
    grants = frozenset((p, 1) for p in (Permission.PERSON_SEE, Permission.PERSON_UNMASK))
    return Doer(reference="staff:8", kind="staff", account_id=8, grants=grants)


@pytest.fixture
def lin(db):
    return actions.register_from_pack(
        name="林小满",
        id_number=numbers.id_number(date(1991, 5, 20), 22),
        phone="13800001111",
        address="云溪县云城镇西街8号",
        by=SYSTEM,
        at=AT,
    )


@pytest.fixture
def wang(db):
    return actions.register_from_pack(
        name="王建国", id_number=numbers.id_number(date(1968, 2, 3), 11), by=SYSTEM, at=AT
    )


@pytest.fixture
def shop(db, lin, clerk):
    firm = actions.register_firm(
        uscc=numbers.uscc(5, "92"),
        name="云溪县云城镇小满面馆",
        legal_representative="林小满",
        kind="individual",
        by=clerk,
        at=AT,
    )
    actions.name_officer(firm=firm, person=lin, duty="representative", by=clerk, at=AT)
    return firm


@pytest.fixture
def as_citizen():
    """The doer a person is, with the delegations in force."""

    def made(person, on: date = ON) -> Doer:
        return Doer(
            reference=f"person:{person.pk}",
            kind="citizen",
            account_id=person.account_id,
            person_id=person.pk,
            delegations=queries.delegations(person.pk, on),
        )

    return made


@pytest.fixture
def account(db):
    return Account.objects.create_user("c1", kind="citizen")
