"""The seal-keeper's pages: invisible to others, asking for the second factor, and what a keeper does with them."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.test import RequestFactory

from tests.factories import organs, seals
from yiwang.foundation.calendar import today
from yiwang.foundation.seals import actions
from yiwang.foundation.seals.models import Seal, SealAuthorisation, SealKeeper
from yiwang.kernel.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return organs.organ("market", name="云溪县市场监督管理局")


@pytest.fixture
def seal(market):
    return seals.seal(market, today.now())


@pytest.fixture
def peng(market, client):
    account = organs.staff(market, "peng", name="彭丽")
    organs.post(account, "seal-keeper")
    client.force_login(account)
    return account


def text(answer):
    return answer.content.decode()


def test_whoever_keeps_no_seals_finds_no_such_page(client, market, seal):
    account = organs.staff(market)
    organs.post(account, "reviewer")
    client.force_login(account)
    for path in ("/desk/seals/", "/desk/seals/new/", f"/desk/seals/{seal.pk}/", f"/desk/seals/{seal.pk}/stop/"):
        assert client.get(path).status_code == 404
    assert "电子印章" not in text(client.get("/desk/inbox/"))


def test_a_keeper_of_another_organ_finds_no_such_seal(client, seal):
    account = organs.staff(organs.organ())
    organs.post(account, "seal-keeper")
    client.force_login(account)
    assert seal.name not in text(client.get("/desk/seals/"))
    granted = SealAuthorisation.objects.get()
    for path in ("stop", "renew", "keepers", "authorise", f"authorisations/{granted.pk}/end"):
        assert client.post(f"/desk/seals/{seal.pk}/{path}/", {"reason": "密钥泄露"}).status_code == 404
    seal.refresh_from_db()
    assert seal.stopped_at is None


def test_a_keeper_without_the_second_factor_is_led_to_it(client, seal, peng):
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, peng, "password")
    request.session.save()
    assert client.get("/desk/seals/").url == "/accounts/second-factor/enrol/"


def test_a_seal_without_a_reason_is_not_stopped_and_with_one_it_is(client, seal, peng):
    assert client.post(f"/desk/seals/{seal.pk}/stop/", {"reason": " "}).status_code == 422
    assert client.post(f"/desk/seals/{seal.pk}/stop/", {"reason": "机构更名"}).url == f"/desk/seals/{seal.pk}/"
    shown = text(client.get(f"/desk/seals/{seal.pk}/"))
    assert "已停用" in shown
    assert "彭丽：机构更名" in shown
    again = client.post(f"/desk/seals/{seal.pk}/stop/", {"reason": "再停一次"})
    assert again.status_code == 422
    assert "已经停用" in text(again)


def test_a_second_seal_of_a_kind_is_refused_beside_its_field_and_another_kind_is_made(client, market, seal, peng):
    wanted = {"organ": market.pk, "kind": "approval", "shape": "round"}
    refused = client.post("/desk/seals/new/", wanted)
    assert refused.status_code == 422
    assert "已有一枚同类印章在用" in text(refused)
    assert client.post("/desk/seals/new/", wanted | {"organ": organs.organ().pk}).status_code == 422
    client.post("/desk/seals/new/", wanted | {"kind": "official"})
    assert Seal.objects.filter(organ=market, kind="official", stopped_at=None).exists()


def test_a_renewed_seal_keeps_its_keeper_and_its_authorisations(client, market, seal, peng):
    client.post(f"/desk/seals/{seal.pk}/keepers/", {"account": peng.pk, "from_on": "2026-09-24"})
    new = client.post(f"/desk/seals/{seal.pk}/renew/", {"reason": "密钥更换"}).url
    assert new != f"/desk/seals/{seal.pk}/"
    assert "系统自动用印" in text(client.get(new))
    assert "免去保管员彭丽" in text(client.get(new))


def test_only_colleagues_become_keepers_and_a_keeper_is_dismissed_once(client, seal, peng):
    stranger = organs.staff(organs.organ())
    path = f"/desk/seals/{seal.pk}/keepers/"
    assert client.post(path, {"account": stranger.pk, "from_on": "2026-09-24"}).status_code == 422
    client.post(path, {"account": peng.pk, "from_on": "2026-09-24"})
    keeper = SealKeeper.objects.get()
    client.post(f"{path}{keeper.pk}/end/")
    keeper.refresh_from_db()
    assert keeper.until_on == date(2026, 9, 24)
    assert "已经卸任" in text(client.post(f"{path}{keeper.pk}/end/"))


def test_an_authorisation_has_one_grantee_and_is_taken_back(client, seal, peng):
    path, terms = f"/desk/seals/{seal.pk}/authorise/", {"document": "云市监〔2026〕9号", "from_on": "2026-09-24"}
    for wrong in ({}, {"standing": "on", "role": "decider"}):
        refused = client.post(path, terms | wrong)
        assert refused.status_code == 422
        assert "须且只能授予" in text(refused)
    client.post(path, terms | {"role": "decider", "last_on": "2026-12-31"})
    given = SealAuthorisation.objects.get(role="decider")
    assert given.until_on == date(2027, 1, 1)
    assert "云市监〔2026〕9号" in text(client.get(f"/desk/seals/{seal.pk}/"))
    client.post(f"/desk/seals/{seal.pk}/authorisations/{given.pk}/end/")
    given.refresh_from_db()
    assert given.until_on == date(2026, 9, 24)
    assert "云市监〔2026〕9号" not in text(client.get(f"/desk/seals/{seal.pk}/"))


def test_the_list_leaves_as_excel_and_every_use_is_shown(client, seal, peng):
    actions.sign(seal=seal, data=b"x", by=SYSTEM, at=today.now())
    assert client.get("/desk/seals/?format=xlsx").headers["Content-Type"].endswith("sheet")
    shown = text(client.get(f"/desk/seals/{seal.pk}/"))
    assert "用印记录（1次）" in shown
    assert "<td>系统</td>" in shown
