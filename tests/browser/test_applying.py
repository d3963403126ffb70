"""林 wants to open a restaurant: she finds out what it takes, applies, stops halfway, and goes on with her phone."""

import re

import pytest

from tests.browser.conftest import LIN
from tests.factories import documents

SHOP = "云溪县城关街道小满面馆"


@pytest.mark.slow
def test_lin_finds_the_licence_applies_leaves_and_submits_from_her_phone(visitor):
    desk = visitor(LIN)
    desk.go("/")
    desk.in_first_screen("input[name=q]", "a[href='tel:12345']", "a[href='/my/']", "a[href='/progress/']", ".textsize")
    desk.page.get_by_role("searchbox").fill("开饭店")
    desk.press("搜索")
    assert "食品经营许可（核发）" in desk.page.locator(".list-group-item").first.inner_text()

    _the_questions_lead_to_the_guide(desk)
    _answers_are_carried_into_the_application(desk)
    draft = _a_fault_stands_beside_its_field_and_half_a_page_is_kept(desk)

    phone = visitor(LIN, phone=True)
    _the_phone_goes_on_where_the_desk_stopped(phone, draft)
    _a_photo_is_taken_and_a_text_file_refused(phone)
    reference, code = _nothing_is_submitted_without_the_promise_of_truth(phone)
    _somebody_with_the_code_sees_the_progress_and_no_name(visitor(phone=True), reference, code)

    phone.reload_until("a:has-text('查看')")
    receipt = phone.page.get_by_role("link", name="查看").first.get_attribute("href")
    assert phone.download(receipt).startswith(b"%PDF-")


def _the_questions_lead_to_the_guide(desk):
    desk.press("开始")
    for answer in ("已经有了", "现做的饭菜、小吃、饮品", "不超过50平方米", "不做"):
        desk.press(desk.page.get_by_role("button", name=answer, exact=True))
    desk.see("要办2件事")
    desk.see("公共场所卫生许可")
    desk.press(desk.page.get_by_role("link", name="食品经营许可（核发）").first)
    desk.in_first_screen("h1", "text=几天", "text=跑几次", "text=政府已有", "text=网上办理", "text=打电话")


def _answers_are_carried_into_the_application(desk):
    desk.press("网上办理")
    desk.page.get_by_label(SHOP).check()
    desk.press("下一步")
    assert desk.page.get_by_label("餐饮服务（饭店、小吃、饮品）").is_checked()
    desk.choose("场所是自己的还是租的？", "租赁或者借用")
    desk.choose("谁来办？", "本人（本单位）自己办")
    desk.press("下一步")


def _a_fault_stands_beside_its_field_and_half_a_page_is_kept(desk):
    page = desk.page
    assert page.get_by_label("申请人名称").input_value() == SHOP
    assert page.get_by_label("申请人名称").evaluate("e => e.classList.contains('prefilled')")
    desk.fill("联系手机", "12345")
    desk.press("下一步", status=422)
    field = page.get_by_label("联系手机")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(f"#{field.get_attribute('aria-describedby').split()[-1]}").is_visible()
    assert field.evaluate("e => e === document.activeElement")
    desk.fill("联系手机", LIN)
    desk.press("下一步")
    desk.fill("经营面积（平方米）", "45")
    desk.in_first_screen("button:has-text('保存，以后再填')", "button:has-text('下一步')")
    draft = re.search(r"/draft/(\d+)/", page.url).group(1)
    desk.press("保存，以后再填")
    assert page.url.endswith("/my/")
    return draft


def _the_phone_goes_on_where_the_desk_stopped(phone, draft):
    phone.go("/my/")
    phone.press(phone.page.locator(f"a[href='/apply/draft/{draft}/']"))
    assert phone.page.get_by_label("经营面积（平方米）").input_value() == "45"
    phone.in_first_screen("text=第3步", "button:has-text('下一步')", ".phonebar")
    phone.fill("食品处理区面积（平方米）", "15")
    phone.fill("租赁到期日", "2028-12-31")
    phone.press("下一步")
    phone.choose("经营项目", "热食类食品制售")
    phone.choose("是否通过网络经营", "否")
    phone.choose("是否使用中央厨房或集中配送", "否")
    phone.press("下一步")
    phone.fill("食品安全管理人员姓名", "林小满")
    phone.fill("食品安全管理人员身份证号码", "449931199105200223")
    phone.fill("从业人员人数（人）", "3")
    phone.choose("直接接触入口食品的人员均有有效健康证明", "是")
    phone.press("下一步")


def _a_photo_is_taken_and_a_text_file_refused(phone):
    page = phone.page
    layout = page.locator("#material-layout")
    layout.locator("input[type=file]").set_input_files(
        {"name": "menu.txt", "mimeType": "text/plain", "buffer": b"not a picture"}
    )
    phone.press(layout.locator("button.btn"), status=422)
    assert page.locator("#material-layout .field-fault").is_visible()
    for code in ("layout", "rules", "lease"):
        part = page.locator(f"#material-{code}")
        photo = {"name": f"{code}.jpg", "mimeType": "image/jpeg", "buffer": documents.jpeg(exif=True)}
        part.locator("input[type=file]").set_input_files(photo)
        phone.press(part.locator("button.btn"))
        assert page.locator(f"#material-{code}").get_by_role("link", name=f"{code}.jpg").is_visible()
    phone.press("下一步")


def _nothing_is_submitted_without_the_promise_of_truth(phone):
    page = phone.page
    phone.press("提交申请", status=422)
    phone.see("请先确认内容真实")
    page.get_by_label("我对所填内容和材料的真实性负责").check()
    phone.press("提交申请")
    phone.in_first_screen("h1", "main p.fs-5", ".notice >> nth=1", ".steps", "text=最迟", "text=现在在")
    reference = re.search(r"/my/cases/([^/]+)/", page.url).group(1)
    return reference, page.locator("dt:has-text('查询码') + dd").inner_text()


def _somebody_with_the_code_sees_the_progress_and_no_name(son, reference, code):
    son.go("/progress/")
    son.fill("办理编号或办件编号", reference)
    son.fill("查询码", "AAAAAAAAAAAA")
    son.press("查询", status=404)
    son.fill("查询码", code)
    son.press("查询")
    son.see("材料已收到")
    assert "小满" not in son.page.locator("main").inner_text()
