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


@pytest.fixture
def head(office):
    made = people.staff(office[0], name="周立")
    people.post(made, "head")
    return made


def moved(client, case, deed, **sent):
    return client.post(f"/desk/matters/{case.reference}/{deed}/", sent)


def test_who_may_not_assign_is_offered_no_form_and_refused(client, office, case):
    client.force_login(office[1])
    url = f"/desk/matters/{case.reference}/"
    assert "指派和转办" not in client.get(url).content.decode()
    assert "不由您指派" in client.get(f"{url}moves/").content.decode()
    colleague = people.staff(office[0])
    people.post(colleague, "acceptor")
    answer = moved(client, case, "assign", seat="acceptor", to=colleague.pk)
    assert answer.status_code == 422
    assert "没有办理此项操作的权限" in answer.content.decode()


def test_the_head_assigns_a_seat_by_name_and_nobody_reads_a_number(client, office, case, head):
    clerk = office[1]
    clerk.name = "陈玉"
    clerk.save()
    client.force_login(head)
    url = f"/desk/matters/{case.reference}/"
    offered = client.get(url).content.decode()
    assert f'<option value="{clerk.pk}">陈玉' in offered
    assert f'<option value="{head.pk}"' not in offered  # has no such post
    assert moved(client, case, "assign", seat="acceptor", to=head.pk).status_code == 422
    assert moved(client, case, "assign", seat="acceptor", to=clerk.pk).status_code == 302
    page = client.get(url).content.decode()
    assert "指派给陈玉" in page
    assert "陈玉已签收" in page
    assert "周立</span>" in page  # who did it
    assert "staff:" not in page


def test_a_holder_hands_over_with_a_reason_only(client, office, case):
    organ, clerk = office
    colleague = people.staff(organ, name="钱进")
    people.post(colleague, "acceptor")
    client.force_login(clerk)
    moved(client, case, "claim", seat="acceptor")
    assert "转办理由" in client.get(f"/desk/matters/{case.reference}/").content.decode()
    assert moved(client, case, "transfer", seat="acceptor", to=colleague.pk).status_code == 422
    moved(client, case, "transfer", seat="acceptor", to=colleague.pk, text="与申请人有亲属关系")
    assert Matter.objects.get().seats.get().holder_id == colleague.pk


def test_a_matter_transferred_out_of_sight_leads_back_to_the_inbox(client, office, case, head):
    other = people.organ(name="云溪县卫生健康局")
    client.force_login(head)
    url = f"/desk/matters/{case.reference}/"
    assert "云溪县卫生健康局" in client.get(url).content.decode()
    assert moved(client, case, "transfer-organ", organ=other.pk).status_code == 422
    assert moved(client, case, "transfer-organ", organ=other.pk, text="职权已划转").url == "/desk/inbox/"
    assert client.get(url).status_code == 404
    wu = people.staff(people.organ())
    people.post(wu, "supervisor")
    client.force_login(wu)
    assert "转至云溪县卫生健康局办理" in client.get(url).content.decode()
