"""The desk's inbox and the generic page of a matter, through HTTP."""

from __future__ import annotations

import pytest

from tests.factories import organs as people
from tests.factories.matters import BUDGETS, LIN, at
from yiwang.matters import actions
from yiwang.matters.models import Matter

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def office(db):
    organ = people.organ()
    clerk = people.staff(organ)
    for role in ("acceptor", "reviewer"):
        people.post(clerk, role)
    return organ, clerk


@pytest.fixture
def case(office):
    organ, _ = office
    return actions.open(
        process="services.licence",
        organ_id=organ.pk,
        title="食品经营许可 核发",
        party_id=9,
        chain="two-hands",
        budgets=BUDGETS,
        by=LIN,
        at=at("2026-09-22"),
    )


def test_nobody_sees_the_desk_without_logging_in(client, case):
    for url in ("/desk/inbox/", f"/desk/matters/{case.reference}/", "/desk/inbox/count/"):
        assert client.get(url).status_code == 302
    assert client.get("/api/v1/inbox").status_code == 401


def test_a_clerk_sees_what_waits_and_claims_it(client, office, case):
    client.force_login(office[1])
    page = client.get("/desk/inbox/")
    assert page.status_code == 200
    assert case.reference in page.content.decode()
    assert client.get("/desk/inbox/count/").content == b"1"
    done = client.post(f"/desk/matters/{case.reference}/claim/", {"seat": "acceptor", "version": "1"})
    assert done.status_code == 302
    stale = client.post(f"/desk/matters/{case.reference}/release/", {"seat": "acceptor", "version": "1"})
    assert stale.status_code == 409


def test_the_page_of_a_matter_takes_a_step_once_however_often_it_is_pressed(client, office, case):
    client.force_login(office[1])
    url = f"/desk/matters/{case.reference}/"
    assert "受理期限" in client.get(url).content.decode()
    press = {"version": "1", "idempotency_key": "once-and-only"}
    for _ in range(2):
        assert client.post(f"{url}steps/accept/", press).status_code == 302
    assert Matter.objects.get(pk=case.id).version == 2
    wrong = client.post(f"{url}steps/review/", {"version": "2", "f-opinion": "同意", "f-recommendation": "grant"})
    assert wrong.status_code == 422
    assert "不得只签署姓名" in wrong.content.decode()
    assert client.post(f"{url}steps/fly/", {}).status_code == 404
    assert client.post(f"{url}assign/", {"seat": "reviewer", "to": "9" * 40}).status_code == 422


def test_a_colleague_of_another_organ_finds_nothing(client, case):
    stranger = people.staff(people.organ())
    people.post(stranger, "acceptor")
    client.force_login(stranger)
    assert client.get(f"/desk/matters/{case.reference}/").status_code == 404
    assert client.get(f"/api/v1/matters/{case.reference}").status_code == 404


def test_the_api_tells_the_same_as_the_page(client, office, case):
    client.force_login(office[1])
    body = client.get(f"/api/v1/matters/{case.reference}").json()
    assert (body["state"], body["version"]) == ("received", 1)
    assert body["clocks"][0]["sentences"]
    assert "accept" in body["steps"]
    assert client.get("/api/v1/inbox?size=1").json()["items"][0]["reference"] == case.reference
    assert client.get(f"/api/v1/matters/{case.reference}/story").json()[0]["says"] == "申请人提交申请"
    for bad in (
        "/api/v1/inbox?size=0",
        "/api/v1/inbox?cursor=%F0%9F%98%80",
        "/api/v1/inbox?show=nothing",
        "/api/v1/matters/x",
    ):
        assert client.get(bad).status_code == 422


def test_a_page_of_a_case_asks_a_bounded_number_of_questions(client, office, case, django_assert_max_num_queries):
    client.force_login(office[1])
    client.get("/desk/inbox/")
    with django_assert_max_num_queries(9):
        client.get("/desk/inbox/")
    with django_assert_max_num_queries(12):
        client.get(f"/desk/matters/{case.reference}/")


def test_the_inbox_is_exported_as_a_sheet(client, office, case):
    client.force_login(office[1])
    sheet = client.get("/desk/inbox/?format=xlsx")
    assert sheet.status_code == 200
    assert sheet.content[:2] == b"PK"
