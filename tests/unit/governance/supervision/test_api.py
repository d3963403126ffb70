"""Cards over the JSON API: seen by whom they concern, answered, appealed and ruled with the version seen."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.factories.cases import submitted, walked
from tests.factories.supervision import swept
from yiwang.foundation.organs.models import Account
from yiwang.governance.supervision.models import Card
from yiwang.matters.models import MatterClock

pytestmark = pytest.mark.usefixtures("county")
ANSWER = {"cause": "staff", "explanation": "审核人员公出，未及时移交。", "measures": "已指定代理人。"}


@pytest.fixture
def card():
    case = walked(submitted("2026-08-03"), "accept", day="2026-08-03")
    day = MatterClock.objects.get(matter_id=case.pk, clock="legal").due_on.isoformat()
    swept(day, 9)
    swept("2026-08-28")
    return Card.objects.get(about_id=case.pk, code="R05")


def call(username, method, path, body=None, version=None, status=200):
    client = Client()
    if username:
        client.force_login(Account.objects.get(username=username))
    headers = {} if version is None else {"HTTP_IF_MATCH": f'"{version}"'}
    text = "" if body is None else json.dumps(body)
    answer = client.generic(method, "/api/v1" + path, text, content_type="application/json", **headers)
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:800])
    return answer.json()


def test_a_list_is_read_page_by_page_and_another_department_finds_nothing(card):
    call(None, "GET", "/cards", status=401)
    assert call("health-2", "GET", "/cards")["items"] == []
    seen, before = [], ""
    while before is not None:
        page = call("wu", "GET", f"/cards?show=warnings&limit=1{before and f'&before={before}'}")
        seen, before = seen + [row["pk"] for row in page["items"]], page["next"]
    assert seen == sorted(seen, reverse=True)
    row = call("zhao", "GET", "/cards")["items"][0]
    assert (row["signal"], row["code"], row["reference"]) == ("红牌", "R05", card.matter.reference)
    call("zhao", "GET", "/cards?show=mine", status=422)


def test_one_card_proves_itself_by_its_clock_and_is_answered_and_ruled_in_the_order_seen(card):
    path = f"/cards/{card.matter.reference}"
    call("health-2", "GET", path, status=404)
    shown = call("zhao", "GET", path)
    assert shown["proof"] == card.proof != []
    assert [clock["clock"] for clock in shown["clocks"]] == ["answer"]
    assert {"answer", "appeal"} <= set(shown["steps"])
    call("zhao", "POST", f"{path}/answer", ANSWER, status=428)
    call("zhao", "POST", f"{path}/answer", ANSWER | {"cause": "rain"}, version=shown["version"], status=422)
    moved = call("zhao", "POST", f"{path}/answer", ANSWER, version=shown["version"])
    assert moved["state"] == "answered"
    ruling = {"ruling": "settle", "opinion": "整改措施可行，予以核销。"}
    assert call("zhao", "POST", f"{path}/rule", ruling, version=moved["version"], status=422)["code"] == "not-allowed"
    call("wu", "POST", f"{path}/rule", ruling, version=shown["version"], status=409)
    assert call("wu", "POST", f"{path}/rule", ruling, version=moved["version"])["state"] == "settled"


def test_an_appeal_is_made_and_heard_over_the_api_too(card):
    path, due = f"/cards/{card.matter.reference}", card.due_on
    claim = {
        "ground": "pause",
        "from_on": "2026-08-05",
        "document": "云市监特字〔2026〕3号",
        "explanation": "专家评审。",
    }
    version = call("zhao", "GET", path)["version"]
    refused = call("zhao", "POST", f"{path}/appeal", claim, version=version, status=422)
    assert refused["code"] == "no-procedure"
    claim |= {"procedure": "expert-review", "until_on": "2026-09-22"}
    moved = call("zhao", "POST", f"{path}/appeal", claim, version=version)
    assert call("wu", "GET", path)["appeal"]["until_on"] == "2026-09-22"
    ruling = {"ruling": "uphold", "opinion": "通知书真实，申诉成立。"}
    assert call("wu", "POST", f"{path}/rule", ruling, version=moved["version"])["state"] == "revoked"
    assert MatterClock.objects.get(matter_id=card.about_id, clock="legal").due_on > due
