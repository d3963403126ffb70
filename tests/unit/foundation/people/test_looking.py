"""Looking at people: masked, found only by whole numbers, whole numbers only with a purpose on record."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.factories import numbers
from yiwang.foundation.identifiers.rules import BadIdentifier
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.people import actions, queries, rules
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, Refusal

pytestmark = pytest.mark.django_db
ON = date(2026, 9, 24)
NUMBER = numbers.id_number(date(1991, 5, 20), 22)


def test_a_clerk_finds_a_person_by_the_whole_number_and_sees_it_masked(lin, clerk):
    (card,) = queries.find(clerk, NUMBER, ON)
    assert (card.name, card.phone, card.address, card.sex) == ("林小满", "138****1111", "云溪县云城镇****", "女")
    assert card.number == f"4****************{NUMBER[-1]}"
    assert queries.find(clerk, "138 0000 1111", ON) == [card]
    assert queries.visitor(clerk, NUMBER, ON) == card
    assert queries.visitor(clerk, numbers.id_number(serial=999), ON) is None


@pytest.mark.parametrize("part", ["林小满", "4499311991", "1380000", "%", NUMBER[:17], ""])
def test_a_part_of_a_number_or_a_name_finds_nobody(lin, clerk, part):
    with pytest.raises(BadIdentifier):
        queries.find(clerk, part, ON)


def test_a_mistyped_number_is_refused_by_the_rule_it_was_meant_for(clerk):
    with pytest.raises(BadIdentifier) as refused:
        queries.find(clerk, "360426199101010072", ON)
    assert refused.value.code == "id-number-check"
    with pytest.raises(BadIdentifier) as refused:
        queries.find(clerk, "91110000600037341M", ON)
    assert refused.value.code == "uscc-check"


def test_a_firm_is_found_by_its_credit_code(shop, clerk):
    (card,) = queries.find(clerk, shop.uscc, ON)
    assert (card.name, card.status, card.is_firm) == ("云溪县云城镇小满面馆", "存续", True)


def test_a_family_sharing_a_phone_is_listed_together(lin, clerk, at):
    actions.register_at_counter(
        name="林大海", id_number=numbers.id_number(serial=31), phone="13800001111", by=clerk, at=at
    )
    assert [card.name for card in queries.find(clerk, "13800001111", ON)] == ["林大海", "林小满"]


def test_who_may_not_see_people_finds_nobody_and_is_told_nothing(lin, wang, as_citizen):
    for viewer in (STRANGER, as_citizen(wang)):
        with pytest.raises(NotAllowed):
            queries.find(viewer, NUMBER, ON)
        with pytest.raises(NotAllowed):
            queries.visitor(viewer, NUMBER, ON)
        with pytest.raises(queries.NoSuchParty):
            queries.card(viewer, lin.pk)
        with pytest.raises(queries.NoSuchParty):
            queries.known(viewer, lin.pk)
        with pytest.raises(queries.NoSuchParty):
            queries.firms_of(viewer, lin.pk, ON)
        assert queries.masked(viewer, [lin.pk]) == {}
    assert queries.card(as_citizen(lin), lin.pk).name == "林小满"


def test_many_cards_cost_two_queries(lin, wang, shop, clerk, django_assert_num_queries):
    with django_assert_num_queries(2):
        cards = queries.masked(clerk, [lin.pk, wang.pk, shop.pk, 999_999])
    assert set(cards) == {lin.pk, wang.pk, shop.pk}


def test_whole_data_fills_only_the_own_form(lin, shop, wang, as_citizen, at):
    own = queries.known(as_citizen(lin), lin.pk)
    assert own == {"name": "林小满", "id_number": NUMBER, "phone": "13800001111", "address": "云溪县云城镇西街8号"}
    assert queries.known(as_citizen(lin), shop.pk)["uscc"] == shop.uscc
    actions.give_mandate(
        principal_id=lin.pk,
        agent_name="王建国",
        agent_id_number=numbers.id_number(date(1968, 2, 3), 11),
        until_on=date(2026, 12, 31),
        by=as_citizen(lin),
        at=at,
    )
    assert queries.known(as_citizen(wang), lin.pk) == {"name": "林小满"}


def test_a_whole_number_needs_the_permission_a_purpose_and_leaves_a_line(lin, clerk, reviewer, as_citizen, at):
    for by in (clerk, STRANGER, as_citizen(lin)):
        with pytest.raises(NotAllowed):
            actions.unmask(party_id=lin.pk, field="id_number", purpose="case", by=by, at=at)
    for field, purpose, code in (
        ("id_number", "", "purpose"),
        ("id_number", "好奇", "purpose"),
        ("name", "case", "unknown-field"),
    ):
        with pytest.raises(Refusal) as refused:
            actions.unmask(party_id=lin.pk, field=field, purpose=purpose, by=reviewer, at=at)
        assert refused.value.code == code
    assert not LedgerEntry.objects.filter(event="people.unmasked").exists()
    for _ in range(2):
        assert actions.unmask(party_id=lin.pk, field="id_number", purpose="case", by=reviewer, at=at) == NUMBER
    lines = LedgerEntry.objects.filter(event="people.unmasked", subject=f"party:{lin.pk}", actor="staff:8")
    assert lines.count() == 2
    detail = json.loads(lines[0].body)["detail"]
    assert detail["code"] == "case"
    assert NUMBER not in lines[0].body


def test_nothing_is_shown_where_nothing_is_kept(wang, reviewer, at):
    with pytest.raises(Refusal) as refused:
        actions.unmask(party_id=wang.pk, field="phone", purpose="contact", by=reviewer, at=at)
    assert refused.value.code == "nothing-kept"
    with pytest.raises(queries.NoSuchParty):
        actions.unmask(party_id=999_999, field="phone", purpose="contact", by=reviewer, at=at)


def test_names_sort_as_they_are_read():
    assert sorted(["赵一", "林小满", "陈阿婆", "孙燕"], key=rules.sort_key) == ["陈阿婆", "林小满", "孙燕", "赵一"]
    assert rules.sort_key("王") < rules.sort_key("望")
