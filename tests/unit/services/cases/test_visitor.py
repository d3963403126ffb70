"""Earlier cases of a visitor: for whoever receives, by the whole number, masked, and only what the viewer may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import cases as cast
from tests.factories import numbers
from yiwang.foundation.calendar import today
from yiwang.foundation.organs.models import Account
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.cases import queries
from yiwang.services.cases.models import Case

ON = today.today()


def number():
    return cast.form()["applicant_number"]


def test_whoever_does_not_receive_finds_no_such_page(client):
    client.force_login(Account.objects.get(username="zhao"))
    assert client.get("/desk/counter/visitor/").status_code == 404
    assert client.post("/desk/counter/visitor/", {"number": number()}).status_code == 404
    with pytest.raises(NotFound):
        queries.earlier_cases(cast.lin(), number(), ON)


def test_a_part_of_a_number_or_a_name_is_refused():
    for text in ("林小满", number()[:10], ""):
        with pytest.raises(Refusal):
            queries.earlier_cases(cast.staff("chen"), text, ON)


def test_the_counter_sees_what_its_hall_took_in_and_nothing_another_office_did(client):
    case = cast.received()
    card, found = queries.earlier_cases(cast.staff("chen"), number(), ON)
    assert [one.reference for one in found] == [case.matter.reference]
    assert card.party_id == case.party_id
    Case.objects.filter(pk=case.pk).update(hall_id=999_999)
    assert queries.earlier_cases(cast.staff("chen"), number(), ON)[1] == []
    client.force_login(Account.objects.get(username="chen"))
    answer = client.post("/desk/counter/visitor/", {"number": number()}).content.decode()
    assert "没有您可以查看的以往办件" in answer
    newcomer = {"number": numbers.id_number(serial=77)}
    assert "第一次来办事" in client.post("/desk/counter/visitor/", newcomer).content.decode()


def test_the_cases_come_in_one_query_however_many():
    cast.received()
    viewer = cast.staff("chen")
    queries.earlier_cases(viewer, number(), ON)
    with CaptureQueriesContext(
        connection,
    ) as few:
        queries.earlier_cases(viewer, number(), ON)
    cast.received()
    cast.received()
    with CaptureQueriesContext(connection) as more:
        assert len(queries.earlier_cases(viewer, number(), ON)[1]) == 3
    assert len(more) == len(few)
    assert sum("cases_case" in query["sql"] for query in more) == 1
