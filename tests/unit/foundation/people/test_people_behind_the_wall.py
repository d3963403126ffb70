"""The same deeds by the web process, which sees only rows of the viewer: they work, and nothing more is seen."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from tests.factories import numbers
from tests.factories.database import as_role
from yiwang.config import dbroles
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import actions, mandated, queries, wall
from yiwang.foundation.people.models import Person
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db
ON = date(2026, 9, 24)
WANG = {"agent_name": "王建国", "agent_id_number": numbers.id_number(date(1968, 2, 3), 11)}


@pytest.fixture(autouse=True)
def _roles(db):
    # before any row is written: a table with pending triggers cannot be altered
    dbroles.apply(connection)


def citizen(account: Account) -> Doer:
    return Doer(reference=f"account:{account.pk}", kind="citizen", account_id=account.pk)


def test_a_citizen_the_web_process_cannot_see_yet_finishes_the_real_name_step(account, at):
    number = numbers.id_number(serial=71)
    with as_role("yw_app", account=account.pk):
        person = actions.register_citizen(
            account=account, name="赵一", id_number=number, agreed=True, by=citizen(account), at=at
        )
        assert Person.objects.get().pk == person.pk  # one's own row, by the account
    other = Account.objects.create_user("c2", kind="citizen")
    with as_role("yw_app", account=other.pk):
        assert not Person.objects.exists()
        with pytest.raises(Refusal) as refused:
            actions.register_citizen(
                account=other, name="赵一", id_number=number, agreed=True, by=citizen(other), at=at
            )
        assert refused.value.code == "already-linked"
        assert not Person.objects.exists()  # the wall stands again after the refusal


def test_lin_gives_a_mandate_to_somebody_she_cannot_see_and_reads_the_name(lin, wang, as_citizen, at):
    by = as_citizen(lin)
    with as_role("yw_app", parties=[lin.pk]):
        assert list(Person.objects.values_list("pk", flat=True)) == [lin.pk]
        mandate = actions.give_mandate(principal_id=lin.pk, until_on=date(2026, 12, 31), **WANG, by=by, at=at)
        assert [line.agent for line in mandated.mandate_lines(by, ON)[0]] == ["王建国"]
        actions.revoke_mandate(mandate=queries.own_mandate(by, mandate.pk, ON), by=by, at=at)
        assert list(Person.objects.values_list("pk", flat=True)) == [lin.pk]


def test_the_wall_stands_again_after_the_block_and_after_a_failure(lin):
    with as_role("yw_app"):
        with wall.lowered():
            assert Person.objects.exists()
        assert not Person.objects.exists()
        with pytest.raises(RuntimeError), wall.lowered():
            raise RuntimeError
        assert not Person.objects.exists()


def test_the_counter_registers_and_finds_people_as_the_web_process(clerk, at):
    number = numbers.id_number(date(1955, 3, 8), 21)
    with as_role("yw_app", organs=[1]):
        first = actions.register_at_counter(name="陈阿婆", id_number=number, by=clerk, at=at)
        again = actions.register_at_counter(name="陈阿婆", id_number=number, by=clerk, at=at)
        assert first.pk == again.pk
        assert queries.find(clerk, number, ON)[0].name == "陈阿婆"
        firm = actions.register_firm(
            uscc=numbers.uscc(8), name="云溪县某某有限公司", legal_representative="陈阿婆", by=clerk, at=at
        )
        actions.name_officer(firm=firm, person=first, duty="representative", by=clerk, at=at)
        assert actions.open_citizen_account(person=first, by=clerk, at=at)[0].pk


def test_an_agent_limited_to_one_matter_is_told_whose_it_is(lin, wang, as_citizen, at):
    actions.give_mandate(
        principal_id=lin.pk,
        until_on=date(2026, 12, 31),
        matter_reference="2026-000017",
        **WANG,
        by=as_citizen(lin),
        at=at,
    )
    assert queries.parties_of(as_citizen(wang), ON) == {lin.pk}
    assert queries.parties_of(as_citizen(wang), date(2026, 12, 31)) == frozenset()
