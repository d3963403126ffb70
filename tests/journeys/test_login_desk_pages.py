"""The desk's staff and organ pages: an administrator's day, and what others may not see."""

from __future__ import annotations

import pytest

from tests.factories.organs import counter, organ, place, post, staff
from yiwang.foundation.organs.models import Absence, Account, CounterAuthorisation, OrganName, Post

pytestmark = pytest.mark.django_db
PASSWORD = "only-i-know-1"


@pytest.fixture
def market():
    return organ("market", name="云溪县市场监督管理局")


@pytest.fixture
def peng(market, client):
    account = staff(market, "peng", name="彭丽")
    post(account, "organ-admin")
    client.force_login(account)
    return account


@pytest.fixture
def root(client):
    account = staff(organ("bureau"), "root")
    post(account, "admin")
    client.force_login(account)
    return account


def pages(client, *paths):
    return [client.get(path).status_code for path in paths]


def test_nobody_logged_in_is_sent_to_the_login_page(client):
    for path in ("/desk/staff/", "/desk/staff/new/", "/desk/organs/", "/desk/organs/counters/"):
        assert client.get(path).url == f"/accounts/login/?next={path}"


def test_a_citizen_sees_neither_staff_nor_organs(client):
    client.force_login(Account.objects.create(username="c-1", kind="citizen"))
    assert pages(client, "/desk/staff/new/", "/desk/staff/1/", "/desk/organs/", "/desk/organs/counters/") == [404] * 4


def test_a_reviewer_sees_the_own_account_and_nobody_else_s(client, market):
    zhao, sun = staff(market), staff(market)
    post(zhao, "reviewer")
    client.force_login(zhao)
    assert client.get("/desk/staff/").url == f"/desk/staff/{zhao.pk}/"
    assert pages(client, f"/desk/staff/{zhao.pk}/", f"/desk/staff/{sun.pk}/", "/desk/staff/new/") == [200, 404, 404]
    assert "停用账号" not in client.get(f"/desk/staff/{zhao.pk}/").content.decode()


def test_an_administrator_opens_an_account_gives_posts_and_records_absence_and_training(client, market, peng):
    bad = client.post("/desk/staff/new/", {"organ": "market", "username": "qian", "name": "钱", "password": "1"})
    assert bad.status_code == 422
    assert "密码至少10位" in bad.content.decode()
    made = {"organ": "market", "username": "qian", "name": "钱进", "title": "审核员", "password": PASSWORD}
    page = client.post("/desk/staff/new/", made)
    qian = Account.objects.get(username="qian")
    assert page.url == f"/desk/staff/{qian.pk}/"
    assert client.post(f"{page.url}posts/", {"role": "reviewer", "from_on": "2026-09-24"}).status_code == 302
    apart = client.post(f"{page.url}posts/", {"role": "decider", "from_on": "2026-09-24"})
    assert apart.status_code == 422
    assert "审核与决定须由不同人员承担" in apart.content.decode()
    away = {"reason": "公休", "from_on": "2026-09-24", "last_on": "2026-09-25", "deputy": peng.pk}
    assert client.post(f"{page.url}absence/", away).status_code == 302
    absence = Absence.objects.get(account=qian)
    assert str(absence.until_on) == "2026-09-26"
    training = {"subject": "审查通则", "on": "2026-09-01", "hours": "6"}
    assert client.post(f"{page.url}training/", training).status_code == 302
    shown = client.get(page.url).content.decode()
    for words in ("审核人", "公休", "由彭丽代理", "审查通则"):
        assert words in shown
    assert "离岗" in client.get("/desk/staff/").content.decode()
    client.post(f"{page.url}absence/{absence.pk}/end/")
    client.post(f"{page.url}posts/{Post.objects.get(account=qian).pk}/end/")
    leaving = client.post(f"{page.url}leaving/", {"reason": "调离"})
    assert leaving.status_code == 302
    assert "已停用" in client.get(page.url).content.decode()
    assert client.post(f"{page.url}password/", {"password": PASSWORD}).status_code == 302
    qian.refresh_from_db()
    assert qian.is_active


def test_the_leaving_page_lists_the_seats_and_asks_where_they_go(client, market, peng, monkeypatch):
    from yiwang.foundation.organs.queries import HeldSeat
    from yiwang.kernel import names

    zhao = staff(market)
    known = dict(names.hook._functions)
    known["organs.seats-held"] = lambda *, account_id: [HeldSeat("YX2026-7", "食品经营许可", "reviewer", market.pk)]
    known["organs.release-seats"] = lambda **said: 1
    monkeypatch.setattr(names.hook, "_functions", known)
    path = f"/desk/staff/{zhao.pk}/leaving/"
    assert "YX2026-7" in client.get(path).content.decode()
    refused = client.post(path, {"reason": "退休"})
    assert refused.status_code == 422
    assert "退回待办队列" in refused.content.decode()
    assert client.post(path, {"reason": "退休", "placing": "queue"}).status_code == 302


def test_an_administrator_of_one_department_finds_nothing_of_another(client, peng):
    foreign = staff(organ("health"))
    held = post(foreign, "reviewer")
    base = f"/desk/staff/{foreign.pk}/"
    names = ("", "posts/", "absence/", "leaving/", "password/", "training/")
    assert pages(client, *(base + name for name in names)) == [404] * 6
    assert client.post(f"{base}posts/{held.pk}/end/").status_code == 404
    assert client.post(f"{base}second-factor/").status_code == 404
    assert foreign.username not in client.get("/desk/staff/?organ=health").content.decode()


def test_a_page_address_with_an_impossible_number_is_not_found(client, peng):
    assert pages(client, "/desk/staff/99999999999999999999999/", "/desk/staff/0/") == [404, 404]


def test_organs_are_shown_as_a_tree_with_their_names_over_time(client, root, market):
    organ("branch", name="云溪县市场监督管理局柳溪所", parent=market)
    tree = client.get("/desk/organs/").content.decode()
    assert tree.index("云溪县市场监督管理局") < tree.index("柳溪所")
    new = {"name": "云溪县市场监管局", "short_name": "市监局", "from_on": "2026-09-24", "document": "云委发〔2026〕1号"}
    assert client.post("/desk/organs/market/rename/", new).status_code == 302
    page = client.get("/desk/organs/market/").content.decode()
    assert "云溪县市场监督管理局" in page
    assert "云溪县市场监管局" in page
    assert OrganName.objects.filter(organ=market).count() == 2


def test_a_merger_is_done_on_the_page_by_the_system_administrator_only(client, root, market):
    organ("industry", name="云溪县工商局")
    said = {"new": "market", "from_day": "2026-09-24", "document": "云委发〔2026〕1号"}
    assert client.post("/desk/organs/industry/merge/", said).status_code == 422  # not confirmed
    assert client.post("/desk/organs/industry/merge/", said | {"confirm": "on"}).url == "/desk/organs/market/"
    assert "承继云溪县工商局" in client.get("/desk/organs/market/").content.decode()
    client.force_login(staff(market))
    assert client.get("/desk/organs/market/merge/").status_code == 422
    assert client.post("/desk/organs/market/rename/", {}).status_code == 422


def test_a_head_authorises_a_counter_and_takes_it_back(client, market):
    head = staff(market)
    post(head, "head")
    client.force_login(head)
    window = counter(place(organ("hall-keeper")))
    path = f"/desk/organs/counters/{window.pk}/authorise/"
    said = {
        "organ": "market", "powers": ["receive", "accept"], "all_items": "on", "from_on": "2026-09-24",
        "last_on": "2026-12-31", "document": "云窗授〔2026〕9号",
    }  # fmt: skip
    assert client.post(path, said | {"item_codes": "X1"}).status_code == 422
    assert client.post(path, said | {"organ": "hall-keeper"}).status_code == 422
    assert client.post(path, said).status_code == 302
    page = client.get("/desk/organs/counters/").content.decode()
    assert "收件、受理" in page
    given = CounterAuthorisation.objects.get()
    client.force_login(staff(market))
    assert client.post(f"/desk/organs/authorisations/{given.pk}/revoke/").status_code == 404
    client.force_login(head)
    assert client.post(f"/desk/organs/authorisations/{given.pk}/revoke/").status_code == 302
    assert "收件、受理" not in client.get("/desk/organs/counters/").content.decode()
