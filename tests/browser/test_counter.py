"""陈 at counter A02 helps a man without a phone: the one-time notice first, then everything in one page, by keyboard."""

import pytest

from tests.factories import numbers


@pytest.mark.slow
def test_chen_prints_the_notice_and_takes_in_an_old_mans_application(visitor):
    chen = visitor("chen")
    chen.go("/desk/counter/")
    chen.page.keyboard.type("kfd")  # pinyin initials of 开饭店; the cursor stands in the search already
    chen.lead(lambda: chen.page.keyboard.press("Enter"))
    chen.press("收件：食品经营许可（核发）")
    chen.in_first_screen(
        "h2:has-text('申请人')",
        "h2:has-text('情形')",
        "h2:has-text('材料')",
        "kbd:has-text('F2')",
        "kbd:has-text('F8')",
    )
    _the_situation(chen)
    _the_notice_opens_beside(chen)
    _a_wrong_number_is_told_beside_its_field(chen)
    _everything_else(chen)
    chen.lead(lambda: chen.page.keyboard.press("F8"))
    chen.see("已收件")
    receipt = chen.reload_until("a:has-text('打印')").get_attribute("href")
    assert chen.download(receipt).startswith(b"%PDF-")
    chen.press("查看本件")
    chen.see("窗口")


def _the_situation(chen):
    for question, answer in (
        ("主要做什么？", "餐饮服务（饭店、小吃、饮品）"),
        ("做不做凉菜、生食、裱花蛋糕？", "不做"),
        ("经营场所多大？", "不超过50平方米"),
        ("场所是自己的还是租的？", "自有"),
        ("谁来办？", "本人（本单位）自己办"),
    ):
        chen.choose(question, answer)
    with chen.page.expect_response(lambda answer: "/desk/counter/?item=" in answer.url):
        chen.page.keyboard.press("F5")
    chen.page.wait_for_selector("#intake:not(.htmx-request)")
    assert not chen.page.get_by_label("租赁到期日").count()


def _the_notice_opens_beside(chen):
    with chen.context.expect_page() as opening:
        chen.page.keyboard.press("F2")
    notice = opening.value
    notice.wait_for_load_state()
    chen.look(notice)
    assert "一次性告知" in notice.locator("h1").inner_text()
    for _ in range(40):
        if notice.get_by_role("link", name="打开 PDF").count():
            break
        notice.reload()
    sheet = notice.get_by_role("link", name="打开 PDF").get_attribute("href")
    assert chen.download(sheet).startswith(b"%PDF-")
    notice.close()


def _a_wrong_number_is_told_beside_its_field(chen):
    chen.fill("姓名或单位名称", "老杨头")
    chen.fill("身份证号码或统一社会信用代码", "449931194011230010")
    with chen.page.expect_response(lambda answer: answer.status == 422):
        chen.page.keyboard.press("F8")
    chen.see("申请人信息需要改正")
    chen.look()
    field = chen.page.get_by_label("身份证号码或统一社会信用代码", exact=True)
    assert field.get_attribute("aria-invalid") == "true"
    assert chen.page.get_by_label("姓名或单位名称").input_value() == "老杨头"


def _everything_else(chen):
    number = numbers.id_number(serial=737)
    chen.fill("身份证号码或统一社会信用代码", number)
    for label, value in (
        ("申请人名称", "老杨头"),
        ("统一社会信用代码或公民身份号码", number),
        ("联系人姓名", "老杨头"),
        ("联系人身份证号码", number),
        ("联系手机", "15400007370"),
        ("经营场所地址", "云溪县柳溪镇沙头村9号"),
        ("经营面积（平方米）", "30"),
        ("食品处理区面积（平方米）", "12"),
        ("食品安全管理人员姓名", "老杨头"),
        ("食品安全管理人员身份证号码", number),
        ("从业人员人数（人）", "2"),
    ):
        chen.page.get_by_label(label, exact=True).last.fill(value)
    chen.choose("经营项目", "热食类食品制售")
    chen.choose("是否通过网络经营", "否")
    chen.choose("是否使用中央厨房或集中配送", "否")
    chen.choose("直接接触入口食品的人员均有有效健康证明", "是")
    for code in ("layout", "rules"):
        chen.page.locator(f"select[name=state-{code}]").select_option("original")
