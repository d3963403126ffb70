"""Who may act for whom: mandates with scope and end, firms and their 经办人."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import numbers
from yiwang.foundation.people import actions, mandated, queries, rules
from yiwang.foundation.people.models import Mandate
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

pytestmark = pytest.mark.django_db
ON = date(2026, 9, 24)
UNTIL = date(2026, 12, 31)
WANG = {"agent_name": "王建国", "agent_id_number": numbers.id_number(date(1968, 2, 3), 11)}
LICENCE = "11449931MB4Y00025Y4440131001001"


def test_nobody_gives_a_mandate_for_somebody_else(lin, wang, as_citizen, at):
    for by in (STRANGER, as_citizen(wang)):
        with pytest.raises(NotAllowed):
            actions.give_mandate(principal_id=lin.pk, until_on=UNTIL, **WANG, by=by, at=at)


def test_an_agent_acts_until_the_last_day_and_cannot_pass_it_on(lin, wang, as_citizen, clerk, at):
    actions.give_mandate(principal_id=lin.pk, until_on=UNTIL, **WANG, by=as_citizen(lin), at=at)
    assert queries.delegations(wang.pk, ON) == {lin.pk}
    assert as_citizen(wang).is_party(lin.pk)
    assert queries.delegations(wang.pk, UNTIL - timedelta(days=1)) == {lin.pk}
    assert queries.delegations(wang.pk, UNTIL) == frozenset()
    third = actions.register_at_counter(name="周三", id_number=numbers.id_number(serial=51), by=clerk, at=at)
    with pytest.raises(NotAllowed, match="不能转委托"):
        actions.give_mandate(
            principal_id=lin.pk,
            agent_name="周三",
            agent_id_number=numbers.id_number(serial=51),
            until_on=UNTIL,
            by=as_citizen(wang),
            at=at,
        )
    assert queries.delegations(third.pk, ON) == frozenset()


def test_a_mandate_ends_at_once_when_either_side_ends_it_but_not_when_a_stranger_does(lin, wang, as_citizen, clerk, at):
    third = actions.register_at_counter(name="周三", id_number=numbers.id_number(serial=51), by=clerk, at=at)
    for ends in (lin, wang):
        mandate = actions.give_mandate(principal_id=lin.pk, until_on=UNTIL, **WANG, by=as_citizen(lin), at=at)
        with pytest.raises(NotAllowed):
            actions.revoke_mandate(mandate=mandate, by=as_citizen(third), at=at)
        with pytest.raises(NotFound):
            queries.own_mandate(as_citizen(third), mandate.pk, ON)
        actions.revoke_mandate(
            mandate=queries.own_mandate(as_citizen(ends), mandate.pk, ON), by=as_citizen(ends), at=at
        )
        assert queries.delegations(wang.pk, ON) == frozenset()
        with pytest.raises(Refusal, match="已经撤销"):
            actions.revoke_mandate(mandate=mandate, by=as_citizen(lin), at=at)


def test_a_mandate_for_one_item_opens_nothing_else(lin, wang, as_citizen, at):
    actions.give_mandate(principal_id=lin.pk, until_on=UNTIL, item_codes=[LICENCE], **WANG, by=as_citizen(lin), at=at)
    agent = as_citizen(wang)
    assert not agent.is_party(lin.pk)
    assert queries.acting(agent, ON, item_code=LICENCE + "01").is_party(lin.pk)
    assert not queries.acting(agent, ON, item_code=LICENCE[:-1] + "2").is_party(lin.pk)
    assert not queries.acting(agent, UNTIL, item_code=LICENCE).is_party(lin.pk)
    assert not queries.acting(agent, ON).is_party(lin.pk)
    assert not agent.is_party(lin.pk)


def test_a_mandate_for_one_matter_opens_that_matter(lin, wang, as_citizen, at):
    actions.give_mandate(
        principal_id=lin.pk, until_on=UNTIL, matter_reference="2026-000017", **WANG, by=as_citizen(lin), at=at
    )
    assert queries.acting(as_citizen(wang), ON, reference="2026-000017").is_party(lin.pk)
    assert not queries.acting(as_citizen(wang), ON, reference="2026-000018").is_party(lin.pk)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"until_on": ON}, "mandate-term"),
        ({"until_on": date(2020, 1, 1), "from_on": date(2019, 1, 1)}, "mandate-term"),
        ({"until_on": date(2030, 1, 1)}, "mandate-term"),
        ({"agent_name": "王卫国"}, "no-such-agent"),
        ({"agent_id_number": numbers.id_number(serial=987)}, "no-such-agent"),
        ({"agent_id_number": "44993119680203"}, "id-number-length"),
        ({"item_codes": ["123"]}, "item-code-length"),
        ({"item_codes": [LICENCE], "matter_reference": "2026-000017"}, "scope"),
        ({"agent_name": "林小满", "agent_id_number": numbers.id_number(date(1991, 5, 20), 22)}, "self"),
    ],
)
def test_a_mandate_with_a_fault_is_refused(lin, wang, as_citizen, at, more, code):
    with pytest.raises(Refusal) as refused:
        actions.give_mandate(**{"principal_id": lin.pk, "until_on": UNTIL, **WANG, **more}, by=as_citizen(lin), at=at)
    assert refused.value.code == code
    assert not Mandate.objects.exists()


def test_at_the_counter_the_signed_paper_is_needed(lin, wang, clerk, at):
    with pytest.raises(Refusal) as refused:
        actions.give_mandate(principal_id=lin.pk, until_on=UNTIL, **WANG, by=clerk, at=at)
    assert refused.value.code == "document"
    actions.give_mandate(principal_id=lin.pk, until_on=UNTIL, document="file:12", **WANG, by=clerk, at=at)
    assert queries.delegations(wang.pk, ON) == {lin.pk}


def test_the_database_itself_refuses_a_mandate_to_oneself_or_without_an_object(lin, wang, at):
    good = {
        "principal_id": lin.pk,
        "agent_id": wang.pk,
        "scope": "all",
        "from_on": ON,
        "until_on": UNTIL,
        "given_at": at,
        "given_by": "system",
    }
    for more in (
        {"agent_id": lin.pk},
        {"until_on": ON},
        {"scope": "items"},
        {"scope": "matter"},
        {"scope": "all", "matter_reference": "2026-000017"},
        {"revoked_at": at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.create(**{**good, **more})
    Mandate.objects.create(**good)


def test_an_owner_acts_for_the_shop_and_names_somebody_to_handle_its_business(lin, wang, shop, as_citizen, at):
    assert queries.delegations(lin.pk, ON) == {shop.pk}
    with pytest.raises(NotAllowed):
        actions.name_officer(firm=shop, person=wang, duty="handler", by=as_citizen(wang), at=at)
    officer = actions.name_officer(firm=shop, person=wang, duty="handler", by=as_citizen(lin), at=at)
    assert as_citizen(wang).is_party(shop.pk)
    assert [(card.name, duty) for card, duty in queries.firms_of(as_citizen(wang), wang.pk, ON)] == [
        (shop.name, "经办人")
    ]
    with pytest.raises(NotAllowed):  # who handles business cannot name others
        actions.give_mandate(
            principal_id=shop.pk,
            until_on=UNTIL,
            agent_name="林小满",
            agent_id_number=numbers.id_number(date(1991, 5, 20), 22),
            by=as_citizen(wang),
            at=at,
        )
    actions.end_officer(officer=officer, by=as_citizen(lin), at=at)
    assert queries.delegations(wang.pk, ON) == frozenset()
    with pytest.raises(Refusal, match="已经终止"):
        actions.end_officer(officer=officer, by=as_citizen(lin), at=at)


def test_a_representative_is_named_at_the_counter_under_the_registered_name_only(
    lin, wang, shop, as_citizen, clerk, at
):
    with pytest.raises(Refusal) as refused:
        actions.name_officer(firm=shop, person=wang, duty="representative", by=clerk, at=at)
    assert refused.value.code == "another-name"
    with pytest.raises(NotAllowed):
        actions.name_officer(firm=shop, person=lin, duty="representative", by=as_citizen(lin), at=at)


def test_nobody_acts_for_a_firm_that_is_closed(lin, shop, as_citizen, clerk, at: datetime):
    actions.set_firm_status(firm=shop, status="closed", by=clerk, at=at)
    assert queries.delegations(lin.pk, ON) == frozenset()


def test_a_firm_registered_twice_is_one_firm(shop, clerk, at):
    again = actions.register_firm(uscc=shop.uscc, name=shop.name, legal_representative="林小满", by=clerk, at=at)
    assert again.pk == shop.pk
    for more, code in (({"name": "另一家"}, "another-name"), ({"uscc": "91110000600037341M"}, "uscc-check")):
        with pytest.raises(Refusal) as refused:
            actions.register_firm(
                **{"uscc": shop.uscc, "name": shop.name, "legal_representative": "林小满", **more}, by=clerk, at=at
            )
        assert refused.value.code == code


def test_both_sides_see_their_mandates(lin, wang, as_citizen, at):
    actions.give_mandate(principal_id=lin.pk, until_on=UNTIL, **WANG, by=as_citizen(lin), at=at)
    given, held = mandated.mandate_lines(as_citizen(lin), ON)
    assert [(line.principal, line.agent, line.in_force, line.may_revoke) for line in given] == [
        ("林小满", "王建国", True, True)
    ]
    assert held == []
    assert [line.principal for line in mandated.mandate_lines(as_citizen(wang), ON)[1]] == ["林小满"]
    assert mandated.mandate_lines(STRANGER, ON) == ([], [])


def test_an_item_named_by_its_implementation_code_covers_its_handling_items():
    assert rules.covers(scope="items", item_codes=[LICENCE], matter_reference="", item_code=LICENCE + "02")
    assert not rules.covers(scope="items", item_codes=[LICENCE], matter_reference="", item_code="")
    assert not rules.covers(scope="matter", item_codes=[], matter_reference="", reference="")
