"""The list of what may come later or be promised is public, and every guide on it leads there."""

import io

from django.test import Client
from openpyxl import load_workbook

from tests.factories import cases as cast
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.tolerance import queries, rules
from yiwang.services.catalogue import queries as catalogue

SEWER = "511A0148600000"


def test_an_item_whose_guide_lets_nothing_wait_is_not_on_the_page():
    found = queries.published(cast.at().date())
    assert rules.listed(found, item=cast.FOOD, name="食品", organ_id=1, materials=()) is None


def test_what_government_holds_is_neither_put_off_nor_promised():
    found = queries.published(cast.at().date())
    materials = declaration_of(catalogue.guide_in_force(cast.FOOD, cast.at().date())).materials
    asked = {one.id: one for one in materials}
    offered = rules.offer(found, item=cast.FOOD, asked=materials, without={*asked}, barred_until=None)
    assert "deed" in next(row for row in found.informed if row.item == cast.FOOD).materials
    assert (asked["deed"].source.of, [one.id for one in offered.promisable]) == ("held", ["lease"])


def test_everybody_reads_which_materials_may_wait_or_be_promised_and_how_it_is_checked():
    page = Client().get("/promises/").content.decode()
    _, rows = queries.public_list(cast.at().date())
    food = next(row for row in rows if row.item == cast.FOOD)
    assert food.deferrable
    assert food.checked_within.startswith("30")
    for words in (
        f'id="item-{cast.FOOD}"',
        *(one.name for one in (*food.deferrable, *food.promisable)),
        "受理后10个工作日内补齐",
        f"作出决定后{food.checked_within}内核查",
        "对申报的经营场所有合法使用权",
        "撤销已经作出的许可决定",
        "自愿选择容缺受理，承诺受理后10个工作日内补交",
        "待核",
        "12个月内不再适用",
    ):
        assert words in page, words


def test_a_guide_on_the_list_leads_to_it_and_another_does_not():
    page = Client().get(f"/items/{cast.FOOD}/guide/").content.decode()
    assert f'href="/promises/#item-{cast.FOOD}"' in page
    assert "可以容缺受理、告知承诺" in page
    assert "/promises/" not in Client().get(f"/items/{SEWER}/guide/").content.decode()


def test_a_county_without_a_list_says_so(monkeypatch):
    monkeypatch.setattr(queries, "published", lambda on: None)
    page = Client().get("/promises/").content.decode()
    assert "还没有公布" in page


def test_the_published_list_leaves_as_a_workbook():
    answer = Client().get("/promises/?format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert (sheet["A1"].value, sheet["A3"].value[-2:]) == ("容缺受理和告知承诺事项清单", "公众")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    food = next(row for row in rows if row[0] == "食品经营许可（核发）")
    assert "租赁合同" in food[4]
