"""Three text sizes, kept after login, at every width; print; keyboard alone."""

import io

import pytest
from pypdf import PdfReader

from tests.browser.conftest import LIN
from tests.factories import cases

PORTAL = (
    "/",
    "/items/",
    "/items/YX-SJ-0001/guide/",
    "/guide-me/",
    "/guide-me/open-restaurant/",
    "/search/?q=身份证丢了",
)
OWN = ("/my/", "/my/letters/", "/me/", "/progress/", "/letters/", "/apply/YX-SJ-0001/")


def test_the_size_chosen_before_login_stays_after_it_and_fits_a_phone(visitor):
    phone = visitor(phone=True)
    phone.go("/accounts/phone/")
    phone.press("特大字版")
    assert phone.page.locator("html").get_attribute("data-text") == "larger"
    phone.fill("手机号码", "15400000003")
    phone.press("获取验证码")
    phone.fill("短信验证码", phone.page.locator("[data-demo-code]").inner_text())
    phone.press(phone.page.get_by_role("main").get_by_role("button", name="登录"))
    assert phone.page.locator("html").get_attribute("data-text") == "larger"
    for path in (*PORTAL, *OWN):
        phone.go(path)
        assert phone.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


def test_her_own_cases_in_the_largest_text_fit_her_phone(visitor, house):
    with house.inside():
        reference = cases.asked(cases.submitted("2026-09-23"), "2026-09-23", layout="请标明消毒区").reference
    lin = visitor(LIN, phone=True)
    lin.context.add_cookies([{"name": "text-size", "value": "larger", "url": house.base}])
    for path in ("/", "/my/", f"/my/cases/{reference}/", f"/my/cases/{reference}/correct/", "/my/letters/"):
        lin.go(path)


@pytest.mark.parametrize("size", ["large", "larger"])
def test_the_desk_holds_larger_text(visitor, house, size):
    wu = visitor("wu")
    wu.context.add_cookies([{"name": "text-size", "value": size, "url": house.base}])
    for path in ("/desk/inbox/", "/desk/supervision/", "/desk/cases/", "/wall/"):
        wu.go(path)
        assert wu.page.locator("html").get_attribute("data-text") == size


def test_the_guide_prints_as_a_sheet_without_the_site_around_it(visitor):
    somebody = visitor()
    somebody.go("/items/YX-SJ-0001/guide/print/?business=catering&cold=no&area=small&place=own&agent=self")
    sheet = PdfReader(io.BytesIO(somebody.page.pdf(prefer_css_page_size=True)))
    text = "".join(page.extract_text() for page in sheet.pages)
    assert len(sheet.pages) <= 3
    assert "经营许可" in text
    assert "我的办件" not in text
    assert "登录" not in text


def test_the_keyboard_alone_reaches_the_search_and_sees_where_it_is(visitor):
    lin = visitor(LIN)
    page = lin.go("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "q"
    assert page.locator(":focus").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.type("身份证丢了")
    lin.lead(lambda: page.keyboard.press("Enter"))
    lin.see("身份证")
