"""The portal's and the desk's pages of search, items and laws, and the API beside them."""

from datetime import date

import pytest
from django.test import Client

from tests.unit.services.catalogue import demo
from tests.unit.services.catalogue.conftest import NOW
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import STRANGER, Doer, Permission
from yiwang.services.catalogue import actions, queries, views
from yiwang.services.catalogue.models import Item, Law

TODAY = date(2026, 9, 24)
EDITOR = Doer(
    reference="staff:7",
    kind="staff",
    name="测试编辑",
    grants=frozenset(
        (p, None)
        for p in (Permission.LAWS_EDIT, Permission.CATALOGUE_EDIT, Permission.CATALOGUE_IMPORT, Permission.EXPORT)
    ),
)
CLERK = Doer(reference="staff:8", kind="staff", name="窗口人员")


@pytest.fixture
def county(organ):
    """Three items of two organs, brought in by the importer, with code lists."""
    organ("market", "市场监督管理局")
    organ("police", "公安局")
    demo.rules("code-list")
    rows = [
        {"编码": "A1", "名称": "食品经营许可核发", "类型": "1", "部门": "市监局"},
        {"编码": "A2", "名称": "食品经营许可变更", "类型": "1", "部门": "市监局"},
        {"编码": "B1", "名称": "居民身份证办理", "类型": "20", "部门": "公安局"},
    ]
    mapping = demo.small(
        departments={"市监局": "market", "公安局": "police"}, theme=[{"theme": "firm-licence", "pattern": "食品"}]
    )
    actions.import_items(
        rows=[{"信用代码": "", **row} for row in rows], mapping=mapping, file_name="t.csv", file_digest="d",
        by=EDITOR, at=NOW,
    )  # fmt: skip


@pytest.fixture
def visit(db, monkeypatch):
    """A browser in which somebody acts."""

    def as_(by=STRANGER):
        monkeypatch.setattr(views, "doer", lambda request: by)
        return Client()

    return as_


def test_a_search_page_shows_the_answer_with_its_department_and_type(county, visit):
    page = visit().get("/search/", {"q": "食品经营许可"}).content.decode()
    assert "食品经营许可核发" in page
    assert "云溪县市场监督管理局" in page
    assert "行政许可" in page


def test_somebody_who_wants_to_open_a_restaurant_is_offered_the_questions_that_lead(county, visit):
    demo.rules("guidance")
    assert "/guide-me/open-restaurant/" in visit().get("/search/", {"q": "我想开饭店"}).content.decode()
    assert "/guide-me/" not in visit().get("/search/", {"q": "身份证"}).content.decode()


def test_an_htmx_search_gets_only_the_answers(county, visit):
    page = visit().get("/search/", {"q": "身份证"}, headers={"HX-Request": "true"}).content.decode()
    assert "居民身份证办理" in page
    assert "<html" not in page


@pytest.mark.parametrize("q", ["", "魑魅魍魉", "<script>alert(1)</script>", "'", "%00", "a" * 3000])
@pytest.mark.parametrize("number", ["1", "0", "-3", "x", "999999999999999999999"])
def test_odd_searches_are_answered_kindly(county, visit, q, number):
    answer = visit().get("/search/", {"q": q, "page": number})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_the_list_counts_by_type_department_and_theme_and_filters(county, visit):
    page = visit().get("/items/", {"organ": "police"}).content.decode()
    assert "共 3 项" in page
    assert "居民身份证办理" in page
    assert "食品经营许可核发" not in page
    counts = queries.counts(on=TODAY)
    assert [(line["name"], line["count"]) for line in counts["types"]] == [("行政许可", 2), ("公共服务", 1)]
    assert [(line["name"], line["count"]) for line in counts["themes"]] == [("准营准办", 2)]
    assert sum(line["count"] for line in counts["organs"]) == counts["total"] == 3


@pytest.mark.parametrize(
    "query", [{"page": "9" * 30}, {"type": "x'"}, {"organ": "../.."}, {"theme": "%"}, {"state": "gone"}]
)
def test_a_filter_that_cannot_be_right_is_ignored(county, visit, query):
    assert "共 3 项" in visit().get("/items/", query).content.decode()


def test_an_item_page_names_who_handles_it(county, visit):
    assert "云溪县公安局" in visit().get("/items/B1/").content.decode()
    assert visit().get("/items/none/").status_code == 404


def test_the_list_needs_a_bounded_number_of_queries(county, visit, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        visit().get("/items/")


@pytest.mark.parametrize(
    "path", ["/desk/catalogue/", "/desk/catalogue/?export=1", "/desk/catalogue/imports/", "/desk/laws/"]
)
def test_a_stranger_sees_nothing_of_the_desk(county, visit, path):
    assert visit().get(path).status_code == 404


def test_the_desk_lists_items_and_exports_the_same_rows(county, visit):
    page = visit(EDITOR).get("/desk/catalogue/", {"organ": "market"}).content.decode()
    assert "食品经营许可变更" in page
    assert "未编制" in page
    answer = visit(EDITOR).get("/desk/catalogue/", {"organ": "market", "export": "1"})
    rows = demo.sheet(answer.content)
    assert rows[0][0] == "政务服务事项清单"
    assert [row[0] for row in rows[5:]] == ["A1", "A2"]


def test_the_desk_can_look_at_cancelled_items(county, visit):
    Item.objects.filter(code="A2").update(state="cancelled")
    assert "食品经营许可变更" not in visit(EDITOR).get("/desk/catalogue/").content.decode()
    assert "食品经营许可变更" in visit(EDITOR).get("/desk/catalogue/", {"state": "cancelled"}).content.decode()


def test_the_report_of_an_import_stays_readable(county, visit):
    page = visit(EDITOR).get("/desk/catalogue/imports/", {"outcome": "imported"}).content.decode()
    assert "读取 3 = 导入 3" in page
    assert "credit_code.missing" in page


def test_a_clerk_without_the_permission_may_read_laws_but_not_add(county, visit):
    page = visit(CLERK).get("/desk/laws/")
    assert "补录法规" not in page.content.decode()
    answer = visit(CLERK).post(
        "/desk/laws/", {"title": "某办法", "category": "部门规章", "articles": "3", "source": "公报2023"}
    )
    assert answer.status_code == 422
    assert not Law.objects.exists()


@pytest.mark.parametrize("articles", ["", "-1", "2001", "三", "99999999999999999999"])
def test_a_law_form_with_a_bad_number_comes_back_with_the_fault_beside_the_field(county, visit, articles):
    answer = visit(EDITOR).post(
        "/desk/laws/", {"title": "某办法", "category": "部门规章", "articles": articles, "source": "公报2023"}
    )
    assert answer.status_code == 422
    assert "field-fault" in answer.content.decode()
    assert not Law.objects.exists()


def test_an_editor_adds_a_law_and_finds_it(county, visit):
    answer = visit(EDITOR).post(
        "/desk/laws/", {"title": "《某办法》", "category": "部门规章", "articles": "30", "source": "公报2023年第21号"}
    )
    assert answer.status_code == 302
    assert LedgerEntry.objects.filter(event="catalogue.law-added").count() == 1
    assert "公报2023年第21号" in visit(EDITOR).get("/desk/laws/", {"q": "某办法"}).content.decode()


def test_the_api_lists_items_page_by_page(county, visit):
    client = visit()
    first = client.get("/api/v1/items", {"limit": 2}).json()
    second = client.get("/api/v1/items", {"limit": 2, "after": first["next"]}).json()
    assert [one["code"] for one in first["items"] + second["items"]] == ["A1", "A2", "B1"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/items?limit=0", 422),
        ("/api/v1/items?limit=99999999999999999999", 422),
        ("/api/v1/items/search?q=", 422),
        ("/api/v1/items/search?q=%00", 200),
        ("/api/v1/items/none", 404),
        ("/api/v1/items/A1/guide", 404),
        ("/api/v1/items/A1/guide?on=2026-13-01", 422),
        ("/api/v1/items/A1/guide?on=0001-01-01", 404),
        ("/api/v1/codes/none", 422),
        ("/api/v1/items/counts", 200),
        ("/api/v1/codes/type", 200),
        ("/api/v1/items/A1", 200),
    ],
)
def test_the_api_answers_every_question_without_a_bug(county, visit, path, status):
    assert visit().get(path).status_code == status


def test_the_api_searches_with_the_same_ranking(county, visit):
    found = visit().get("/api/v1/items/search", {"q": "食品经营许可"}).json()
    assert found["items"][0]["name"] == "食品经营许可核发"
