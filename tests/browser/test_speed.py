"""陈 takes in a simple case by keyboard: the card, the pages, received. Every key after the form is counted."""

from __future__ import annotations

from tests.browser.test_counter import _the_situation

LISTEN = "window.pressed = []; document.addEventListener('keydown', e => window.pressed.push(e.key), true)"
MOST_KEYS = 10


def test_a_simple_case_is_taken_in_with_fewer_than_ten_keys_after_the_form(visitor):
    chen = visitor("chen")
    chen.go("/desk/counter/")
    chen.page.keyboard.type("kfd")
    chen.lead(lambda: chen.page.keyboard.press("Enter"))
    chen.lead(lambda: chen.page.keyboard.press("Enter"))  # the cursor stands on the first item that may be received
    _the_situation(chen)
    _the_card_fills_applicant_and_form(chen)
    _what_no_card_tells(chen)
    _what_is_typed_is_still_there_after_a_break(chen)
    chen.page.get_by_label("从业人员人数（人）").focus()
    chen.page.evaluate(LISTEN)
    for code in ("layout", "rules"):
        chen.page.keyboard.press("F6")
        scanned = chen.page.locator(f"#scan-{code}")
        _until(chen, lambda scanned=scanned: scanned.evaluate("field => field.files.length"), 1)
        assert chen.page.locator(f"select[name=state-{code}]").input_value() == "copy"
    keys = chen.page.evaluate("window.pressed")
    chen.lead(lambda: chen.page.keyboard.press("F8"))
    chen.see("已收件")
    assert len(keys) + 1 < MOST_KEYS
    chen.lead(lambda: chen.page.keyboard.press("F8"))
    assert not chen.page.get_by_text("接着收").count()  # nothing is kept of what was received


def _the_card_fills_applicant_and_form(chen):
    chen.page.get_by_label("模拟读卡器上放的证件（演示）").select_option(label="演示：王建国")
    with chen.page.expect_response(lambda answer: "/desk/counter/?item=" in answer.url):
        chen.page.keyboard.press("F3")
    _until(chen, lambda: chen.page.locator("[name=contact_name]").input_value(), "王建国")
    assert chen.page.locator("#intake [name=name]").input_value() == "王建国"
    assert chen.page.get_by_label("申请人名称").input_value() == "王建国"
    chen.look()


def _what_no_card_tells(chen):
    for label, value in (
        ("联系手机", "15400000002"),
        ("经营场所地址", "云溪县柳溪镇龙岗村5号"),
        ("经营面积（平方米）", "30"),
        ("食品处理区面积（平方米）", "12"),
        ("食品安全管理人员姓名", "王建国"),
        ("食品安全管理人员身份证号码", chen.page.locator("#intake [name=number]").input_value()),
        ("从业人员人数（人）", "2"),
    ):
        chen.page.get_by_label(label, exact=True).last.fill(value)
    chen.choose("经营项目", "热食类食品制售")
    chen.choose("是否通过网络经营", "否")
    chen.choose("是否使用中央厨房或集中配送", "否")
    with chen.page.expect_response(lambda answer: "/desk/counter/keep/" in answer.url):
        chen.choose("直接接触入口食品的人员均有有效健康证明", "是")


def _what_is_typed_is_still_there_after_a_break(chen):
    chen.go("/desk/counter/")
    chen.press(chen.page.get_by_role("link", name="接着收"))
    chen.see("没收完的内容")
    assert chen.page.get_by_label("经营场所地址").input_value() == "云溪县柳溪镇龙岗村5号"


def _until(chen, read, wanted):
    """Look again for five seconds: the page's own policy lets nobody wait inside it."""
    for _ in range(50):
        if read() == wanted:
            return
        chen.page.wait_for_timeout(100)
    assert read() == wanted
