"""Open311 GeoReport v2 over HTTP: what the standard says, in JSON and XML, and nothing that breaks it."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import CITY, DISPATCHER, OPERATOR
from yiwang.foundation.calendar.today import now
from yiwang.governance.hotline import actions
from yiwang.governance.hotline.models import Order
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotAllowed

V2 = "/open311/v2"
SENT = {
    "service_code": "street-light",
    "lat": "24.1234567",
    "long": "115.7654321",
    "description": "村口路灯不亮\n三盏都坏了，我的电话13900009901。",
    "phone": "13900009901",
    "first_name": "小燕",
    "last_name": "黄",
    "attribute[kind]": "complaint",
}


@pytest.fixture(autouse=True)
def _county(county):
    cache.clear()


@pytest.fixture
def key():
    _, secret = actions.register_client(name="路灯巡查小程序", by=SYSTEM, at=now())
    return secret


def send(client, key, **changed):
    answer = client.post(f"{V2}/requests.json", {**SENT, "api_key": key, **changed})
    return answer.status_code, answer.json()


def sent(client, key, **changed):
    status, said = send(client, key, **changed)
    assert status == 201, said
    return said[0]["service_request_id"]


def today(reference, step, who, **values):
    at = now()
    actions.take(reference=reference, step=step, by=cast.staff(who, f"{at:%Y-%m-%d}"), at=at, values=values)


def test_a_key_that_opens_nothing_and_what_is_missing_are_refused_in_the_standard_s_words(client, key):
    assert client.post(f"{V2}/requests.json", SENT).status_code == 403
    assert send(client, "wrong")[0] == 403
    assert send(client, key, service_code="")[0] == 400
    assert send(client, key, service_code="unicorns")[0] == 404
    assert send(client, key, lat="", long="")[0] == 400
    assert send(client, key, lat="nan")[0] == 400
    assert send(client, key, jurisdiction_id="boston.gov")[0] == 404
    assert send(client, key, **{"attribute[kind]": "gossip"})[0] == 400
    wrong = client.put(f"{V2}/requests.json")
    assert (wrong.status_code, wrong.json()[0]["code"], wrong["Allow"]) == (405, 405, "GET, HEAD, POST")
    many = client.post(f"{V2}/requests.json", {f"field-{number}": "x" for number in range(3100)})
    assert (many.status_code, many.json()[0]["code"]) == (400, 400)
    torn = client.post(f"{V2}/requests.json", "x", content_type="multipart/form-data; boundary=")
    assert (torn.status_code, torn.json()[0]["code"]) == (400, 400)
    assert not Order.objects.exists()
    answer = client.get(f"{V2}/requests/209912310000001.xml")
    assert (answer.status_code, ElementTree.fromstring(answer.content).find("error/code").text) == (404, "404")


def test_services_and_their_definition_come_in_both_formats(client):
    listed = client.get(f"{V2}/services.json").json()
    assert {"service_code": "water", "service_name": "供水", "metadata": True}.items() <= listed[0].items()
    told = ElementTree.fromstring(client.get(f"{V2}/services/water.xml").content)
    assert [one.text for one in told.iter("key")] == ["enquiry", "help", "complaint", "report", "proposal"]
    assert told.find("attributes/attribute/required").text == "false"
    assert client.get(f"{V2}/services/water.json").json()["attributes"][0]["order"] == 1
    found = client.get("/open311/discovery.json").json()
    assert found["endpoints"][0]["url"].endswith("/open311/v2/")


def test_what_a_client_sends_becomes_an_order_and_its_state_is_read_back(client, key):
    number = sent(client, key)
    order = Order.objects.select_related("matter").get(number=number)
    assert (order.kind, order.channel, order.matter.state) == ("complaint", "open311", "recorded")
    assert "13900009901" not in order.content
    public, own = (client.get(f"{V2}/requests/{number}.json{more}").json()[0] for more in ("", f"?api_key={key}"))
    assert (public["status"], public["description"], public["lat"]) == ("open", None, 24.123)
    assert own["description"].startswith("村口路灯不亮")
    assert own["lat"] == 24.1234567
    reference = order.matter.reference
    today(reference, "dispatch", OPERATOR, organ="urban-management")
    told = client.get(f"{V2}/servicerequestupdates.json").json()
    assert (told[-1]["service_request_id"], told[-1]["description"]) == (number, "已转承办单位，等待签收")
    today(reference, "sign", CITY)
    today(reference, "reply", CITY, answer=hotline.ANSWER, result="solved", overrule="答复的是另一处，照此发出。")
    today(reference, "pass", DISPATCHER)
    given = {"api_key": key, "service_request_id": number, "status": "closed", "description": "灯亮了，不用回访。"}
    assert client.post(f"{V2}/servicerequestupdates.json", {**given, "api_key": "wrong"}).status_code == 403
    _, other = actions.register_client(name="另一个小程序", by=SYSTEM, at=now())
    assert client.post(f"{V2}/servicerequestupdates.json", {**given, "api_key": other}).status_code == 404
    assert client.post(f"{V2}/servicerequestupdates.json", given).status_code == 201
    listed = ElementTree.fromstring(client.get(f"{V2}/requests.xml?service_request_id={number}").content)
    assert listed.find("request/status").text == "closed"


def test_a_list_takes_several_services_and_a_start_alone_reaches_ninety_days_on(client, key):
    number, other = sent(client, key), sent(client, key, service_code="water", description="")
    early = f"{now() - timedelta(days=200):%Y-%m-%d}"
    for asked, found in (
        ("service_code=street-light,water", {number, other}),
        ("service_code=water&service_code=gas", {other}),
        ("status=open&status=closed", {number, other}),
        ("status=closed", set()),
        (f"start_date={early}", set()),
        (f"start_date={early}&end_date={now():%Y-%m-%d}T23:59:59", {number, other}),
    ):
        shown = {one["service_request_id"] for one in client.get(f"{V2}/requests.json?{asked}").json()}
        assert shown & {number, other} == found, asked
    assert "没有文字说明" in Order.objects.get(number=other).content


def test_only_who_governs_every_organ_hands_out_keys():
    head, admin = (cast.staff(who, f"{now():%Y-%m-%d}") for who in ("zheng", "admin"))
    with pytest.raises(NotAllowed):
        actions.register_client(name="局里的小程序", by=head, at=now())
    made, _ = actions.register_client(name="路灯巡查小程序", by=admin, at=now())
    with pytest.raises(NotAllowed):
        actions.end_client(client_id=made.pk, by=head, at=now())


def test_no_public_list_shows_reports_or_whoever_asked_for_secrecy(client, key):
    hidden = sent(client, key, **{"attribute[kind]": "report"})
    confidential = hotline.order(hotline.recorded(disclosure="confidential")).number
    shown = {one["service_request_id"] for one in client.get(f"{V2}/requests.json").json()}
    assert not shown & {hidden, confidential}
    assert client.get(f"{V2}/requests/{confidential}.json").status_code == 404
    assert client.get(f"{V2}/requests/{hidden}.json?api_key={key}").status_code == 200


def test_one_number_cannot_flood_the_office(client, key):
    for _ in range(10):
        sent(client, key)
    assert send(client, key)[0] == 429
    assert send(client, key, phone="13900009902")[0] == 201


TEXT = st.text(max_size=60)
ASKED = st.dictionaries(
    st.sampled_from(
        [
            "service_request_id",
            "service_code",
            "start_date",
            "end_date",
            "status",
            "page",
            "page_size",
            "jurisdiction_id",
            "api_key",
        ]
    ),
    TEXT | st.integers().map(str) | st.datetimes().map(str),
    max_size=4,
)
GIVEN = st.dictionaries(
    st.sampled_from([*SENT, "address_string", "address_id", "email", "media_url"]), TEXT | st.floats().map(str)
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED, typed=GIVEN, form=st.sampled_from(["json", "xml"]))
def test_whatever_is_asked_the_answer_is_one_the_standard_knows_and_can_be_read(client, key, asked, typed, form):
    cache.clear()
    answers = [
        client.get(f"{V2}/requests.{form}", asked),
        client.get(f"{V2}/servicerequestupdates.{form}", asked),
        client.post(f"{V2}/requests.{form}", {**SENT, **typed, "api_key": key}),
        client.post(
            f"{V2}/servicerequestupdates.{form}", {**typed, "service_request_id": asked.get("page", ""), "api_key": key}
        ),
    ]
    for answer in answers:
        assert answer.status_code in (200, 201, 400, 403, 404, 429)
        json.loads(answer.content) if form == "json" else ElementTree.fromstring(answer.content)
